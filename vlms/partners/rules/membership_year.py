"""The year of a membership offer: reminders, window, next anniversary, waivers (M1, M2).

All days are days of the organisation's zone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

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

    What is to be paid stays due in its window; a missed one can be made good until a day.
    """

    name: str
    source: str
    first_anniversary: date
    last_anniversary: date
    reopened_until: date


@dataclass(frozen=True)
class MembershipYear:
    """The days that follow from one anniversary."""

    anniversary: date
    reminders: tuple[date, ...]
    window_opens: date
    window_closes: date
    next_anniversary: date
    waivers: tuple[Waiver, ...]


def membership_year(
    anniversary: date, terms: MembershipTerms, waivers: Sequence[Waiver] = ()
) -> MembershipYear:
    """M1's days, and the waivers that an anniversary has. Raises OverflowError at year 9999."""
    return MembershipYear(
        anniversary=anniversary,
        reminders=tuple(anniversary + days for days in terms.reminders),
        window_opens=anniversary + terms.first_window_day,
        window_closes=anniversary + terms.last_window_day,
        next_anniversary=anniversary + terms.year,
        waivers=tuple(
            one for one in waivers if one.first_anniversary <= anniversary <= one.last_anniversary
        ),
    )


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
    """Raises MembershipRefused for a renewal outside of the window (M1)."""
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
        raise MembershipRefused(
            "M1",
            _(
                "The window closed on %(day)s, by version %(version)s of the terms.",
                day=year.window_closes,
                version=version.name,
            ),
            reason="too_late",
            way_out=_("Buy the offer anew; its benefits begin with the purchase."),
            facts=facts,
        )
