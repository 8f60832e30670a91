"""Reads people that somebody pasted: one a line, as mail programs and spreadsheets write them."""

from __future__ import annotations

import re

from vlms.giving.rules.handouts import Entry

_SEPARATORS = re.compile(r"[\t;,，；、]")
_NUMBER = re.compile(r"[A-Za-z]{0,4}[-_]?\d[\w-]*")


def looks_like_a_table(text: str) -> bool:
    """Whether its first line is a heading of several columns, as copied from a spreadsheet."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    fields = [field.strip() for field in _SEPARATORS.split(first)]
    return (
        "@" not in first and len([each for each in fields if each]) > 1 and not _has_number(fields)
    )


def read_pasted(text: str) -> list[Entry]:
    """The filled lines; what is neither address nor number counts as the name."""
    lines = enumerate(text.splitlines(), start=1)
    return [_entry(number, line) for number, line in lines if line.strip(" \t;,")]


def _entry(line: int, text: str) -> Entry:
    bracketed = _bracketed(line, text)
    if bracketed is not None:
        return bracketed
    fields = [field.strip(" \"'") for field in _SEPARATORS.split(text)]
    fields = [field for field in fields if field]
    email = next((each for each in fields if "@" in each), "")
    number = next((each for each in fields if _NUMBER.fullmatch(each)), "")
    others = [each for each in fields if each not in (email, number)]
    if not email and not number and len(others) == 1 and " " not in others[0]:
        # A single word is more likely an address that lost its sign than a name.
        return Entry(line, others[0])
    return Entry(line, email, " ".join(others), number)


def _bracketed(line: int, text: str) -> Entry | None:
    """Ann Lee <ann@example.com>; taken apart step by step, in time that grows with the line."""
    name, bracket, rest = text.partition("<")
    email, closing, behind = rest.partition(">")
    if not (bracket and closing) or ">" in name or "<" in email or behind.strip(" \t;,"):
        return None
    return Entry(line, email.strip(), name.strip(" \t\"'"))


def _has_number(fields: list[str]) -> bool:
    return any(_NUMBER.fullmatch(field) for field in fields)
