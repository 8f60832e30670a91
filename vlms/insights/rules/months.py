"""Months of a zone as instants, and how codes stood at the end of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from vlms.core.clock import local_day
from vlms.core.term import add_months, start_of_day


class Standing(StrEnum):
    """What can be told of a code at an earlier moment from the instants that it keeps.

    A reservation can be released and made again and leaves no trace of it, so that *available*
    and *reserved* are one here; *registered* counts as assigned.
    """

    UNASSIGNED = "unassigned"
    ASSIGNED = "assigned"
    USED = "used"
    LOST = "lost"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Course:
    """Codes that went alike: in which period they were issued, assigned and ended, and how.

    A period's number is that of the first moment before which it happened; `end` is what the
    end was.
    """

    issued: int
    assigned: int
    ended: int
    end: Standing
    count: int


def months_until(now: datetime, zone: str, count: int) -> list[date]:
    """The first days of the last `count` months in a zone, this month's last."""
    this = local_day(now, zone).replace(day=1)
    return [add_months(this, back) for back in range(1 - count, 1)]


def month_ends(months: Sequence[date], zone: str) -> list[datetime]:
    """The first instant after each month."""
    return [start_of_day(add_months(month, 1), zone) for month in months]


def standings(courses: Iterable[Course], moments: int) -> Mapping[Standing, list[int]]:
    """How many codes stood how at each of so many moments; they add up to all issued by then."""
    counts = {standing: [0] * moments for standing in Standing}
    for course in courses:
        for moment in range(course.issued, moments):
            counts[_standing(course, moment)][moment] += course.count
    return counts


def _standing(course: Course, moment: int) -> Standing:
    if course.ended <= moment:
        return course.end
    return Standing.ASSIGNED if course.assigned <= moment else Standing.UNASSIGNED
