"""Payments of membership orders, and the year that each of them begins (M1-M3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from vlms.accounts.service.limits import require_whole_organisation
from vlms.audit.service import journal
from vlms.core.doubles import refusing_doubles
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.partners.errors import MembershipRefused
from vlms.partners.models.memberships import Membership, MembershipOrder
from vlms.partners.offers import offer_on
from vlms.partners.queries.memberships import find_present, get_membership, get_order, year_of
from vlms.partners.rules.membership_orders import (
    UNPAID,
    MembershipOrderKind,
    MembershipOrderState,
    Waiting,
    check_payment,
    check_upgrade,
)
from vlms.partners.rules.membership_year import MembershipState, check_renewal, membership_state
from vlms.partners.service.membership_benefits import begin_year, go_on, raise_level
from vlms.partners.service.qualifying import check_qualified
from vlms.partners.terms import membership_terms, membership_terms_named

_STATE = MembershipOrderState


def record_payment(work: Work, order_id: UUID, paid_on: date, reference: str) -> Membership:
    """Note that an order was paid on a day, and begin, prolong or raise its membership.

    A payment counts by its own day: one that was made within the window may be recorded after it.
    Raises Forbidden, NotFound, BadInput for the day, MembershipRefused where the order has lapsed
    or is paid, or the window was not open on that day (M1); then nothing is changed.
    """
    work.actor.require(Permission.EDIT_MEMBERSHIPS)
    require_whole_organisation(work)
    order = get_order(work.session, order_id)
    today = work.today(order.organisation.time_zone)
    waiting = Waiting(order.number, order.state, order.placed_on, order.pay_by)
    terms = membership_terms_named(order.terms_version, order.anniversary or order.placed_on)
    check_payment(waiting, paid_on, today, terms)
    work.does("membership_order.paid")
    membership = _ACTS[order.kind](work, order, paid_on)
    _close_paid(work, order, membership, paid_on, reference)
    return membership


def _close_paid(
    work: Work, order: MembershipOrder, membership: Membership, paid_on: date, reference: str
) -> None:
    waits = (MembershipOrder.id == order.id, MembershipOrder.state.in_(UNPAID))
    paid = {
        "state": _STATE.PAID,
        "paid_on": paid_on,
        "payment_reference": reference,
        "membership_id": membership.id,
    }
    if guarded_update(work.session, MembershipOrder, *waits, **paid) != 1:
        raise _changed(order)
    record = (MembershipOrder.__tablename__, order.id, order.organisation_id)
    before = {"state": order.state.value, "paid_on": None}
    after = {"state": _STATE.PAID.value, "paid_on": paid_on}
    work.does("membership_order.paid")
    journal(work, work.action, record, before=before, after=after)
    work.session.refresh(order)


def _buy(work: Work, order: MembershipOrder, paid_on: date) -> Membership:
    """The year begins with the payment; what had lapsed gives its place to the new one."""
    _replace(work, order, paid_on)
    membership = Membership(
        organisation_id=order.organisation_id,
        family=order.family,
        offer_key=order.offer_key,
        competency=order.competency,
        bought_on=paid_on,
        anniversary=paid_on + membership_terms(paid_on).terms.year,
        currency=order.currency,
        created_at=work.now,
    )
    work.does("membership.bought")
    with refusing_doubles(work, uq_membership_family=_changed(order)):
        work.session.add(membership)
    work.session.refresh(membership)
    begin_year(work, membership, offer_on(order.offer_key, order.placed_on), paid_on)
    return membership


def _replace(work: Work, order: MembershipOrder, paid_on: date) -> None:
    former = find_present(work.session, order.organisation_id, order.family)
    if former is None:
        return
    if membership_state(year_of(former, paid_on), paid_on) is not MembershipState.LAPSED:
        raise _changed(order)
    work.does("membership.replaced")
    former.replaced_on = paid_on
    work.flush()


def _renew(work: Work, order: MembershipOrder, paid_on: date) -> Membership:
    membership = _still(work, order)
    version = membership_terms(membership.anniversary)
    year = year_of(membership, paid_on)
    check_renewal(year, paid_on, version)
    offer = offer_on(order.offer_key, order.placed_on)
    check_qualified(work, membership, offer, paid_on)
    work.does("membership.renewed")
    _move(work, membership, {"anniversary": year.next_anniversary, "offer_key": offer.key})
    go_on(work, membership, offer, year)
    return membership


def _upgrade(work: Work, order: MembershipOrder, paid_on: date) -> Membership:
    membership = _still(work, order)
    check_upgrade(year_of(membership, paid_on), paid_on, membership_terms(membership.anniversary))
    work.does("membership.upgraded")
    offer = offer_on(order.offer_key, order.placed_on)
    _move(work, membership, {"offer_key": offer.key, "competency": order.competency})
    raise_level(work, membership, offer, paid_on)
    return membership


_ACTS = {
    MembershipOrderKind.BUY: _buy,
    MembershipOrderKind.RENEW: _renew,
    MembershipOrderKind.UPGRADE: _upgrade,
}


def _still(work: Work, order: MembershipOrder) -> Membership:
    """The membership that an order is for, as it was when it was placed."""
    assert order.membership_id is not None
    membership = get_membership(work.session, order.membership_id)
    if membership.anniversary != order.anniversary or membership.replaced_on is not None:
        raise _changed(order)
    return membership


def _move(work: Work, membership: Membership, after: Mapping[str, Any]) -> None:
    """What was read is a condition of the change: no year is added twice (M1)."""
    read = (
        Membership.id == membership.id,
        Membership.anniversary == membership.anniversary,
        Membership.offer_key == membership.offer_key,
        Membership.replaced_on.is_(None),
    )
    before = {name: getattr(membership, name) for name in after}
    if guarded_update(work.session, Membership, *read, **after) != 1:
        raise MembershipRefused(
            "M1",
            _("Somebody else has changed this membership just now."),
            reason="changed",
            way_out=_("Open it again and look at its anniversary."),
        )
    told = {name: value for name, value in before.items() if value != after[name]}
    record = (Membership.__tablename__, membership.id, membership.organisation_id)
    journal(work, work.action, record, before=told, after={name: after[name] for name in told})
    work.session.refresh(membership)


def _changed(order: MembershipOrder) -> MembershipRefused:
    return MembershipRefused(
        "M1",
        _(
            "The membership has changed since order %(number)s was placed, so it cannot be paid.",
            number=order.number,
        ),
        reason="changed",
        way_out=_("Withdraw the order, look at the membership, and order anew if needed."),
    )
