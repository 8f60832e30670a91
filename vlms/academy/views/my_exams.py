"""A person's own exams: where and when, the results, and when one may be taken again (A4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from vlms.academy.queries.own_seats import OwnSeat, get_own_seat, list_own_seats, own_attempts
from vlms.academy.rules.retakes import retake_after
from vlms.academy.rules.seat_state import SeatState
from vlms.academy.service.examining import retake_terms
from vlms.academy.sitting_words import OUTCOME_WORDS
from vlms.catalog.rules.retake import Retake
from vlms.core.clock import local_day
from vlms.core.db import db
from vlms.core.permissions import Permission
from vlms.exports.calendar import TYPE, Entry, write_calendar
from vlms.web.access import requires
from vlms.web.locales import name_of

my_exams = Blueprint("my_exams", __name__, url_prefix="/my/exams")


@my_exams.get("/")
@requires(Permission.USE_OWN_CODES)
def index() -> str:
    """What comes first on top; what is over below, with the next possible retake."""
    seats = list_own_seats(db.session())
    return render_template(
        "my_exams/index.html",
        coming=[one for one in reversed(seats) if one.seat.state is SeatState.RESERVED],
        past=[one for one in seats if one.seat.state is not SeatState.RESERVED],
        retakes=_retakes(db.session(), seats),
        words=OUTCOME_WORDS,
    )


def _retakes(session: Session, seats: Sequence[OwnSeat]) -> dict[UUID, Retake]:
    """By the newest started seat of each exam that was not passed."""
    found: dict[UUID, Retake] = {}
    seen: set[tuple[UUID, str]] = set()
    for one in seats:
        key = one.seat.person_id, one.seat.exam_number
        if one.seat.state is not SeatState.STARTED or key in seen:
            continue
        seen.add(key)
        terms = retake_terms(session, one.seat.exam, local_day(g.now, one.zone))
        tried = own_attempts(seats, one.seat.exam_number, one.seat.person_id)
        retake = None if terms is None else retake_after(tried, one.zone, terms)
        if retake is not None and one.seat.has_passed is False:
            found[one.seat.id] = retake
    return found


@my_exams.get("/<uuid:seat_id>/calendar.ics")
@requires(Permission.USE_OWN_CODES)
def calendar(seat_id: UUID) -> Response:
    one = get_own_seat(db.session(), seat_id)
    title = f"{one.seat.exam_number} {name_of(one.seat.exam)}"
    place = ", ".join(part for part in (one.site, one.room, one.address) if part)
    address = url_for(".index", _external=True)
    entry = Entry(
        f"{seat_id}-seat", title, one.starts_at, timedelta(hours=1), place, one.number, address
    )
    name = f'attachment; filename="{one.number}.ics"'
    return Response(
        write_calendar([entry], g.now), mimetype=TYPE, headers={"Content-Disposition": name}
    )
