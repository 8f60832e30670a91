"""A row of a transcript file: who, what, when, and until when (R1, R3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from vlms.certifications.rules.renewal import RenewalTerms, expires_on, renewed_until
from vlms.core.errors import BadInput, DomainError
from vlms.core.reading import read_day
from vlms.core.text import Text, _

LABELS: Mapping[str, Text] = {
    "who": _("Person"),
    "other_who": _("Other address"),
    "mcid": _("Certification ID"),
    "what": _("Exam or certification"),
    "day": _("Day"),
    "until": _("Valid until"),
}
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True)
class TranscriptRow:
    """What a row says; people are named by one or more of `names`, in the order that counts."""

    names: tuple[str, ...]
    what: str
    day: date
    until: date | None


def read_row(text: Mapping[str, str]) -> tuple[TranscriptRow | None, list[DomainError]]:
    """The row, or everything that is wrong with it."""
    refusals: list[DomainError] = []

    def read(reader: Callable[[str, Text], date], name: str) -> date | None:
        try:
            return reader(text[name], LABELS[name])
        except DomainError as refusal:
            refusals.append(refusal)
            return None

    day = read(read_file_day, "day")
    until = read(read_file_day, "until") if text["until"].strip() else None
    names = tuple(text[key].strip() for key in ("who", "other_who", "mcid") if text[key].strip())
    if not names:
        refusals.append(_empty("who"))
    if not text["what"].strip():
        refusals.append(_empty("what"))
    if refusals or day is None:
        return None, refusals
    return TranscriptRow(names, text["what"].strip(), day, until), []


def read_file_day(typed: str, label: Text) -> date:
    """A day as `read_day` reads it, or as exports write it: 6/30/2026, a time behind it."""
    text = re.split(r"[ T]", typed.strip(), maxsplit=1)[0]
    if found := _AMERICAN.fullmatch(text):
        text = f"{found[3]}-{int(found[1]):02}-{int(found[2]):02}"
    return read_day(text, label)


def is_whole_years_on(earned: date, until: date, terms: RenewalTerms) -> bool:
    """R1, R3: whether a last day is one that the terms of its day, and renewals, can give."""
    last = expires_on(earned, terms)
    while last < until:
        last = renewed_until(last, terms)
    return last == until


def _empty(name: str) -> BadInput:
    return BadInput(
        None,
        _("%(field)s is missing.", field=LABELS[name]),
        reason="missing",
        field=name,
        way_out=_("Fill it in."),
    )
