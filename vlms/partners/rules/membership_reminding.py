"""On which days somebody is reminded of a membership (M1, M2, K5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from vlms.partners.rules.membership_year import (
    MembershipTerms,
    MembershipYear,
    last_day_to_renew,
)


class ReminderKind(StrEnum):
    """What a reminder of a membership is about."""

    RENEWAL = "renewal"
    BENEFITS = "benefits"
    SKILLS = "skills"
    LOST = "lost"


def renewal_reminders(year: MembershipYear, day: date) -> tuple[date, ...]:
    """The reminders that are due by a day, the first day first, while it can be renewed (M1).

    Who was not told on its own day is told later; of several that were missed one mail tells.
    What a waiver leaves due is reminded of as ever (M2).
    """
    if day > last_day_to_renew(year):
        return ()
    return tuple(one for one in sorted(year.reminders) if one <= day)


def skills_check(year: MembershipYear, terms: MembershipTerms, day: date) -> date | None:
    """K5: the check of skills that is due; until the anniversary.

    Ours: a waived anniversary has none: its checks move to the next one (M2).
    """
    if year.waivers or day > year.anniversary:
        return None
    return _latest(skills_check_days(year, terms), day)


def skills_check_days(year: MembershipYear, terms: MembershipTerms) -> tuple[date, ...]:
    """K5: the days of all checks before an anniversary; none where it is waived (M2)."""
    return () if year.waivers else _before(year.anniversary, terms.skills_checks)


def benefit_reminder(ends_on: date, terms: MembershipTerms, day: date) -> date | None:
    """The reminder of a benefit that lapses unused, until its last day."""
    return _latest(benefit_reminder_days(ends_on, terms), day) if day <= ends_on else None


def benefit_reminder_days(ends_on: date, terms: MembershipTerms) -> tuple[date, ...]:
    """On which days a benefit that is not in use is reminded of."""
    return _before(ends_on, terms.benefit_reminders)


def planned_mails(
    year: MembershipYear, terms: MembershipTerms, unused_ends: Iterable[date], *, is_package: bool
) -> list[tuple[date, ReminderKind]]:
    """What is mailed of a year if nothing changes, the first day first.

    `unused_ends` are the last days of benefits that are not all in use.
    """
    found = {(day, ReminderKind.RENEWAL) for day in year.reminders}
    found.add((last_day_to_renew(year) + timedelta(days=1), ReminderKind.LOST))
    if is_package:
        found |= {(day, ReminderKind.SKILLS) for day in skills_check_days(year, terms)}
    for end in unused_ends:
        found |= {(day, ReminderKind.BENEFITS) for day in benefit_reminder_days(end, terms)}
    return sorted(found)


def lost_on(year: MembershipYear, day: date) -> date | None:
    """The first day without the benefits, once it has come (M1)."""
    first = last_day_to_renew(year) + timedelta(days=1)
    return first if day >= first else None


def _before(day: date, spans: Iterable[timedelta]) -> tuple[date, ...]:
    return tuple(sorted(day - span for span in spans))


def _latest(days: Iterable[date], day: date) -> date | None:
    return max((one for one in days if one <= day), default=None)
