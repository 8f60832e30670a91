"""Why a membership can or cannot be renewed today, condition by condition (M1-M3, K3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vlms.core.text import Text, _
from vlms.partners.rules.membership_year import (
    MembershipState,
    MembershipYear,
    last_day_to_renew,
    membership_state,
)


@dataclass(frozen=True)
class Condition:
    """One thing that a renewal needs; `key` says for pages where it is mended."""

    key: str
    sentence: Text
    is_met: bool
    rule: str


@dataclass(frozen=True)
class Facts:
    """What is known of a membership on a day; `is_qualified` None: it is on no competency."""

    year: MembershipYear
    day: date
    waiting_number: str | None
    may_order: bool
    is_qualified: bool | None


def renewal_conditions(facts: Facts) -> Sequence[Condition]:
    """All of them, in the order in which they are met."""
    found = [_begun(facts), _not_over(facts), _nothing_waits(facts)]
    if facts.is_qualified is not None or facts.year.waivers:
        found.append(_qualified(facts))
    return [*found, _role(facts)]


def _begun(facts: Facts) -> Condition:
    opens = facts.year.window_opens
    if facts.day < opens:
        sentence = _(
            "The renewal window opens on %(day)s, the day after the anniversary.", day=opens
        )
        return Condition("opens", sentence, False, "M1")
    sentence = _(
        "The renewal window has opened (%(day)s, the day after the anniversary).", day=opens
    )
    return Condition("opens", sentence, True, "M1")


def _not_over(facts: Facts) -> Condition:
    state = membership_state(facts.year, facts.day)
    if state is MembershipState.REOPENED or (
        facts.year.waivers and last_day_to_renew(facts.year) > facts.year.window_closes
    ):
        last = last_day_to_renew(facts.year)
        kept = _("A waiver keeps the window open until %(day)s, that day included.", day=last)
        over = _("A waiver kept the window open until %(day)s; it is over.", day=last)
        return Condition("closes", kept if facts.day <= last else over, facts.day <= last, "M2")
    last = facts.year.window_closes
    kept = _("The renewal window is not over (last day %(day)s).", day=last)
    over = _("The renewal window is over: its last day was %(day)s.", day=last)
    return Condition("closes", kept if facts.day <= last else over, facts.day <= last, "M1")


def _nothing_waits(facts: Facts) -> Condition:
    if facts.waiting_number is None:
        return Condition("order", _("No order waits for its payment."), True, "M3")
    sentence = _("Order %(number)s waits for its payment.", number=facts.waiting_number)
    return Condition("order", sentence, False, "M3")


def _qualified(facts: Facts) -> Condition:
    if facts.year.waivers:
        sentence = _(
            "The competency is complete until %(day)s: this anniversary is exempt.",
            day=facts.year.next_anniversary,
        )
        return Condition("competency", sentence, True, "M2")
    still = _("The competency that the package is on still qualifies.")
    lost = _("The competency that the package is on does not qualify any more.")
    sentence = still if facts.is_qualified else lost
    return Condition("competency", sentence, bool(facts.is_qualified), "K3")


def _role(facts: Facts) -> Condition:
    may, may_not = _("Your role may order memberships."), _("Your role may not order memberships.")
    return Condition("role", may if facts.may_order else may_not, facts.may_order, "K5")
