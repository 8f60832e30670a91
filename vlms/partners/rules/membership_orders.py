"""Orders of membership offers: until when they can be paid, and what paying needs (M1, M3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from vlms.core.errors import BadInput
from vlms.core.text import _
from vlms.core.versions import Version
from vlms.partners.errors import MembershipRefused
from vlms.partners.rules.membership_year import (
    MembershipState,
    MembershipTerms,
    MembershipYear,
    last_day_to_renew,
    membership_state,
)


class MembershipOrderKind(StrEnum):
    BUY = "buy"
    RENEW = "renew"
    UPGRADE = "upgrade"


class MembershipOrderState(StrEnum):
    PLACED = "placed"
    PAID = "paid"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


UNPAID = (MembershipOrderState.PLACED, MembershipOrderState.LAPSED)
"""What a payment may still find: one that was made in time is recorded after the lapse, too."""


@dataclass(frozen=True)
class Waiting:
    """An order as a payment finds it."""

    number: str
    state: MembershipOrderState
    placed_on: date
    pay_by: date

    def state_on(self, day: date) -> MembershipOrderState:
        """M3: unpaid after its last day it has lapsed, whether a sweep has written so or not."""
        if self.state not in UNPAID:
            return self.state
        is_over = day > self.pay_by
        return MembershipOrderState.LAPSED if is_over else MembershipOrderState.PLACED


def last_day_to_pay(
    kind: MembershipOrderKind,
    placed_on: date,
    version: Version[MembershipTerms],
    year: MembershipYear | None = None,
) -> date:
    """M3: so many days after it was placed, that day included, but never after it is of no use.

    What renews `year` is paid before its window closes, an upgrade before the year is over (M1).
    """
    last = placed_on + version.terms.unpaid
    if year is None or kind is MembershipOrderKind.BUY:
        return last
    is_upgrade = kind is MembershipOrderKind.UPGRADE
    return min(last, year.anniversary if is_upgrade else last_day_to_renew(year))


def check_payment(
    order: Waiting, paid_on: date, today: date, version: Version[MembershipTerms]
) -> None:
    """Raises BadInput for a day that cannot be, MembershipRefused for an order that is closed.

    A payment counts by the day on which it was made, also when it is recorded later.
    """
    _check_day(order, paid_on, today)
    state = order.state_on(paid_on)
    if state is MembershipOrderState.LAPSED:
        raise MembershipRefused(
            "M3",
            _(
                "Order %(number)s could be paid until %(day)s and has lapsed, by version "
                "%(version)s of the terms.",
                number=order.number,
                day=order.pay_by,
                version=version.name,
            ),
            reason="order_lapsed",
            way_out=_("Place a new order."),
            facts={
                "version": version.name,
                "source": version.source,
                "pay_by": order.pay_by,
            },
        )
    if state is not MembershipOrderState.PLACED:
        raise MembershipRefused(
            "M3",
            _("Order %(number)s does not wait for a payment any more.", number=order.number),
            reason="not_waiting",
            way_out=_("Look at the membership: it may be paid already."),
        )


def _check_day(order: Waiting, paid_on: date, today: date) -> None:
    if paid_on > today:
        raise BadInput(
            "M3",
            _("A payment cannot lie in the time to come."),
            field="paid_on",
            way_out=_("Record it once it was made."),
        )
    if paid_on < order.placed_on:
        raise BadInput(
            "M3",
            _("The order was placed on %(day)s: it cannot be paid before.", day=order.placed_on),
            field="paid_on",
            way_out=_("Enter the day on which this order was paid."),
        )


def check_upgrade(year: MembershipYear, day: date, version: Version[MembershipTerms]) -> None:
    """Ours: a package is upgraded in its year; in the window it is renewed first (M3)."""
    state = membership_state(year, day)
    if state is MembershipState.ACTIVE:
        return
    is_over = state is MembershipState.LAPSED
    raise MembershipRefused(
        "M3",
        _(
            "The year ended on %(day)s: there is nothing left to upgrade, by version %(version)s "
            "of the terms.",
            day=year.anniversary,
            version=version.name,
        ),
        reason="year_is_over",
        way_out=_("Buy the gold package anew.") if is_over else _("Renew it first, then upgrade."),
        facts={"version": version.name, "source": version.source},
    )
