"""What a row of a monthly report would write, beside what stands there for its month (K5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from vlms.core.dry_run import Change, Difference, Line
from vlms.core.text import Text, _
from vlms.partners.models.skills_reports import ReportedSkill
from vlms.partners.rules.report_rows import LABELS
from vlms.partners.rules.skills_layouts import NO, YES

Key = tuple[str, str, date]
Values = dict[str, Any]
COMPARED = ("title", "training_type", "expires_on", "in_pmc", "in_pc", "mpn_id", "relevant")


@dataclass(frozen=True)
class Found:
    """A row that can be written: its key, its columns, and the row that stands there already."""

    key: Key
    values: Values
    held_id: UUID | None = None

    @property
    def said(self) -> frozenset[str]:
        """The columns in which it says something."""
        return frozenset(name for name, value in self.values.items() if value is not None)


def change_of(held: ReportedSkill | None, values: Values) -> tuple[Change, tuple[Difference, ...]]:
    """What a row changes, and in which columns that people see."""
    if held is None:
        return Change.NEW, ()
    differences = tuple(
        Difference(LABELS[name], _plain(getattr(held, name)), _plain(values[name]))
        for name in COMPARED
        if getattr(held, name) != values[name]
    )
    is_same = all(getattr(held, name) == value for name, value in values.items())
    return (Change.SAME if is_same else Change.CHANGED), differences


def without_erased(
    lines: Sequence[Line[Found]],
    erased: Sequence[ReportedSkill],
    days: Mapping[UUID, date | None],
) -> tuple[list[Line[Found]], frozenset[UUID]]:
    """K5, ours: rows of people who were erased since stay without a name; and which ones do.

    Nothing is kept that would tell whom such a row named. It is the file's row of the same
    training and day that is new and of nobody known here, unless there are more of these than
    rows of erased people: then who imports is told.
    """
    left: dict[tuple[str, date], list[ReportedSkill]] = defaultdict(list)
    for row in erased:
        left[row.key[1:]].append(row)
    named: dict[tuple[str, date], list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        if line.change is Change.NEW and line.facts and line.facts.values["person_id"] is None:
            named[line.facts.key[1:]].append(place)
    found, kept = list(lines), set()
    for key, rows in left.items():
        places = named.get(key, [])
        if len(places) > len(rows):
            for place in places:
                found[place] = replace(found[place], notes=(*found[place].notes, _PERHAPS))
            continue
        for place, row in zip(places, rows, strict=False):
            found[place] = _nameless(found[place], row, days[row.id])
            kept.add(row.id)
    return found, frozenset(kept)


def _nameless(line: Line[Found], row: ReportedSkill, day: date | None) -> Line[Found]:
    assert line.facts is not None
    own = {"person_id": row.person_id, "mcid": None, "name": None, "account": None}
    facts = Found(row.key, {**line.facts.values, **own}, row.id)
    change, differences = change_of(row, facts.values)
    note = (
        _("Whom it names was erased on %(day)s: the row stays without a name.", day=day)
        if day
        else _("Whom it names was erased: the row stays without a name.")
    )
    return replace(line, change=change, facts=facts, differences=differences, notes=(note,))


_PERHAPS: Text = _(
    "A row of this training and day is of somebody who was erased. If it is this one, take it "
    "out of the file, and let the programme take them out of its report."
)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    return "–" if value is None else str(value)
