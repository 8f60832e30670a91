"""Calendar entries of a code: its last day, its appointment, and until when to cancel that."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from vlms.exports.calendar import Entry, write_calendar

_EXAM_LENGTH = timedelta(hours=2)


def last_day_entry(code_id: UUID, last_day: date, title: str, address: str = "") -> Entry:
    """A whole-day entry on the last day of use."""
    return Entry(f"{code_id}-last-day", title, last_day, address=address)


def appointment_entry(
    registration_id: UUID, starts_at: datetime, title: str, place: str, address: str = ""
) -> Entry:
    """An entry of two hours from the appointment's start."""
    key = f"{registration_id}-exam"
    return Entry(key, title, starts_at, _EXAM_LENGTH, place=place, address=address)


def last_day_file(code_id: UUID, last_day: date, title: str, made_at: datetime) -> str:
    """The last day of use alone."""
    return write_calendar([last_day_entry(code_id, last_day, title)], made_at)


def appointment_file(
    registration_id: UUID, starts_at: datetime, title: str, place: str, made_at: datetime
) -> str:
    """The appointment alone."""
    entry = appointment_entry(registration_id, starts_at, title, place)
    return write_calendar([entry], made_at)
