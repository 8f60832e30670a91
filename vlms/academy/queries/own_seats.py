"""A person's own seats: exams that are coming, results, and the next possible retake (A4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from vlms.academy.models.sittings import ExamSeat, Sitting
from vlms.academy.rules.retakes import Attempt
from vlms.academy.rules.seat_state import SeatOutcome, SeatState, outcome_of
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.scope import System
from vlms.core.text import _


@dataclass(frozen=True)
class OwnSeat:
    """A seat, with where and when its sitting is: holders see no sittings themselves."""

    seat: ExamSeat
    number: str
    site: str
    address: str
    room: str
    zone: str

    @property
    def starts_at(self) -> datetime:
        return self.seat.starts_at

    @property
    def outcome(self) -> SeatOutcome:
        return outcome_of(self.seat.state, self.seat.has_passed)


def list_own_seats(session: Session) -> Sequence[OwnSeat]:
    """All of the holder's, the newest first."""
    statement = select(ExamSeat).options(joinedload(ExamSeat.exam))
    seats = session.scalars(statement.order_by(ExamSeat.starts_at.desc(), ExamSeat.id)).all()
    places = _places({seat.sitting_id for seat in seats})
    return [OwnSeat(seat, *places[seat.sitting_id]) for seat in seats]


def has_own_seats(session: Session) -> bool:
    """Whether the holder has, or had, a seat in any sitting."""
    return session.scalar(select(ExamSeat.id).limit(1)) is not None


def get_own_seat(session: Session, seat_id: UUID) -> OwnSeat:
    """Raises NotFound, also for somebody else's."""
    found = next((one for one in list_own_seats(session) if one.seat.id == seat_id), None)
    if found is None:
        raise NotFound(None, _("There is no such exam of yours."))
    return found


def _places(keys: set[UUID]) -> Mapping[UUID, tuple[str, str, str, str, str]]:
    """Number, site, address, room and zone of sittings in which the holder has a seat."""
    with reading(System("where the holder's own exams are")) as session:
        statement = select(Sitting).where(Sitting.id.in_(sorted(keys)))
        found = session.scalars(statement.options(joinedload(Sitting.site)))
        return {
            one.id: (one.number, one.site.name, one.site.address, one.room, one.time_zone)
            for one in found
        }


def own_attempts(own: Sequence[OwnSeat], exam_number: str, person_id: UUID) -> list[Attempt]:
    """What a person started of an exam, as the waits count it (A4)."""
    return [
        Attempt(one.seat.started_at or one.seat.starts_at, one.seat.has_passed)
        for one in own
        if one.seat.exam_number == exam_number
        and one.seat.person_id == person_id
        and one.seat.state is SeatState.STARTED
    ]
