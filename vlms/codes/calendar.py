"""Calendar files (RFC 5545) of a code's last day and of its appointment."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

_LINE_BYTES = 74
_EXAM_LENGTH = timedelta(hours=2)


def last_day_file(code_id: UUID, last_day: date, title: str, made_at: datetime) -> str:
    """A whole-day entry on the last day of use."""
    times = [
        f"DTSTART;VALUE=DATE:{last_day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{last_day + timedelta(days=1):%Y%m%d}",
    ]
    return _file(f"{code_id}-last-day", times, title, "", made_at)


def appointment_file(
    registration_id: UUID, starts_at: datetime, title: str, place: str, made_at: datetime
) -> str:
    """An entry of two hours from the appointment's start."""
    times = [f"DTSTART:{_utc(starts_at)}", f"DTEND:{_utc(starts_at + _EXAM_LENGTH)}"]
    return _file(f"{registration_id}-exam", times, title, place, made_at)


def _file(key: str, times: list[str], title: str, place: str, made_at: datetime) -> str:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//VLMS//Codes//EN",
        "BEGIN:VEVENT",
        f"UID:{key}@vlms",
        f"DTSTAMP:{_utc(made_at)}",
        *times,
        f"SUMMARY:{_escaped(title)}",
        *([f"LOCATION:{_escaped(place)}"] if place else []),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(_folded(line) + "\r\n" for line in lines)


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, written)
    return text.replace("\r", "")


def _folded(line: str) -> str:
    """Lines longer than 75 bytes go on after a line break and a space."""
    parts, size = [""], 0
    for symbol in line:
        size += len(symbol.encode())
        if size > _LINE_BYTES:
            parts.append("")
            size = len(symbol.encode())
        parts[-1] += symbol
    return "\r\n ".join(parts)
