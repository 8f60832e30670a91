"""Which sittings and requests stay bound to people who leave (C2, A4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.academy.models.sittings import ExamSeat
from vlms.academy.rules.seat_state import OPEN
from vlms.academy.sitting_words import SEAT_WORDS
from vlms.accounts.bound import Bound, Found
from vlms.core.permissions import Permission
from vlms.core.text import _

# While its result may still come.
RECORDED_WITHIN = timedelta(days=60)


def find_bound_seats(session: Session, person_ids: Collection[UUID], now: datetime) -> Found:
    """Exams for which they are on a list, or which they have begun."""
    found: dict[UUID, list[Bound]] = defaultdict(list)
    statement = (
        select(ExamSeat)
        .where(
            ExamSeat.person_id.in_(sorted(person_ids)),
            ExamSeat.state.in_(sorted(OPEN)),
        )
        .order_by(ExamSeat.starts_at, ExamSeat.id)
    )
    for seat in session.scalars(statement):
        values = {"sitting_id": str(seat.sitting_id)}
        state = SEAT_WORDS[seat.state]
        needs = Permission.VIEW_ROSTERS
        exam, page = seat.exam_number, "sittings.show"
        runs = now < seat.starts_at + RECORDED_WITHIN
        place = Bound(_("Exam"), exam, state, None, page, values, needs, ends_first=runs)
        found[seat.person_id].append(place)
    return found
