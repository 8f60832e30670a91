"""A strict reader of calendar files: what RFC 5545 asks for and our files must keep to."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(r"[A-Z][A-Z-]*")
_MOMENT = re.compile(r"\d{8}T\d{6}Z")
_DAY = re.compile(r"\d{8}")
_ESCAPED = {"n": "\n", "N": "\n", "\\": "\\", ";": ";", ",": ","}


@dataclass(frozen=True)
class Property:
    parameters: str
    value: str

    @property
    def text(self) -> str:
        """The value without its escapes. Raises ValueError for what stands bare or is unknown."""
        return _unescaped(self.value)


Event = dict[str, Property]


def read_calendar(text: str) -> list[Event]:
    """The events of a file. Raises ValueError for whatever breaks the format."""
    lines = _unfolded(text)
    frame = _section(lines, "VCALENDAR")
    head: Event = {}
    events: list[Event] = []
    while frame:
        if frame[0] == "BEGIN:VEVENT":
            end = frame.index("END:VEVENT")
            events.append(_event(frame[1:end]))
            frame = frame[end + 1 :]
        else:
            name, found = _property(frame.pop(0))
            head[name] = found
    if head["VERSION"].value != "2.0" or not head["PRODID"].value:
        raise ValueError("no version, or nobody made it")
    keys = [event["UID"].value for event in events]
    if len(keys) != len(set(keys)):
        raise ValueError("two events with one UID")
    return events


def _unfolded(text: str) -> list[str]:
    if not text.endswith("\r\n") or re.search(r"(?<!\r)\n|\r(?!\n)", text):
        raise ValueError("a line that does not end with CRLF")
    raw = text.removesuffix("\r\n").split("\r\n")
    if any(len(line.encode()) > 75 for line in raw):
        raise ValueError("a line of more than 75 bytes")
    return "\r\n".join(raw).replace("\r\n ", "").split("\r\n")


def _section(lines: list[str], name: str) -> list[str]:
    if lines[0] != f"BEGIN:{name}" or lines[-1] != f"END:{name}":
        raise ValueError(f"no {name} around it")
    return lines[1:-1]


def _property(line: str) -> tuple[str, Property]:
    head, colon, value = line.partition(":")
    name, _semicolon, parameters = head.partition(";")
    if not colon or not _NAME.fullmatch(name):
        raise ValueError(f"no property: {line!r}")
    if any(ord(sign) < 32 and sign != "\t" for sign in value):
        raise ValueError("a control character")
    return name, Property(parameters, value)


def _event(lines: list[str]) -> Event:
    pairs = [_property(line) for line in lines]
    event = dict(pairs)
    if len(event) != len(pairs):
        raise ValueError("a property twice")
    for name in ("UID", "DTSTAMP", "DTSTART", "SUMMARY"):
        if name not in event:
            raise ValueError(f"an event without {name}")
    _check_times(event)
    for name in ("SUMMARY", "LOCATION", "DESCRIPTION"):
        if name in event:
            _unescaped(event[name].value)
    return event


def _check_times(event: Event) -> None:
    for name in ("DTSTAMP", "DTSTART", "DTEND"):
        found = event.get(name)
        if found is None:
            continue
        form = _DAY if found.parameters == "VALUE=DATE" else _MOMENT
        if found.parameters not in ("", "VALUE=DATE") or not form.fullmatch(found.value):
            raise ValueError(f"no time: {found}")
    end = event.get("DTEND")
    if end is not None and end.value <= event["DTSTART"].value:
        raise ValueError("it ends before it begins")


def _unescaped(value: str) -> str:
    found, signs = "", iter(value)
    for sign in signs:
        if sign in ";,":
            raise ValueError(f"{sign} stands bare")
        if sign == "\\":
            following = next(signs, "")
            if following not in _ESCAPED:
                raise ValueError(f"unknown escape {following!r}")
            sign = _ESCAPED[following]
        found += sign
    return found
