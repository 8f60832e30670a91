"""`vlms planning renewals`: what ends soon, renewing an agreement, its prices, its order drafts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import click

from vlms.accounts.cli.values import json_option, organisation_named
from vlms.agreements.models import ContactKind
from vlms.agreements.rules.terms import LABELS, read_term_day
from vlms.catalog.cli_values import product_named
from vlms.catalog.models import PriceLevel
from vlms.core.clock import system_clock
from vlms.core.commands import OPERATOR, SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.money import Money
from vlms.core.reading import read_day, read_text
from vlms.core.text import _
from vlms.core.work import working
from vlms.orders.cli.values import get_agreement_by_number
from vlms.planning.queries.renewals import WITHIN, Due, list_due, list_roles_for
from vlms.planning.service.price_review import (
    Basis,
    Reviewed,
    draft_line,
    draft_renewal,
    review_prices,
)
from vlms.planning.service.renewals import (
    RenewalFacts,
    following_term,
    renew_agreement,
    undo_renewal,
)

_agreement = click.argument("agreement")
_basis = click.option(
    "--quantity",
    "basis",
    type=click.Choice([one.value for one in Basis]),
    default=Basis.SAME.value,
    show_default=True,
    help="As many as before, or what was used in 12 months.",
)


@click.group()
def renewals() -> None:
    """Agreements and 12-month lines that end soon, and what follows them."""


@renewals.command("list")
@click.argument("organisation")
@click.option("--within", type=click.IntRange(0, 366), default=WITHIN[0], show_default=True)
@json_option
@with_app
def list_all(organisation: str, within: int, as_json: bool) -> None:
    """What ends in an ORGANISATION (its short name) within so many days."""
    with reading(SCOPE) as session:
        place = organisation_named(session, organisation)
        found = list_due(session, place.id, system_clock(), within)
        print_rows(map(_row, found), as_json=as_json)


@renewals.command()
@_agreement
@click.argument("number", type=Read(read_text(40), LABELS["number"]))
@click.option("--last-day", type=Read(read_term_day, LABELS["last_day"]), help="Else as long.")
@click.option("--level", type=click.Choice([one.value for one in PriceLevel]), help="Else as is.")
@click.option(
    "--without", multiple=True, type=click.Choice(["contacts", "schools", "roles", "reseller"])
)
@with_app
def renew(
    agreement: str, number: str, last_day: date | None, level: str | None, without: tuple[str, ...]
) -> None:
    """Enter the agreement that follows an AGREEMENT, with a NUMBER of its own.

    Contacts, schools, roles for it and its reseller are taken over, but for those named.
    """
    with command_work() as work:
        old = get_agreement_by_number(work.session, agreement)
        roles = list_roles_for(work.session, old)
        facts = RenewalFacts(
            number,
            last_day or following_term(old)[1],
            level or old.price_level.value,
            "reseller" not in without,
            frozenset(() if "contacts" in without else ContactKind),
            frozenset(() if "schools" in without else (school.id for school in old.schools)),
            frozenset(() if "roles" in without else (grant.id for grant in roles)),
        )
        new = renew_agreement(work, old.id, facts)
        line = f"{new.number} follows {old.number}: {new.first_day} to {new.last_day}."
    click.echo(line)


@renewals.command()
@_agreement
@with_app
def undo(agreement: str) -> None:
    """Take away the agreement that follows an AGREEMENT, while nothing is ordered under it."""
    with command_work() as work:
        old = undo_renewal(work, get_agreement_by_number(work.session, agreement).id)
    click.echo(f"{old.number} is not renewed.")


@renewals.command()
@_agreement
@_basis
@json_option
@with_app
def prices(agreement: str, basis: str, as_json: bool) -> None:
    """What the products of an AGREEMENT cost for 12 months more, against what they did."""
    with working(OPERATOR, SCOPE, system_clock()) as work:
        old = get_agreement_by_number(work.session, agreement)
        window = work.terms.order_early_days
        review = review_prices(work.session, old, work.now, window, Basis(basis))
        rows = [_reviewed(line) for line in review.lines]
    print_rows(rows, as_json=as_json)


@renewals.command()
@_agreement
@_basis
@with_app
def draft(agreement: str, basis: str) -> None:
    """Draft the order of what an AGREEMENT ordered, under the one that follows."""
    with command_work() as work:
        old = get_agreement_by_number(work.session, agreement)
        order = draft_renewal(work, old.id, Basis(basis))
        number = order.number
    click.echo(number)


@renewals.command("draft-line")
@_agreement
@click.argument("product")
@click.argument("last_day", type=Read(read_day, _("Last day")))
@with_app
def draft_lines(agreement: str, product: str, last_day: date) -> None:
    """Draft the next 12 months of the lines of a PRODUCT (its key) that end on LAST_DAY."""
    with command_work() as work:
        found = get_agreement_by_number(work.session, agreement)
        wanted = product_named(work.session, product)
        number = draft_line(work, found.id, wanted.id, last_day).number
    click.echo(number)


def _row(one: Due) -> dict[str, object]:
    follower = one.follower.number if one.follower else None
    return {
        "kind": one.kind.value,
        "agreement": one.agreement.number,
        "last_day": one.day.isoformat(),
        "days_left": one.days_left,
        "product": one.product.key if one.product else None,
        "quantity": one.quantity or None,
        "renewed_by": follower or (one.order.number if one.order else None),
        "can_be_drafted_from": one.can_from.isoformat() if one.can_from else None,
    }


def _reviewed(one: Reviewed) -> dict[str, object]:
    why = one.now.refusal.sentence if one.now.refusal else None
    return {
        "product": one.product.key,
        "quantity_then": one.quantity,
        "unit_price_then": _number(one.unit_price),
        "total_then": _amount(one.total),
        "quantity_now": one.now.wish.quantity,
        "unit_price_now": _number(one.new_unit_price),
        "total_now": _amount(one.new_total),
        "difference": _amount(one.difference),
        "currency": one.total.currency,
        "charge_type": one.now.charge_type.value,
        "why_not": str(why) if why else None,
    }


def _number(price: Decimal | None) -> str | None:
    return None if price is None else f"{price:f}"


def _amount(money: Money | None) -> str | None:
    return None if money is None else f"{money.amount:f}"
