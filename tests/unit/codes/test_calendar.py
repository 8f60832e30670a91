"""Calendar files of last days and appointments (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

from vlms.codes.calendar import appointment_file, last_day_file

KEY = UUID(int=7)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_the_last_day_is_a_whole_day() -> None:
    lines = unfolded(last_day_file(KEY, date(2026, 12, 31), "Last day", NOW))
    assert "DTSTART;VALUE=DATE:20261231" in lines
    assert "DTEND;VALUE=DATE:20270101" in lines


def test_an_appointment_is_written_in_utc() -> None:
    taipei = timezone(timedelta(hours=8))
    starts_at = datetime(2026, 4, 1, 1, 30, tzinfo=taipei)
    lines = unfolded(appointment_file(KEY, starts_at, "Exam", "台北", NOW))
    assert "DTSTART:20260331T173000Z" in lines
    assert "LOCATION:台北" in lines
