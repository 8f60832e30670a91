"""One row of an exam provider's report, read: who, which exam, what happened and when (C3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from vlms.codes.errors import BadCodeText
from vlms.codes.rules.code_text import is_own_code, last_symbols, read_typed, squeezed
from vlms.core.dry_run import Fault, row_fault
from vlms.core.errors import BadInput, DomainError
from vlms.core.reading import canonical_email, read_text, read_zone, refuse
from vlms.core.text import Text, _
from vlms.exports.days import DayOrder, read_file_moment
from vlms.exports.mapping import FromColumn, Source
from vlms.giving.rules.report_words import (
    FIELDS,
    ExamResult,
    Happening,
    happening_of,
    is_known_result,
    result_of,
)

Value = TypeVar("Value")
LABELS: dict[str, Text] = {one.key: one.label for one in FIELDS}
# A shorter one may stand in an address or a number by chance.
SHORTEST_CODE = 8
_OFFSETS = ("UTC", "GMT")
_LONGEST = {"name": 200, "email": 254, "number": 60, "exam": 20, "score": 40, "site": 200}


@dataclass(frozen=True)
class Candidate:
    """Who sat the exam, as the provider knows them; what is not told is empty."""

    email: str = ""
    number: str = ""
    name: str = ""

    @property
    def shown(self) -> str:
        return self.name or self.email or self.number


@dataclass(frozen=True)
class ToldRow:
    """What a row tells. `texts` are the codes that it may mean: secrets, never shown."""

    number: int
    happening: Happening
    happened_at: datetime
    candidate: Candidate
    last4: str
    texts: tuple[str, ...] = field(default=(), repr=False)
    exam: str | None = None
    starts_at: datetime | None = None
    result: ExamResult | None = None
    score: str | None = None
    site: str = ""


@dataclass(frozen=True)
class Reading:
    """How the days of a report are written, and of which zone they are unless it says so."""

    order: DayOrder
    zone: str
    now: datetime


def read_report_row(
    number: int, cells: tuple[str, ...], mapping: Mapping[str, Source], how: Reading
) -> tuple[ToldRow | None, list[Fault]]:
    """The row, or what is wrong with it: each column's fault with what would be right."""
    row = _Row(number, cells, mapping, how)
    told = row.read()
    return (None if row.faults else told), row.faults


class _Row:
    """Reads a row's cells one by one and gathers what is wrong."""

    def __init__(
        self, number: int, cells: tuple[str, ...], mapping: Mapping[str, Source], how: Reading
    ) -> None:
        self.number, self.cells, self.mapping, self.how = number, cells, mapping, how
        self.faults: list[Fault] = []

    def read(self) -> ToldRow | None:
        happening = self._try("status", self._happening)
        candidate = Candidate(
            canonical_email(self._line("email")), self._line("number"), self._line("name")
        )
        texts, last4 = self._code(candidate)
        zone = self._try("zone", self._zone) or self.how.zone
        starts_at = self._try("starts", lambda: self._moment("starts", zone))
        happened_at = self._try("happened", lambda: self._moment("happened", zone))
        result = self._try("result", self._result)
        if happening is None or self.faults:
            return None
        happened_at = self._when(happening, happened_at, starts_at)
        self._require_booking(happening, starts_at)
        if happened_at is None:
            return None
        is_delivered = happening is Happening.DELIVERED
        return ToldRow(
            self.number,
            happening,
            happened_at,
            candidate,
            last4,
            texts,
            _exam_number(self._line("exam")),
            starts_at,
            result if is_delivered else None,
            (self._line("score") or None) if is_delivered else None,
            self._line("site"),
        )

    def _when(
        self, happening: Happening, happened_at: datetime | None, starts_at: datetime | None
    ) -> datetime | None:
        """An exam is taken or missed at its appointment, unless the file says when."""
        if happened_at is None and happening in (Happening.DELIVERED, Happening.NO_SHOW):
            happened_at = starts_at
        if happened_at is None:
            self._fault(
                "happened", _("%(field)s is missing.", field=LABELS["happened"]), _GIVE_TIME
            )
        elif happened_at > self.how.now:
            sentence = _("%(field)s lies in the future.", field=LABELS["happened"])
            self._fault("happened", sentence, _("Check the date and the time zone."))
        return happened_at

    def _require_booking(self, happening: Happening, starts_at: datetime | None) -> None:
        if happening not in (Happening.REGISTERED, Happening.MOVED):
            return
        if starts_at is None:
            self._fault("starts", _("%(field)s is missing.", field=LABELS["starts"]), _GIVE_TIME)
        if not self._line("exam"):
            sentence = _("%(field)s is missing.", field=LABELS["exam"])
            self._fault("exam", sentence, _("Give the exam's number, as AZ-900."))

    def _code(self, candidate: Candidate) -> tuple[tuple[str, ...], str]:
        """What may be the code, and its last symbols; never part of a fault."""
        typed, last4 = self._cell("code"), self._line("last4").upper()
        if typed:
            try:
                texts = read_typed(typed).texts
                return texts, last_symbols(texts[0])
            except BadCodeText:
                sentence = _("%(field)s cannot be a code.", field=LABELS["code"])
                self._fault("code", sentence, _("Copy it from the provider's own list again."))
                return (), ""
        if not last4 or not candidate.shown:
            sentence = _("The row names no code, and not its last characters with a candidate.")
            self._fault("code", sentence, _("Give the code, or its last characters and who it is."))
        return (), last4[-4:]

    def _happening(self) -> Happening:
        typed = self._cell("status")
        found = happening_of(typed)
        if found is None:
            way_out = _("Write registered, moved, cancelled, no-show, delivered, pass or fail.")
            raise refuse(typed, LABELS["status"], way_out)
        return found

    def _result(self) -> ExamResult | None:
        typed = self._cell("result")
        if not is_known_result(typed):
            raise refuse(typed, LABELS["result"], _("Write pass or fail, or nothing."))
        return result_of(typed) or result_of(self._cell("status"))

    def _zone(self) -> str | None:
        typed = self._cell("zone")
        if not typed or typed in _OFFSETS:
            return "UTC" if typed else None
        return read_zone(typed, LABELS["zone"])

    def _moment(self, key: str, zone: str) -> datetime | None:
        return read_file_moment(self._cell(key), self.how.order, zone, LABELS[key])

    def _cell(self, key: str) -> str:
        match self.mapping.get(key):
            case None:
                return ""
            case FromColumn(place):
                return self.cells[place].strip()
            case fixed:
                return fixed.value

    def _line(self, key: str) -> str:
        """A cell of plain text; an empty one is empty."""
        typed = self._cell(key)
        if not typed:
            return ""
        if self._tells_code(typed):
            sentence = _("%(field)s holds a voucher's code.", field=LABELS[key])
            self._fault(key, sentence, _("Choose another column, or take the code out of it."))
            return ""
        longest = _LONGEST.get(key, 200)
        return self._try(key, lambda: read_text(longest)(typed, LABELS[key])) or ""

    def _tells_code(self, typed: str) -> bool:
        """A code is kept nowhere but where it is sealed (C8)."""
        code = squeezed(self._cell("code"))
        is_same = len(code) >= SHORTEST_CODE and code in squeezed(typed)
        return is_same or is_own_code(typed)

    def _try(self, key: str, read: Callable[[], Value]) -> Value | None:
        try:
            return read()
        except BadInput as refusal:
            self._add(row_fault(self.number, refusal, key))
            return None

    def _fault(self, key: str, sentence: Text, way_out: Text) -> None:
        self._add(row_fault(self.number, DomainError(None, sentence, way_out=way_out), key))

    def _add(self, fault: Fault) -> None:
        if fault not in self.faults:
            self.faults.append(fault)


def _exam_number(typed: str) -> str | None:
    """Providers write the exam's title behind its number."""
    return typed.upper().split()[0].rstrip(":：") if typed else None


_GIVE_TIME = _("Give day and time, as 2026-12-31 14:30.")
