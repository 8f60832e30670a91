"""The year of a membership offer: reminders, window, next anniversary, waivers (M1, M2).

All days are days of the organisation's zone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from vlms.core.text import _
from vlms.core.versions import Version
from vlms.partners.errors import MembershipRefused


class MembershipState(StrEnum):
    """How an offer stands on a day when nothing was paid since."""

    ACTIVE = "active"
    WINDOW_OPEN = "window_open"
    REOPENED = "reopened"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class MembershipTerms:
    """The numbers of M1, in days from the anniversary; the year's length in days.

    `unpaid` is how long an order can be paid, `upgrade_off` what is taken off the price of gold,
    in percent (M3); `benefit_reminders` and `skills_checks` are days before an end and before
    the anniversary (K5).
    """

    reminders: tuple[timedelta, ...]
    first_window_day: timedelta
    last_window_day: timedelta
    year: timedelta
    unpaid: timedelta
    upgrade_off: int
    benefit_reminders: tuple[timedelta, ...]
    skills_checks: tuple[timedelta, ...]


@dataclass(frozen=True)
class Waiver:
    """M2: competencies of these anniversaries are complete until their next one.

    What is to be paid stays due in its window; a missed one can be made good until a day. It is
    known from `valid_from` on, and is for the offers of these families.
    """

    name: str
    source: str
    valid_from: date
    families: Set[str]
    first_anniversary: date
    last_anniversary: date
    reopened_until: date


@dataclass(frozen=True)
class Exemption:
    """M2: the last day on which a waiver holds competencies complete, whatever is attained."""

    waiver: Waiver
    until: date


@dataclass(frozen=True)
class MembershipYear:
    """The days that follow from one anniversary.

    `waivers` are those of this anniversary; an exemption may come from the one before it.
    """

    anniversary: date
    reminders: tuple[date, ...]
    window_opens: date
    window_closes: date
    next_anniversary: date
    waivers: tuple[Waiver, ...]
    exemptions: tuple[Exemption, ...] = ()

    def exempt(self, day: date) -> tuple[Exemption, ...]:
        """What holds its competencies complete on a day (M2)."""
        return tuple(one for one in self.exemptions if day <= one.until)


def membership_year(
    anniversary: date,
    terms: MembershipTerms,
    waivers: Sequence[Waiver] = (),
    former: Sequence[Exemption] = (),
) -> MembershipYear:
    """M1's days, and the waivers that an anniversary has; `former` are exemptions of one before it.

    Raises OverflowError at year 9999.
    """
    following = anniversary + terms.year
    own = tuple(
        one for one in waivers if one.first_anniversary <= anniversary <= one.last_anniversary
    )
    return MembershipYear(
        anniversary=anniversary,
        reminders=tuple(anniversary + days for days in terms.reminders),
        window_opens=anniversary + terms.first_window_day,
        window_closes=anniversary + terms.last_window_day,
        next_anniversary=following,
        waivers=own,
        exemptions=(*(Exemption(one, following) for one in own), *former),
    )


def last_day_to_renew(year: MembershipYear) -> date:
    """The window's last day, or that of a waiver that opens it again (M1, M2)."""
    return max([year.window_closes, *(one.reopened_until for one in year.waivers)])


def membership_state(year: MembershipYear, day: date) -> MembershipState:
    """How an offer that was not renewed stands: its benefits go on while the window is open."""
    if day < year.window_opens:
        return MembershipState.ACTIVE
    if day <= year.window_closes:
        return MembershipState.WINDOW_OPEN
    if any(day <= one.reopened_until for one in year.waivers):
        return MembershipState.REOPENED
    return MembershipState.LAPSED


def check_renewal(year: MembershipYear, day: date, version: Version[MembershipTerms]) -> None:
    """Raises MembershipRefused for a renewal outside of the window, also a waived one (M1, M2)."""
    state = membership_state(year, day)
    facts = {"version": version.name, "source": version.source, "opens_on": year.window_opens}
    if state is MembershipState.ACTIVE:
        raise MembershipRefused(
            "M1",
            _(
                "The membership can be renewed from %(day)s on, the day after its anniversary, by "
                "version %(version)s of the terms.",
                day=year.window_opens,
                version=version.name,
            ),
            reason="too_early",
            way_out=_("Renew it on that day or in the days after it."),
            facts=facts,
        )
    if state is MembershipState.LAPSED:
        raise _too_late(year, version, facts)


def _too_late(
    year: MembershipYear, version: Version[MembershipTerms], facts: Mapping[str, Any]
) -> MembershipRefused:
    last = last_day_to_renew(year)
    held = [one for one in year.waivers if one.reopened_until == last > year.window_closes]
    closed = _(
        "The window closed on %(day)s, by version %(version)s of the terms.",
        day=last,
        version=version.name,
    )
    waived = _(
        "Waiver %(name)s kept the window open until %(day)s; it is over, by version %(version)s of "
        "the terms.",
        name=tuple(one.name for one in held),
        day=last,
        version=version.name,
    )
    return MembershipRefused(
        "M2" if held else "M1",
        waived if held else closed,
        reason="too_late",
        way_out=_("Buy the offer anew; its benefits begin with the purchase."),
        facts={**facts, "closed_on": last, "waivers": [one.name for one in held]},
    )
