"""Pages of sittings: their list, one sitting, its papers (A2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from flask import Blueprint, g, render_template, url_for
from werkzeug.wrappers import Response

from vlms.academy.exports.sittings import session_list, sitting_calendar
from vlms.academy.models.sittings import ExamSeat, Sitting, SittingState
from vlms.academy.queries.sittings import (
    Look,
    SittingFilter,
    count_seats,
    get_sitting,
    search_sittings,
)
from vlms.academy.rules.seat_state import SeatState
from vlms.academy.service.candidates import check_candidate, sharers_in
from vlms.academy.service.results import retakes_of
from vlms.academy.service.seats import check_reversal, day_of
from vlms.academy.sitting_acts import acts_on_sitting, has_waiting, is_own, start_conditions
from vlms.academy.sitting_words import (
    ACTION_WORDS,
    COLUMN_WORDS,
    PASS_WORDS,
    SEAT_WORDS,
    SITTING_WORDS,
    VALUE_WORDS,
)
from vlms.accounts.queries import get_organisation, list_schools
from vlms.audit.views import journal_of
from vlms.core.days import day_writer
from vlms.core.db import db
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.term import end_of_day, start_of_day
from vlms.core.text import _
from vlms.exports.calendar import TYPE
from vlms.web.access import requires
from vlms.web.asked import asked_between
from vlms.web.forms import Form
from vlms.web.lists import Filter, Heading, ListPage, day_filter
from vlms.web.locales import current_language, name_of
from vlms.web.pages import listing, send_document, wanted
from vlms.web.words import add_words

sittings = Blueprint("sittings", __name__, url_prefix="/o/<organisation>/sittings")
add_words(ACTION_WORDS, COLUMN_WORDS, VALUE_WORDS)

HEADINGS = (
    Heading("number", _("Sitting"), "number", "nowrap"),
    Heading("starts_at", _("Starts at"), "starts_at", "nowrap"),
    Heading("exam", _("Exam")),
    Heading("school", _("School")),
    Heading("class", _("Class")),
    Heading("site", _("Site")),
    Heading("seats", _("Reserved / started / all"), look="number"),
    Heading("state", _("State")),
    Heading("room", _("Room"), is_extra=True),
    Heading("proctor", _("Proctor"), is_extra=True),
)


_FROM, _UNTIL = ("from", _("From day")), ("until", _("Until day"))


def look() -> Look:
    return Look(db.session(), g.actor, g.now)


@sittings.get("/")
@requires(Permission.VIEW_ROSTERS)
def index() -> str:
    """The sittings under the filters in the address: `q`, `school`, `state`, `from`, `until`."""
    found = search_sittings(look(), _asked(), listing("-starts_at"))
    return render_template(
        "sittings/index.html",
        list=ListPage("sittings.index", HEADINGS, _filters()),
        found=found,
        counts=count_seats(db.session(), [one.id for one in found.rows]),
        words=SITTING_WORDS,
        SeatState=SeatState,
    )


def _filters() -> tuple[Filter, ...]:
    schools = list_schools(db.session(), UUID(str(g.workspace.organisation_id)))
    days = asked_between(_FROM, _UNTIL)
    return (
        Filter("q", _("Search in this list"), hint=_("Number, exam or room")),
        Filter("school", _("School"), {str(school.id): school.name for school in schools}),
        Filter("state", _("State"), SITTING_WORDS),
        day_filter(*_FROM, days.first.error),
        day_filter(*_UNTIL, days.last.error),
    )


def _asked() -> SittingFilter:
    schools = {str(s.id): s.id for s in list_schools(db.session(), g.workspace.organisation_id)}
    state, zone = wanted("state"), g.workspace.time_zone
    days = asked_between(_FROM, _UNTIL)
    first, last = days.first.value, days.last.value
    return SittingFilter(
        wanted("q"),
        schools.get(wanted("school") or ""),
        SittingState(state) if state in set(SittingState) else None,
        start_of_day(first, zone) if first else None,
        end_of_day(last, zone) if last else None,
    )


@sittings.get("/<uuid:sitting_id>")
@requires(Permission.VIEW_ROSTERS)
def show(sitting_id: UUID) -> str:
    return show_page(get_sitting(look(), sitting_id), Form())


def show_page(sitting: Sitting, form: Form, ticked: frozenset[str] | None = None) -> str:
    """The page of a sitting, with the form that starts its exams; `ticked` are seats."""
    acts = acts_on_sitting(look(), sitting)
    retakes = retakes_of(db.session(), sitting)
    seats = sorted(sitting.seats, key=lambda seat: (seat.person.search_name, seat.id))
    return render_template(
        "sittings/show.html",
        sitting=sitting,
        seats=seats,
        form=form,
        ticked=_ready(sitting) if ticked is None else ticked,
        missing=_missing(sitting),
        retakes=retakes,
        reversible=_reversible(sitting),
        conditions=start_conditions(look(), sitting),
        has_waiting=has_waiting(sitting),
        acts=[act for act in acts if is_own(act)],
        acts_of_others=[act for act in acts if not is_own(act)],
        entries=journal_of(sitting.id, *(seat.id for seat in sitting.seats)),
        words=SITTING_WORDS,
        seat_words=SEAT_WORDS,
        pass_words=PASS_WORDS,
        SeatState=SeatState,
    )


def _missing(sitting: Sitting) -> Mapping[UUID, DomainError]:
    """By reserved seat: what is to be completed before its exam starts."""
    found: dict[UUID, DomainError] = {}
    sharers = sharers_in(sitting)
    for seat in _reserved(sitting):
        try:
            check_candidate(seat, day_of(sitting), sharers)
        except DomainError as refusal:
            found[seat.id] = refusal
    return found


def _ready(sitting: Sitting) -> frozenset[str]:
    missing = _missing(sitting)
    return frozenset(str(seat.id) for seat in _reserved(sitting) if seat.id not in missing)


def _reserved(sitting: Sitting) -> list[ExamSeat]:
    return [seat for seat in sitting.seats if seat.state is SeatState.RESERVED]


def _reversible(sitting: Sitting) -> frozenset[UUID]:
    """The seats whose start can still be reversed, by who may."""
    if not g.actor.may(Permission.SCHEDULE_EXAMS):
        return frozenset()
    return frozenset(seat.id for seat in sitting.seats if _may_reverse(seat, sitting, g.now))


def _may_reverse(seat: ExamSeat, sitting: Sitting, now: datetime) -> bool:
    try:
        check_reversal(seat, sitting, now)
    except DomainError:
        return False
    return True


@sittings.get("/<uuid:sitting_id>/session-list.pdf")
@requires(Permission.VIEW_ROSTERS)
def session_sheet(sitting_id: UUID) -> Response:
    sitting = get_sitting(look(), sitting_id)
    organisation = get_organisation(db.session(), sitting.organisation_id)
    writes = day_writer(current_language(), organisation.has_roc_years)
    paper = session_list(sitting, name_of(sitting.exam), g.now, writes)
    return send_document(paper, f"session-list-{sitting.number}")


@sittings.get("/<uuid:sitting_id>/calendar.ics")
@requires(Permission.VIEW_ROSTERS)
def calendar(sitting_id: UUID) -> Response:
    sitting = get_sitting(look(), sitting_id)
    address = url_for("sittings.show", sitting_id=sitting.id, _external=True)
    text = sitting_calendar(sitting, name_of(sitting.exam), g.now, address)
    name = f'attachment; filename="{sitting.number}.ics"'
    return Response(text, mimetype=TYPE, headers={"Content-Disposition": name})
