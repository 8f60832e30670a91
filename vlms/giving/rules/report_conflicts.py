"""Rows of one report that contradict each other: neither counts, each says so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from vlms.core.dry_run import Fault, row_fault
from vlms.core.errors import DomainError
from vlms.core.text import _
from vlms.giving.rules.report_rows import ToldRow
from vlms.giving.rules.report_words import Happening

_FINAL = frozenset({Happening.NO_SHOW, Happening.DELIVERED})
_ORDER = {happening: place for place, happening in enumerate(Happening)}


def in_order(rows: Iterable[ToldRow]) -> list[ToldRow]:
    """Rows by when it happened; of one instant by what can come first."""
    return sorted(rows, key=lambda told: (told.happened_at, _ORDER[told.happening], told.number))


def find_contradictions(rows: Iterable[tuple[ToldRow, str]]) -> Mapping[int, Fault]:
    """Faults by row: an appointment both missed and taken, an exam both passed and failed.

    Each row comes with the digest of the code that it names.
    """
    by_slot: dict[tuple[object, ...], list[ToldRow]] = defaultdict(list)
    for told, code in rows:
        if told.happening in _FINAL:
            by_slot[code, told.exam, told.starts_at].append(told)
    found: dict[int, Fault] = {}
    for same in by_slot.values():
        if _contradict(same):
            for told in same:
                others = [str(one.number) for one in same if one.number != told.number]
                found[told.number] = _fault(told.number, others)
    return found


def _contradict(rows: list[ToldRow]) -> bool:
    said = ({one.happening for one in rows}, {one.result for one in rows} - {None})
    scores = {one.score for one in rows} - {None}
    return any(len(each) > 1 for each in (*said, scores))


def _fault(number: int, others: list[str]) -> Fault:
    refusal = DomainError(
        "C3",
        _("It contradicts row %(rows)s about the same appointment.", rows=tuple(others)),
        way_out=_("Ask the provider which is right, and remove the other."),
    )
    return row_fault(number, refusal, "status")
