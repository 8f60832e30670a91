"""Imports a list of agreements: first what every row would do, then all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.accounts.models import OrganisationKind
from vlms.agreements.contacts import find_contact
from vlms.agreements.import_columns import ALL_LABELS, FIELDS
from vlms.agreements.models import Agreement, Programme
from vlms.agreements.rules.import_row import AgreementRow, Pair, read_agreement_row
from vlms.agreements.rules.terms import LABELS
from vlms.agreements.service.entering import may_add
from vlms.agreements.service.import_names import Named, organisation_of, reseller_of
from vlms.agreements.service.import_writing import ROW_KINDS, write_rows
from vlms.catalog.models import PriceLevel
from vlms.core.dry_run import Change, Difference, DryRun, Fault, Line, row_fault
from vlms.core.errors import BadInput, DomainError
from vlms.core.text import _
from vlms.core.work import Work
from vlms.exports.mapping import ColumnMapping, check_mapping, guess_mapping, value_in
from vlms.exports.sheets import Row, Sheet, typed


def examine_agreements(session: Session, sheet: Sheet, own_id: UUID | None) -> DryRun[AgreementRow]:
    """What an import of the sheet would do; `own_id` is the only organisation it may concern.

    Raises BadInput when a column is missing.
    """
    mapping = guess_mapping(FIELDS, sheet.headers)
    check_mapping(FIELDS, mapping, sheet.headers)
    read = [_read(row, mapping) for row in sheet.rows]
    named = Named(session, [row.facts for row in read if row.facts is not None], own_id)
    lines: list[Line[AgreementRow]] = []
    numbers: dict[str, int] = {}
    for row in read:
        first = numbers.setdefault(row.text["number"], row.number)
        lines.append(_line(named, row, first))
    problems = [Fault(p.row, p.sentence, None, p.way_out) for p in sheet.problems]
    return DryRun(tuple(ALL_LABELS.values()), lines, problems)


def import_agreements(work: Work, sheet: Sheet, own_id: UUID | None) -> list[Agreement]:
    """Write all rows in this transaction.

    Raises BadInput, and writes nothing, while any row or the file itself is wrong.
    """
    may_add(work)
    run = examine_agreements(work.session, sheet, own_id)
    run.require_sound()
    rows = [(line, line.facts) for line in run.lines if line.facts is not None]
    named = Named(work.session, [row for _line, row in rows], own_id)
    return write_rows(work, named, rows)


@dataclass(frozen=True)
class _Read:
    """A row as it was read: its texts, and what they say or why they say nothing."""

    number: int
    text: Mapping[str, str]
    facts: AgreementRow | None
    refusals: list[DomainError]


def _read(row: Row, mapping: ColumnMapping) -> _Read:
    text = {name: typed(value_in(row, mapping, name)) for name in ALL_LABELS}
    return _Read(row.number, text, *read_agreement_row(text, list(Programme), list(PriceLevel)))


def _line(named: Named, read: _Read, first: int) -> Line[AgreementRow]:
    row, refusals, number = read.facts, list(read.refusals), read.number
    shown = tuple(read.text.values())
    held = None
    if row is not None:
        try:
            held = _check(named, row)
        except DomainError as refusal:
            refusals.append(refusal)
        if first != number:
            refusals.append(_double(first))
    if row is None or refusals:
        faults = tuple(row_fault(number, refusal) for refusal in refusals)
        return Line(number, Change.WRONG, shown, faults=faults)
    differences = tuple(_differences(held, row)) if held is not None else ()
    change = Change.NEW if held is None else Change.CHANGED if differences else Change.SAME
    return Line(number, change, shown, row, differences)


def _double(first: int) -> BadInput:
    return BadInput(
        None,
        _("The same agreement stands in row %(other)s already.", other=first),
        reason="double",
        field="number",
        way_out=_("Remove one of the two rows."),
    )


def _check(named: Named, row: AgreementRow) -> Agreement | None:
    """The agreement that the row would change, if any. Raises BadInput."""
    organisation = organisation_of(named, row)
    if Programme(row.terms.programme).is_academic and (
        organisation.kind is not OrganisationKind.ACADEMIC
    ):
        raise BadInput(
            "A1",
            _("%(programme)s is for academic institutions only.", programme=row.terms.programme),
            field="programme",
            way_out=_("Choose a commercial programme."),
        )
    reseller_of(named, row)
    held = named.agreement(row.terms.number)
    if held is not None and held.organisation_id != organisation.id:
        raise BadInput(
            None,
            _("This agreement belongs to another organisation."),
            field="organisation",
            way_out=_("Check the number and the organisation."),
        )
    return held


def _differences(held: Agreement, row: AgreementRow) -> Iterable[Difference]:
    for name, label in LABELS.items():
        if name == "reseller":
            before = held.reseller.name if held.reseller else ""
            slugs = {held.reseller.slug, held.reseller.name} if held.reseller else {None}
            if row.terms.reseller not in slugs:
                yield Difference(label, before or "–", row.terms.reseller or "–")
        elif getattr(held, name) != getattr(row.terms, name):
            yield Difference(label, str(getattr(held, name)), str(getattr(row.terms, name)))
    for part, kind in ROW_KINDS.items():
        pair: Pair | None = getattr(row, part)
        contact = find_contact(held, kind)
        before = f"{contact.name} <{contact.email}>" if contact else "–"
        if pair is not None and before != f"{pair[0]} <{pair[1]}>":
            yield Difference(ALL_LABELS[f"{part}_name"], before, f"{pair[0]} <{pair[1]}>")
