"""Looks at a list of people: what an import of it would do, row by row."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.accounts.import_models import PeopleColumns
from vlms.accounts.import_queries import find_columns, list_held_people
from vlms.accounts.people_columns import FIELDS, Chosen, header_digest, mapping_of
from vlms.accounts.rules.compared_row import ComparedRow, HeldPerson
from vlms.accounts.rules.people_comparison import Comparison, compare, notes_of
from vlms.accounts.rules.person_row import LABELS, person_row_reader
from vlms.accounts.service.limits import require_whole_organisation
from vlms.core.doubles import refusing_doubles
from vlms.core.dry_run import Change, Difference, DryRun, Fault, Line, row_fault
from vlms.core.errors import BadInput, Conflict
from vlms.core.language import LANGUAGE_NAMES
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.exports.mapping import ColumnMapping, FromColumn, check_mapping, fold, value_in
from vlms.exports.sheets import Limits, Sheet, typed

PURPOSE = "people"
# A company of 50,000, and room above it.
LIMITS = Limits(rows=60_000, text_characters=30 * 1024**2)


@dataclass(frozen=True)
class PeoplePlan:
    """What an import would do; `missing` are the people who stand in no row.

    `unread` are the headings of columns that no field takes.
    """

    run: DryRun[ComparedRow]
    comparison: Comparison
    unread: tuple[str, ...] = ()

    @property
    def is_usable(self) -> bool:
        """Whether its good rows may count without the others."""
        return not self.run.problems and any(line.facts for line in self.run.lines)

    @property
    def missing(self) -> Sequence[HeldPerson]:
        """Nobody while a row is wrong: who seems missing may stand on that one."""
        return () if self.run.faults else self.comparison.missing

    def require_usable(self, *, good_rows: bool) -> None:
        """Raises BadInput that names the first fault, unless only `good_rows` are wanted."""
        if not good_rows or not self.is_usable:
            self.run.require_sound()


def may_import_people(work: Work) -> None:
    """Raises Forbidden for who works for some schools or agreements only."""
    work.actor.require(Permission.EDIT_PEOPLE)
    require_whole_organisation(work)


def columns_of(session: Session, organisation_id: UUID, headers: Sequence[str]) -> ColumnMapping:
    """Which column holds what: as it was said of such a heading before, else guessed."""
    known = find_columns(session, organisation_id, header_digest(headers))
    return mapping_of(headers, None if known is None else known.columns)


def examine_people(session: Session, organisation_id: UUID, sheet: Sheet) -> PeoplePlan:
    """What an import of the sheet would do. Raises BadInput when a column is missing."""
    mapping = columns_of(session, organisation_id, sheet.headers)
    check_mapping(FIELDS, mapping, sheet.headers)
    if not {"number", "email"} & mapping.keys():
        raise _no_key_column()
    read = person_row_reader()
    texts = [{key: typed(value_in(row, mapping, key)) for key in mapping} for row in sheet.rows]
    rows = [
        ComparedRow(row.number, *read(text)) for row, text in zip(sheet.rows, texts, strict=True)
    ]
    comparison = compare(rows, list_held_people(session, organisation_id), new_id)
    fields = [name for name in LABELS if name in mapping]
    lines = [
        _line(one, tuple(text[name] for name in fields), comparison)
        for one, text in zip(rows, texts, strict=True)
    ]
    problems = [Fault(p.row, p.sentence, None, p.way_out) for p in sheet.problems]
    headings = tuple(LABELS[name] for name in fields)
    places = {one.place for one in mapping.values() if isinstance(one, FromColumn)}
    unread = tuple(h for place, h in enumerate(sheet.headers) if h and place not in places)
    return PeoplePlan(DryRun(headings, lines, problems), comparison, unread)


def _no_key_column() -> BadInput:
    return BadInput(
        None,
        _("No column holds numbers or e-mail addresses."),
        reason="column_missing",
        field="number",
        way_out=_("Say which column holds one of them: people are known by it."),
    )


def _line(one: ComparedRow, shown: tuple[str, ...], found: Comparison) -> Line[ComparedRow]:
    if not one.is_sound:
        faults = tuple(row_fault(one.number, refusal) for refusal in one.refusals)
        return Line(one.number, Change.WRONG, shown, faults=faults)
    if one.held is None:
        return Line(one.number, Change.NEW, shown, one)
    differences = tuple(
        Difference(_label(name), *_before_after(name, one, found)) for name in one.changed
    )
    change = Change.CHANGED if differences else Change.SAME
    return Line(one.number, change, shown, one, differences, notes=notes_of(one))


def _label(name: str) -> Text:
    return LABELS["manager" if name == "manager_id" else name]


def _before_after(name: str, one: ComparedRow, found: Comparison) -> tuple[str, str]:
    before, after = getattr(one.held, name), one.changed[name]
    words: Mapping[object, str] = {}
    if name == "language":
        words = {language: word for language, word in LANGUAGE_NAMES.items()}
    elif name == "manager_id":
        words = {key: name for key, name in found.manager_names.items()}
    return tuple("–" if v is None else words.get(v, str(v)) for v in (before, after))  # type: ignore[return-value]


def remember_columns(
    work: Work, organisation_id: UUID, headers: Sequence[str], chosen: Chosen
) -> None:
    """Read lists with this heading so from now on; fields that are not named are in no column.

    Raises BadInput when the name's column, or each column by which people are known, is
    missing, or one column is to hold two things.
    """
    may_import_people(work)
    mapping = mapping_of(headers, chosen)
    check_mapping(FIELDS, mapping, headers)
    if not {"number", "email"} & mapping.keys():
        raise _no_key_column()
    _refuse_shared(chosen)
    digest = header_digest(headers)
    known = find_columns(work.session, organisation_id, digest)
    if known is None:
        known = PeopleColumns(organisation_id=organisation_id, header_digest=digest)
    work.does("people.columns_chosen")
    known.columns = dict(chosen)
    other = Conflict(None, _("Somebody else has said it in the meantime. Look at it again."))
    with refusing_doubles(work, uq_people_columns=other):
        work.session.add(known)


def _refuse_shared(chosen: Chosen) -> None:
    headings: Collection[str] = list(chosen.values())
    for field, heading in chosen.items():
        if list(map(fold, headings)).count(fold(heading)) > 1:
            raise BadInput(
                None,
                _("The column “%(heading)s” is chosen twice.", heading=heading),
                field=field,
                way_out=_("Choose another column for one of the two."),
            )
