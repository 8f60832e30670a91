"""When a person may link the MCID to an organisation, and when the link should count (K1, K2).

Days are days of the zone of the organisation that is linked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from vlms.core.term import add_months
from vlms.core.text import _
from vlms.core.versions import Version
from vlms.partners.errors import LinkRefused


class LinkState(StrEnum):
    """How a link stands that has not ended."""

    PENDING = "pending"
    OVERDUE = "overdue"
    COUNTED = "counted"


@dataclass(frozen=True)
class LinkTerms:
    """The numbers of K1 and K2."""

    most_in_period: int
    period_months: int
    days_between: timedelta
    report: timedelta
    new_exam: timedelta
    leaver_task: timedelta = timedelta(days=10)
    # Days from the one on which a leaver's task is due; below zero before it.
    task_reminders: tuple[timedelta, ...] = ()


@dataclass(frozen=True)
class NextLink:
    """The first day on which another association may start, and how many are left on a day."""

    first_day: date
    left: int
    is_held_by_limit: bool


def next_link(starts: Sequence[date], day: date, terms: LinkTerms) -> NextLink:
    """K1 as seen on a day, after associations that started on these days."""
    past = sorted(starts)
    running = [one for one in past if add_months(one, terms.period_months) > day]
    left = max(0, terms.most_in_period - len(running))
    waited = max(day, past[-1] + terms.days_between) if past else day
    # The limit holds on the day that the wait leads to: some of the starts are older by then.
    if len(past) >= terms.most_in_period:
        free = add_months(past[-terms.most_in_period], terms.period_months)
        if free > waited:
            return NextLink(free, left, is_held_by_limit=True)
    return NextLink(waited, left, is_held_by_limit=False)


def check_link(starts: Sequence[date], day: date, version: Version[LinkTerms]) -> None:
    """Raises LinkRefused with the next possible day for an association that comes too early."""
    terms = version.terms
    found = next_link(starts, day, terms)
    if found.first_day <= day:
        return
    sentence = (
        _(
            "At most %(count)s associations fit into %(months)s months; the next one is possible "
            "on %(day)s, by version %(version)s of the terms.",
            count=terms.most_in_period,
            months=terms.period_months,
            day=found.first_day,
            version=version.name,
        )
        if found.is_held_by_limit
        else _(
            "%(count)s days must lie between two associations; the next one is possible on "
            "%(day)s, by version %(version)s of the terms.",
            count=terms.days_between.days,
            day=found.first_day,
            version=version.name,
        )
    )
    raise LinkRefused(
        "K1",
        sentence,
        reason="limit" if found.is_held_by_limit else "too_soon",
        way_out=_("Link it on that day or later; until then everything stays as it is."),
        facts={
            "first_day": found.first_day,
            "left": found.left,
            "version": version.name,
            "source": version.source,
        },
    )


def task_reminder_days(due_on: date, terms: LinkTerms) -> tuple[date, ...]:
    """Ours: when the global administrator is reminded of a leaver's task, the first day first."""
    return tuple(sorted(due_on + days for days in terms.task_reminders))


def task_reminder(due_on: date, terms: LinkTerms, day: date) -> date | None:
    """The latest reminder whose day has come; earlier ones that were missed are not sent."""
    return max((one for one in task_reminder_days(due_on, terms) if one <= day), default=None)


def counts_by(started_at: datetime, newest_pass: datetime | None, terms: LinkTerms) -> datetime:
    """K2: when a link should stand in a skills report, with an exam that was passed just before."""
    by_link = started_at + terms.report
    return max(by_link, newest_pass + terms.new_exam) if newest_pass else by_link


def link_state(seen_at: datetime | None, due_at: datetime, at: datetime) -> LinkState:
    """K2: pending until a skills report shows it, overdue when none did in time."""
    if seen_at is not None and seen_at <= at:
        return LinkState.COUNTED
    return LinkState.OVERDUE if at > due_at else LinkState.PENDING
