"""Use of packs by school, class, family or month: one grouped statement each (A2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, distinct, func, or_, select, true
from sqlalchemy.orm import Session

from vlms.academy.models.roster import SchoolClass
from vlms.academy.models.sittings import ExamSeat, Sitting
from vlms.academy.rules.seat_state import SeatState
from vlms.academy.rules.use import Counts
from vlms.accounts.models import School
from vlms.catalog.models import Exam, ExamFamily
from vlms.core.clock import local_day
from vlms.core.term import add_months, end_of_day, start_of_day
from vlms.core.text import Name, Text, _

# Whoever has one of these is or was a candidate; a cancelled or reversed exam makes none.
_OF_CANDIDATES = (SeatState.RESERVED, SeatState.STARTED, SeatState.NO_SHOW)


class Dimension(StrEnum):
    SCHOOL = "school"
    CLASS = "class"
    FAMILY = "family"
    MONTH = "month"


@dataclass(frozen=True)
class UseFilter:
    """Which exams are counted, by the day of their sitting at the school; None: all."""

    first_day: date | None = None
    last_day: date | None = None
    school_id: UUID | None = None
    pack_id: UUID | None = None


@dataclass(frozen=True)
class UseLine:
    """A group of exams; a class stands with its school, a month by its first day."""

    name: str | Text | date
    counts: Counts
    school: str | None = None


@dataclass(frozen=True)
class _Zone:
    """A time zone in which sittings stand, with the first and the last of them."""

    name: str
    first: datetime
    last: datetime


def count_use(session: Session, by: Dimension, wanted: UseFilter) -> list[UseLine]:
    """The exams that the scope sees, in groups, in the groups' own order."""
    zones = _zones(session, wanted)
    if not zones:
        return []
    within = _within(wanted, zones)
    return _READERS[by](session, within, zones)


def count_all(session: Session, wanted: UseFilter) -> Counts:
    """All together: each candidate once."""
    zones = _zones(session, wanted)
    if not zones:
        return Counts()
    row = session.execute(_of_exams(*_figures()).where(_within(wanted, zones))).one()
    return _counts(row)


def count_by_class(
    session: Session, wanted: UseFilter
) -> Mapping[tuple[UUID, UUID | None], Counts]:
    """By school and class; exams of no class stand under None."""
    zones = _zones(session, wanted)
    if not zones:
        return {}
    keys = (ExamSeat.school_id, Sitting.class_id)
    statement = _of_exams(*keys, *_figures()).where(_within(wanted, zones)).group_by(*keys)
    return {(row[0], row[1]): _counts(row[2:]) for row in session.execute(statement)}


def count_by_school(session: Session, wanted: UseFilter) -> Mapping[UUID, Counts]:
    zones = _zones(session, wanted)
    if not zones:
        return {}
    statement = _of_exams(ExamSeat.school_id, *_figures()).where(_within(wanted, zones))
    rows = session.execute(statement.group_by(ExamSeat.school_id))
    return {row[0]: _counts(row[1:]) for row in rows}


def _of_exams(*columns: Any) -> Select[Any]:
    return select(*columns).select_from(ExamSeat).join(Sitting, ExamSeat.sitting_id == Sitting.id)


def _figures() -> tuple[ColumnElement[int], ...]:
    """The sums that make Counts, in their order."""
    candidate = case((ExamSeat.state.in_(_OF_CANDIDATES), ExamSeat.person_id))
    started = ExamSeat.state == SeatState.STARTED
    return (
        func.count(distinct(candidate)),
        _sum(ExamSeat.state == SeatState.RESERVED),
        _sum(started),
        _sum(ExamSeat.state == SeatState.NO_SHOW),
        _sum(and_(started, ExamSeat.has_passed.is_(True))),
        _sum(and_(started, ExamSeat.has_passed.is_(False))),
    )


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _counts(row: Sequence[Any]) -> Counts:
    return Counts(*map(int, row))


def _zones(session: Session, wanted: UseFilter) -> list[_Zone]:
    moments = (func.min(ExamSeat.starts_at), func.max(ExamSeat.starts_at))
    statement = _of_exams(Sitting.time_zone, *moments).where(_narrowed(wanted))
    rows = session.execute(statement.group_by(Sitting.time_zone).order_by(Sitting.time_zone))
    return [_Zone(*row) for row in rows]


def _narrowed(wanted: UseFilter) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = true()
    if wanted.school_id is not None:
        condition &= ExamSeat.school_id == wanted.school_id
    if wanted.pack_id is not None:
        condition &= Sitting.pack_id == wanted.pack_id
    return condition


def _within(wanted: UseFilter, zones: Sequence[_Zone]) -> ColumnElement[bool]:
    """The filter; its days are those of each sitting's zone."""
    return _narrowed(wanted) & or_(*(_days_in(zone.name, wanted) for zone in zones))


def _days_in(zone: str, wanted: UseFilter) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = Sitting.time_zone == zone
    if wanted.first_day is not None:
        condition &= ExamSeat.starts_at >= start_of_day(wanted.first_day, zone)
    if wanted.last_day is not None:
        condition &= ExamSeat.starts_at < end_of_day(wanted.last_day, zone)
    return condition


def _by_school(
    session: Session, within: ColumnElement[bool], _zones: Sequence[_Zone]
) -> list[UseLine]:
    statement = (
        _of_exams(School.name, *_figures())
        .join(School, ExamSeat.school_id == School.id)
        .where(within)
        .group_by(School.id, School.name)
        .order_by(School.name)
    )
    return [UseLine(row[0], _counts(row[1:])) for row in session.execute(statement)]


SINGLE = _("Candidates without a class")


def _by_class(
    session: Session, within: ColumnElement[bool], _zones: Sequence[_Zone]
) -> list[UseLine]:
    statement = (
        _of_exams(School.name, SchoolClass.title, *_figures())
        .join(School, ExamSeat.school_id == School.id)
        .outerjoin(SchoolClass, Sitting.class_id == SchoolClass.id)
        .where(within)
        .group_by(School.id, School.name, Sitting.class_id, SchoolClass.title)
        .order_by(School.name, SchoolClass.title)
    )
    return [
        UseLine(title or SINGLE, _counts(figures), school)
        for school, title, *figures in session.execute(statement)
    ]


def _by_family(
    session: Session, within: ColumnElement[bool], _zones: Sequence[_Zone]
) -> list[UseLine]:
    names = (ExamFamily.key, ExamFamily.name_en, ExamFamily.name_zh)
    statement = (
        _of_exams(*names, *_figures())
        .join(Exam, ExamSeat.exam_number == Exam.number)
        .join(ExamFamily, Exam.family_key == ExamFamily.key)
        .where(within)
        .group_by(*names)
        .order_by(ExamFamily.key)
    )
    return [
        UseLine(Name(english, chinese=chinese), _counts(figures))
        for _key, english, chinese, *figures in session.execute(statement)
    ]


def _by_month(
    session: Session, within: ColumnElement[bool], zones: Sequence[_Zone]
) -> list[UseLine]:
    """Months in which there was a sitting, by the day at its school."""
    first = min(local_day(zone.first, zone.name) for zone in zones).replace(day=1)
    last = max(local_day(zone.last, zone.name) for zone in zones)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    starts = [add_months(first, number) for number in range(count)]
    period = _period(starts, zones)
    statement = _of_exams(period, *_figures()).where(within).group_by(period).order_by(period)
    return [UseLine(starts[row[0]], _counts(row[1:])) for row in session.execute(statement)]


def _period(starts: Sequence[date], zones: Sequence[_Zone]) -> ColumnElement[int]:
    """The number of the month in which a sitting begins."""
    ends = [*starts[1:], add_months(starts[-1], 1)]
    return case(
        *(
            (
                and_(
                    Sitting.time_zone == zone.name,
                    ExamSeat.starts_at < start_of_day(end, zone.name),
                ),
                number,
            )
            for number, end in enumerate(ends)
            for zone in zones
        ),
        else_=len(ends),
    )


_READERS = {
    Dimension.SCHOOL: _by_school,
    Dimension.CLASS: _by_class,
    Dimension.FAMILY: _by_family,
    Dimension.MONTH: _by_month,
}
