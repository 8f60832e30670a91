"""Reads the codes of a moving-in: whose line they are of, and whether somebody has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from vlms.codes.custody import Custody
from vlms.codes.rules.lifecycle import TERMINAL
from vlms.core.clock import local_day
from vlms.core.errors import BadInput, DomainError
from vlms.core.keys import KeyRing
from vlms.core.reading import read_moment
from vlms.core.term import start_of_day
from vlms.core.text import _
from vlms.planning.queries.openings import exam_numbers, held_anywhere
from vlms.planning.rules.opening_codes import EXPIRED, expiry_of, state_of, text_of, wrong_in_code
from vlms.planning.rules.opening_facts import CodeFacts, LineFacts, Place, ReadRow
from vlms.planning.rules.opening_sheets import CELLS, SheetKey
from vlms.planning.service.opening_named import Directory

_LABELS = {cell.key: cell.label for cell in CELLS[SheetKey.CODES]}
Rows = Iterable[tuple[ReadRow, Mapping[str, Any]]]


class CodeReader:
    """Turns the rows of the sheet of codes into facts; `rows` keep what is wrong with each."""

    def __init__(
        self,
        session: Session,
        keys: KeyRing,
        lines: Mapping[Place, LineFacts],
        directory: Directory,
        now: datetime,
    ) -> None:
        self.rows: list[ReadRow] = []
        self._custody, self._lines = Custody(keys), lines
        self._directory, self._now = directory, now
        self._exams = exam_numbers(session)

    def read(self, rows: Rows) -> dict[Place, list[CodeFacts]]:
        """The codes by their line; those that somebody has already are told by row alone (C7)."""
        found: dict[Place, list[CodeFacts]] = defaultdict(list)
        by_index: dict[bytes, ReadRow] = {}
        for row, values in rows:
            self.rows.append(row)
            if not row.refusals:
                self._read_row(row, values, by_index)
            if isinstance(row.facts, CodeFacts):
                found[row.facts.place].append(row.facts)
        for index in held_anywhere(by_index.keys()):
            by_index[index].refusals.append(_already_held())
        return dict(found)

    def _read_row(
        self, row: ReadRow, values: Mapping[str, Any], by_index: dict[bytes, ReadRow]
    ) -> None:
        try:
            line = self._line(values)
            today = local_day(self._now, line.agreement.zone)
            row.refusals += wrong_in_code(values, line, today)
            code = self._code(values, line, today)
        except DomainError as refusal:
            row.refusals.append(refusal)
            return
        row.facts = code
        if code.text is not None:
            first = by_index.setdefault(self._custody.index(code.text), row)
            row.refusals += [] if first is row else [_double(first.number)]

    def _line(self, values: Mapping[str, Any]) -> LineFacts:
        place = values["order"], values["line"] or 1
        line = self._lines.get(place)
        if line is None or not line.product.yields_codes:
            raise BadInput(
                "C1",
                _("%(order)s/%(line)s is no line of codes.", order=place[0], line=place[1]),
                field="order",
                way_out=_("Name the order and the line as on the sheet of orders."),
            )
        return line

    def _code(self, values: Mapping[str, Any], line: LineFacts, today: date) -> CodeFacts:
        text, last4, is_own = text_of(values)
        expiry, state = expiry_of(values, line, today), state_of(values)
        zone = line.agreement.zone
        exam = values["exam"]
        if exam is not None and exam not in self._exams:
            raise BadInput(
                "C3",
                _("There is no exam %(number)s.", number=exam),
                field="exam",
                way_out=_("Write its number as in the catalogue, or leave it empty."),
            )

        def at(name: str) -> datetime | None:
            return start_of_day(values[name], zone) if values[name] else None

        has_ended = state in TERMINAL
        lapsed_at = expiry.expires_at if values["state"] == EXPIRED else None
        return CodeFacts(
            place=line.place,
            text=text,
            is_own_kind=is_own,
            last4=last4,
            state=state,
            person_id=self._directory.person(values["holder"]) if values["holder"] else None,
            expiry=expiry,
            assigned_at=at("assigned_on"),
            claimed_at=at("claimed_on"),
            ended_at=at("ended_on") if has_ended else lapsed_at,
            exam=exam,
            site=values["site"],
            starts_at=_appointment(values["appointment"], zone),
            reference=values["reference"],
        )


def _appointment(typed: str | None, zone: str) -> datetime | None:
    if typed is None:
        return None
    try:
        return read_moment(zone)(typed.strip().replace(" ", "T", 1), _LABELS["appointment"])
    except BadInput as refusal:
        refusal.field = "appointment"
        raise


def _double(first: int) -> BadInput:
    return BadInput(
        "C7",
        _("The same code stands in row %(other)s already.", other=first),
        reason="double",
        field="code",
        way_out=_("Remove one of the two rows."),
    )


def _already_held() -> BadInput:
    return BadInput(
        "C7",
        _("This code is already held."),
        reason="already_held",
        field="code",
        way_out=_("Remove the row, or ask the operator."),
    )
