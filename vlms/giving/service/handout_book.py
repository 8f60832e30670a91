"""Reads a handout's workbook back: what it would change, row by row, then the change itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.core.dry_run import Change, Difference, DryRun, Fault, Line, row_fault
from vlms.core.errors import BadInput
from vlms.core.keys import KeyRing
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.exports.mapping import ColumnMapping, check_mapping, guess_mapping, value_in
from vlms.exports.sheets import Row, Sheet, value_text
from vlms.giving.book_columns import FIELDS, LABELS, NO, YES, read_token
from vlms.giving.models.handouts import Handout, HandoutRow
from vlms.giving.rules.handouts import LONGEST, Outcome, check_lengths
from vlms.giving.service.handout_checking import check_new
from vlms.giving.service.handout_making import hold_undecided, row_done

PURPOSE = "handout"
_YES = frozenset({"yes", "y", "1", "true", "x", "是"})
_NO = frozenset({"no", "n", "0", "false", "", "否"})
Values = Mapping[str, str | bool]


@dataclass(frozen=True)
class RowChange:
    """What a row of the workbook says of a row of the handout, where it differs."""

    row_id: UUID
    values: Values


def compare_book(
    session: Session, keys: KeyRing, handout: Handout, sheet: Sheet
) -> DryRun[RowChange]:
    """What the workbook would change. Raises BadInput for one that is none of this kind."""
    sheet.require_sound()
    mapping = guess_mapping(FIELDS, sheet.headers)
    check_mapping(FIELDS, mapping, sheet.headers)
    own = session.scalars(select(HandoutRow).where(HandoutRow.handout_id == handout.id))
    rows = {row.id: row for row in own}
    seen: set[UUID] = set()
    lines = [_line(keys, each, mapping, rows, seen) for each in sheet.rows]
    return DryRun((LABELS["name"], LABELS["email"], LABELS["number"]), lines)


def _line(
    keys: KeyRing,
    given: Row,
    mapping: ColumnMapping,
    rows: Mapping[UUID, HandoutRow],
    seen: set[UUID],
) -> Line[RowChange]:
    texts = {field.key: value_text(value_in(given, mapping, field.key)) for field in FIELDS}
    shown = texts["name"], texts["email"], texts["number"]
    try:
        row = _row(keys, texts["row_id"], rows, seen)
        changes = _changes(row, texts, mapping)
    except BadInput as refusal:
        fault: Fault = row_fault(given.number, refusal)
        return Line(given.number, Change.WRONG, shown, faults=(fault,))
    differences = tuple(
        Difference(LABELS[name], _word(name, row), _word_of(value))
        for name, value in changes.items()
    )
    change = Change.CHANGED if changes else Change.SAME
    keyed = {_COLUMNS.get(name, name): value for name, value in changes.items()}
    return Line(given.number, change, shown, RowChange(row.id, keyed), differences)


def _row(keys: KeyRing, token: str, rows: Mapping[UUID, HandoutRow], seen: set[UUID]) -> HandoutRow:
    """The handout's row with this id. Raises BadInput."""
    row_id = read_token(keys, token)
    if row_id is None:
        raise _refused(
            "row_id_changed",
            _("The row's id is missing or was changed."),
            _("Download the workbook again, and leave the ids as they are."),
        )
    row = rows.get(row_id)
    if row is None:
        raise _refused(
            "row_elsewhere",
            _("This row belongs to another handout."),
            _("Upload the workbook that was downloaded from this handout."),
        )
    if row_id in seen:
        raise _refused("row_twice", _("This row's id stands twice."), _("Take one of the two out."))
    seen.add(row_id)
    return row


def _changes(
    row: HandoutRow, texts: Mapping[str, str], mapping: ColumnMapping
) -> dict[str, str | bool]:
    wanted: dict[str, str | bool] = {
        name: texts[name].strip() for name in LONGEST if name in mapping
    }
    for name in ("gives", "gives_again"):
        if name in mapping:
            wanted[name] = _said(texts[name], name)
    changes = {name: value for name, value in wanted.items() if value != _now(row, name)}
    check_lengths({name: texts[name] for name in changes.keys() & LONGEST.keys()}, LABELS)
    if changes and row.outcome not in (None, Outcome.FAILED):
        raise _refused(
            "row_done",
            _("This row is done; it stays as it is."),
            _("Make another handout for what is still wanted."),
        )
    return changes


# "Give a code" is the other side of what the row keeps.
_COLUMNS = {"gives": "is_dropped"}


def _now(row: HandoutRow, name: str) -> str | bool:
    value: str | bool = not row.is_dropped if name == "gives" else getattr(row, name)
    return value


def _said(text: str, name: str) -> bool:
    word = text.strip().casefold()
    if word in _YES or word == str(YES).casefold():
        return True
    if (word in _NO and (word or name != "gives")) or word == str(NO).casefold():
        return False
    raise _refused(
        "no_yes_or_no",
        _("“%(field)s” says neither yes nor no.", field=LABELS[name]),
        _("Write yes or no."),
    )


def _word(name: str, row: HandoutRow) -> str:
    return _word_of(_now(row, name))


def _word_of(value: str | bool) -> str:
    return value if isinstance(value, str) else str(YES if value else NO)


def take_book(work: Work, handout: Handout, run: DryRun[RowChange]) -> int:
    """Change the rows as the workbook says, and check all again; how many were changed.

    Raises BadInput while a row is wrong.
    """
    run.require_sound()
    wanted = {line.facts.row_id: line.facts.values for line in run.lines if line.facts}
    changed = {key: values for key, values in wanted.items() if values}
    rows = hold_undecided(work, handout)
    if not changed.keys() <= {row.id for row in rows}:
        raise row_done()
    for row in rows:
        for name, value in changed.get(row.id, {}).items():
            setattr(row, name, not value if name == "is_dropped" else value)
    work.flush()
    check_new(work, handout, rows)
    return len(changed)


def _refused(reason: str, sentence: Text, way_out: Text) -> BadInput:
    return BadInput(None, sentence, reason=reason, field="file", way_out=way_out)
