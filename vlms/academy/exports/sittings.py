"""Papers of a sitting: the session list to print and sign, and its calendar file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from vlms.academy.models.sittings import ExamSeat, Sitting
from vlms.academy.rules.seat_state import OPEN
from vlms.academy.sitting_words import SEAT_WORDS
from vlms.core.text import DayWriter, _, written
from vlms.exports.calendar import Entry, write_calendar
from vlms.exports.document import Document, Facts, Note, Rows
from vlms.exports.table import Column, Kind, Table

_LENGTH = timedelta(hours=1)
_LINE = "________________"


def session_list(
    sitting: Sitting, exam_name: str, made_at: datetime, write_day: DayWriter
) -> Document:
    """The candidates with room to sign; those who were taken out are not on it."""
    local = sitting.starts_at.astimezone(ZoneInfo(sitting.time_zone))
    seats = sorted(
        (seat for seat in sitting.seats if seat.state in OPEN),
        key=lambda seat: (seat.person.number or "", seat.person.search_name),
    )
    facts = Facts(
        (
            (_("Exam"), f"{sitting.exam_number} {exam_name}"),
            (_("Day"), written_day(local, write_day)),
            (_("Time"), f"{local:%H:%M} ({sitting.time_zone})"),
            (_("School"), sitting.school.name),
            (_("Class"), sitting.school_class.title if sitting.school_class else "–"),
            (_("Site"), sitting.site.name),
            (_("Testing center number"), sitting.site.center_number or "–"),
            (_("Room"), sitting.room or "–"),
            (_("Proctor"), sitting.proctor.name if sitting.proctor else _LINE),
            (_("Substitute"), sitting.substitute.name if sitting.substitute else "–"),
            (_("Candidates"), len(seats)),
        )
    )
    signing = Facts(((_("Signature of the proctor"), _LINE * 2), (_("Remarks"), _LINE * 3)))
    return Document(
        _("Session list"),
        [
            facts,
            Rows(_table(seats, made_at)),
            Note(_("Check each identity document against the legal name before the exam starts.")),
            signing,
        ],
        made_at,
        number=sitting.number,
        write_day=write_day,
        landscape=True,
    )


def written_day(local: datetime, write_day: DayWriter) -> str:
    return write_day(local.date())


def _table(seats: Sequence[ExamSeat], made_at: datetime) -> Table[tuple[int, ExamSeat]]:
    columns: list[Column[tuple[int, ExamSeat]]] = [
        Column(_("Seat"), lambda row: row[0], Kind.INTEGER),
        Column(_("Number"), lambda row: row[1].person.number),
        Column(_("Name"), lambda row: row[1].person.name),
        Column(_("Legal name"), lambda row: row[1].legal_name),
        Column(_("Account with the test provider"), lambda row: row[1].provider_account),
        Column(_("Guardian's consent"), lambda row: _consent(row[1])),
        Column(_("State"), lambda row: str(SEAT_WORDS[row[1].state.value])),
        Column(_("Signature"), lambda _row: _LINE),
    ]
    rows = list(enumerate(seats, start=1))
    return Table(_("Session list"), columns, rows, made_at)


def _consent(seat: ExamSeat) -> str:
    if not seat.is_minor:
        return "–"
    return str(written(seat.consent_on)) if seat.consent_on else str(_("missing"))


def sitting_calendar(sitting: Sitting, exam_name: str, made_at: datetime, address: str = "") -> str:
    """An entry of an hour from the sitting's start."""
    place = ", ".join(part for part in (sitting.site.name, sitting.room) if part)
    title = f"{sitting.exam_number} {exam_name}"
    entry = Entry(
        f"{sitting.id}-sitting",
        title,
        sitting.starts_at,
        _LENGTH,
        place=place,
        note=sitting.number,
        address=address,
    )
    return write_calendar([entry], made_at)
