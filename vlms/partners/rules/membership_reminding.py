"""On which days somebody is reminded of a membership (M1, M2, K5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from vlms.partners.rules.membership_year import MembershipTerms, MembershipYear


class ReminderKind(StrEnum):
    """What a reminder of a membership is about."""

    RENEWAL = "renewal"
    BENEFITS = "benefits"
    SKILLS = "skills"
    LOST = "lost"


def last_day_to_renew(year: MembershipYear) -> date:
    """The window's last day, or that of a waiver that opens it again (M1, M2)."""
    return max([year.window_closes, *(one.reopened_until for one in year.waivers)])


def renewal_reminder(year: MembershipYear, day: date) -> date | None:
    """The reminder that is due on a day: the latest that has come while it can be renewed (M1).

    Who was not told on its own day is told later; of two that were missed only the later one.
    What a waiver leaves due is reminded of as ever (M2).
    """
    return _latest(year.reminders, day) if day <= last_day_to_renew(year) else None


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
    return _latest(_before(ends_on, terms.benefit_reminders), day) if day <= ends_on else None


def lost_on(year: MembershipYear, day: date) -> date | None:
    """The first day without the benefits, once it has come (M1)."""
    first = last_day_to_renew(year) + timedelta(days=1)
    return first if day >= first else None


def _before(day: date, spans: Iterable[timedelta]) -> tuple[date, ...]:
    return tuple(sorted(day - span for span in spans))


def _latest(days: Iterable[date], day: date) -> date | None:
    return max((one for one in days if one <= day), default=None)
