"""`vlms memberships`: offers, orders, payments and benefits of partners (M1-M3)."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import EMAIL, NAME, json_option, organisation_named, user_named
from vlms.accounts.service.handing_over import hand_over_role
from vlms.accounts.service.roles import Invitation
from vlms.core.clock import local_day, system_clock
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.money import Money
from vlms.core.permissions import Role
from vlms.core.reading import read_currency, read_day, read_text, read_whole, shown
from vlms.core.text import _
from vlms.partners.models.memberships import Membership, MembershipOrder
from vlms.partners.offers import offer_on
from vlms.partners.queries.benefit_cuts import list_cuts
from vlms.partners.queries.membership_mails import list_planned
from vlms.partners.queries.membership_standing import benefit_value, order_state, standing_of
from vlms.partners.queries.memberships import (
    get_membership,
    list_benefits,
    list_memberships,
    list_orders,
    list_reminders,
)
from vlms.partners.service.membership_benefits import activate_benefits, assign_benefits
from vlms.partners.service.membership_orders import buy, renew, upgrade, withdraw_order
from vlms.partners.service.membership_payments import record_payment

_slug = click.argument("slug", metavar="ORGANISATION")
_membership = click.argument("membership_id", metavar="ID", type=click.UUID)
_number = click.argument("number", metavar="ORDER")
_count = click.argument("count", type=Read(read_whole(-1_000_000, 1_000_000), _("Count")))
_purchase_order = click.option(
    "--purchase-order",
    type=Read(read_text(60), _("Purchase order number")),
    required=True,
    metavar="NUMBER",
    help="As on one's own paper.",
)
_competency = click.option(
    "--competency",
    type=Read(read_text(120), _("Bought on the competency")),
    metavar="NAME",
    help="What a package is bought on: a key or name of `vlms competencies list`.",
)


@click.group("memberships")
def memberships() -> None:
    """Membership offers of partners, renewed every year in their window (M1-M3)."""


@memberships.command("list")
@_slug
@json_option
@with_app
def list_all(slug: str, as_json: bool) -> None:
    """The memberships of an organisation with their days, and what a renewal lacks."""
    with reading(SCOPE) as session:
        owner = organisation_named(session, slug)
        rows = [_row(session, one) for one in list_memberships(session, owner.id)]
    print_rows(rows, as_json=as_json)


@memberships.command("orders")
@_slug
@json_option
@with_app
def list_of_orders(slug: str, as_json: bool) -> None:
    """The orders of memberships of an organisation, the latest first."""
    with reading(SCOPE) as session:
        found = list_orders(session, organisation_named(session, slug).id)
        rows = [_order_row(one) for one in found]
    print_rows(rows, as_json=as_json)


@memberships.command("benefits")
@_membership
@json_option
@with_app
def list_of_benefits(membership_id: UUID, as_json: bool) -> None:
    """The register of benefits of the membership ID."""
    with reading(SCOPE) as session:
        get_membership(session, membership_id)
        rows = [
            {
                "id": str(one.id),
                "benefit": one.benefit_key,
                "quantity": one.quantity,
                "assigned": one.assigned_count,
                "activated": one.activated_count,
                "starts_on": one.starts_on.isoformat(),
                "ends_on": one.ends_on.isoformat(),
                "unused_value": str(benefit_value(one)),
            }
            for one in list_benefits(session, membership_id)
        ]
    print_rows(rows, as_json=as_json)


@memberships.command("mails")
@_membership
@json_option
@with_app
def mails(membership_id: UUID, as_json: bool) -> None:
    """The mails of the present year of the membership ID, as things stand."""
    with reading(SCOPE) as session:
        membership = get_membership(session, membership_id)
        today = local_day(system_clock(), membership.organisation.time_zone)
        sent = {(one.due_on, one.kind): one for one in list_reminders(session, membership_id)}
        rows = [
            {"day": day.isoformat(), "kind": kind.value, "sent": (day, kind) in sent}
            for day, kind in list_planned(session, membership, today)
        ]
    print_rows(rows, as_json=as_json)


@memberships.command("buy")
@_slug
@click.argument("offer")
@click.argument("currency", type=Read(read_currency, _("Currency")))
@_purchase_order
@_competency
@with_app
def buy_one(
    slug: str, offer: str, currency: str, purchase_order: str, competency: str | None
) -> None:
    """Order an OFFER (action-pack, silver-package, gold-package) in a CURRENCY."""
    with command_work() as work:
        owner = organisation_named(work.session, slug)
        order = buy(work, owner.id, offer, currency, purchase_order, competency)
        row = _order_row(order)
    print_rows([row], as_json=False)


@memberships.command("renew")
@_membership
@click.option("--offer", metavar="OFFER", help="A lower level.  [its own]")
@_purchase_order
@with_app
def renew_one(membership_id: UUID, offer: str | None, purchase_order: str) -> None:
    """Order the next year of the membership ID within its window.

    What a lower level ends of what is assigned is told; it ends with the payment.
    """
    with command_work() as work:
        order = renew(work, membership_id, purchase_order, offer)
        row = _order_row(order)
        membership = get_membership(work.session, membership_id)
        cuts = list_cuts(work.session, membership, offer_on(order.offer_key, order.placed_on))
    print_rows([row], as_json=False)
    for one in cuts:
        told = f"{one.assigned} are assigned until {one.ends_on}; from then on {one.goes_on} go on."
        click.echo(f"{one.name}: {told}", err=True)


@memberships.command("upgrade")
@_membership
@_purchase_order
@_competency
@with_app
def upgrade_one(membership_id: UUID, purchase_order: str, competency: str | None) -> None:
    """Order gold in place of silver for the membership ID, at 25 % off (M3).

    Without a competency it is the one that the package is on.
    """
    with command_work() as work:
        row = _order_row(upgrade(work, membership_id, purchase_order, competency))
    print_rows([row], as_json=False)


@memberships.command("pay")
@_number
@click.argument("day", type=Read(read_day, _("Paid on")))
@click.argument("reference", type=Read(read_text(60), _("Payment reference")))
@with_app
def pay(number: str, day: date, reference: str) -> None:
    """Record that the ORDER was paid on a DAY; its year begins or is prolonged."""
    with command_work() as work:
        order = _order_named(work.session, number)
        row = _row(work.session, record_payment(work, order.id, day, reference))
    print_rows([row], as_json=False)


@memberships.command("withdraw")
@_number
@with_app
def withdraw(number: str) -> None:
    """Take back an ORDER that nobody has paid."""
    with command_work() as work:
        row = _order_row(withdraw_order(work, _order_named(work.session, number).id))
    print_rows([row], as_json=False)


@memberships.command("assign", context_settings={"ignore_unknown_options": True})
@click.argument("benefit_id", metavar="BENEFIT", type=click.UUID)
@_count
@with_app
def assign(benefit_id: UUID, count: int) -> None:
    """Assign so many more of a BENEFIT; below zero takes back."""
    with command_work() as work:
        assign_benefits(work, benefit_id, count)
    click.echo("The register is changed.")


@memberships.command("activate", context_settings={"ignore_unknown_options": True})
@click.argument("benefit_id", metavar="BENEFIT", type=click.UUID)
@_count
@with_app
def activate(benefit_id: UUID, count: int) -> None:
    """Note that so many more of a BENEFIT are in use; below zero takes back."""
    with command_work() as work:
        activate_benefits(work, benefit_id, count)
    click.echo("The register is changed.")


@memberships.command("hand-over")
@_slug
@click.argument("holder", metavar="FROM", type=EMAIL)
@click.argument("successor", metavar="TO", type=EMAIL)
@click.option("--name", type=NAME, help="Of the successor, where new.")
@with_app
def hand_over(slug: str, holder: str, successor: str, name: str | None) -> None:
    """Give the partner administrator's role of one user to another, in one step."""
    with command_work() as work:
        owner = organisation_named(work.session, slug)
        user = user_named(work.session, holder)
        invitation = Invitation(successor, name, Role.PARTNER_ADMINISTRATOR)
        hand_over_role(work, owner.id, user.id, invitation)
    click.echo("The role is handed over.")


def _order_named(session: Session, number: str) -> MembershipOrder:
    found = session.scalar(
        select(MembershipOrder).where(MembershipOrder.number == number.strip().upper())
    )
    if found is None:
        raise NotFound("M3", _("There is no order %(number)s.", number=shown(number)))
    return found


def _row(session: Session, membership: Membership) -> dict[str, Any]:
    one = standing_of(session, membership, system_clock(), may_order=True)
    return {
        "id": str(membership.id),
        "offer": membership.offer_key,
        "competency": membership.competency,
        "anniversary": one.year.anniversary.isoformat(),
        "window_opens": one.year.window_opens.isoformat(),
        "window_closes": one.year.window_closes.isoformat(),
        "benefits_end": one.benefits_end.isoformat(),
        "renew_by": one.last_day_to_renew.isoformat(),
        "state": "replaced" if one.is_replaced else one.state.value,
        "lacks": " ".join(f"{each.key}({each.rule})" for each in one.conditions if not each.is_met),
    }


def _order_row(order: MembershipOrder) -> dict[str, Any]:
    return {
        "number": order.number,
        "kind": order.kind.value,
        "offer": order.offer_key,
        "purchase_order": order.purchase_order,
        "amount": str(Money(order.amount_minor, order.currency)),
        "placed_on": order.placed_on.isoformat(),
        "pay_by": order.pay_by.isoformat(),
        "state": order_state(order, system_clock()).value,
        "paid_on": order.paid_on.isoformat() if order.paid_on else None,
    }
