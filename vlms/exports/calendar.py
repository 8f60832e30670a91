"""Calendar files (RFC 5545) of deadlines: whole days, or moments in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

TYPE = "text/calendar"
# RFC 5545: 75 bytes, of which a folded line begins with a space.
_LINE_BYTES = 74


@dataclass(frozen=True)
class Entry:
    """Something in a calendar; `key` stays the same, so that a newer file replaces it.

    `starts` is a day, or an aware moment; `length` is of a moment, none for a deadline.
    `kind` is the sort of clock that it is of, `zone` the one in which its moment is told.
    """

    key: str
    title: str
    starts: date | datetime
    length: timedelta | None = None
    place: str = ""
    note: str = ""
    address: str = ""
    kind: str = ""
    zone: str = "UTC"

    @property
    def day(self) -> date:
        """The day on which it stands, in its zone."""
        if isinstance(self.starts, datetime):
            return self.starts.astimezone(ZoneInfo(self.zone)).date()
        return self.starts


def write_calendar(entries: Iterable[Entry], made_at: datetime, name: str = "VLMS") -> str:
    """The file's text, lines ended as the standard has it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//VLMS//Deadlines//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
    ]
    for entry in entries:
        lines += _event(entry, made_at)
    lines.append("END:VCALENDAR")
    return "".join(_folded(line) + "\r\n" for line in lines)


def _event(entry: Entry, made_at: datetime) -> list[str]:
    texts = (("SUMMARY", entry.title), ("LOCATION", entry.place), ("DESCRIPTION", entry.note))
    return [
        "BEGIN:VEVENT",
        f"UID:{entry.key}@vlms",
        f"DTSTAMP:{_utc(made_at)}",
        *_times(entry),
        *(f"{name}:{_escaped(text)}" for name, text in texts if text),
        *([f"CATEGORIES:{_escaped(entry.kind)}"] if entry.kind else []),
        *([f"URL:{entry.address}"] if entry.address else []),
        # A deadline does not take up the day.
        *([] if entry.length else ["TRANSP:TRANSPARENT"]),
        "END:VEVENT",
    ]


def _times(entry: Entry) -> list[str]:
    starts = entry.starts
    if not isinstance(starts, datetime):
        # The last day of the calendar has no day after it, and needs none.
        lines = [f"DTSTART;VALUE=DATE:{starts:%Y%m%d}"]
        if starts < date.max:
            lines.append(f"DTEND;VALUE=DATE:{starts + timedelta(days=1):%Y%m%d}")
        return lines
    lines = [f"DTSTART:{_utc(starts)}"]
    return [*lines, f"DTEND:{_utc(starts + entry.length)}"] if entry.length else lines


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: str) -> str:
    """Without control characters, which no line of the format may have."""
    kept = "".join(sign for sign in text if sign in "\n\t" or (sign >= " " and sign != "\x7f"))
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        kept = kept.replace(plain, written)
    return kept


def _folded(line: str) -> str:
    """Longer lines go on after a line break and a space, never within a character."""
    parts, size = [""], 0
    for symbol in line:
        size += len(symbol.encode())
        if size > _LINE_BYTES:
            parts.append("")
            size = len(symbol.encode())
        parts[-1] += symbol
    return "\r\n ".join(parts)
