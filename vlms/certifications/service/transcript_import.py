"""Imports files of passed exams and certifications: what each row would do, then all of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.catalog.models import Certification
from vlms.certifications.import_columns import FIELDS
from vlms.certifications.models import HeldCertification
from vlms.certifications.queries.import_names import Named
from vlms.certifications.rules.earning import Span
from vlms.certifications.rules.renewal import is_renewed
from vlms.certifications.rules.transcript_row import (
    LABELS,
    TranscriptRow,
    is_whole_years_on,
    read_row,
)
from vlms.certifications.service.deriving import last_day_of
from vlms.certifications.terms import renewal_terms
from vlms.core.dry_run import Change, Difference, DryRun, Fault, Line, row_fault
from vlms.core.errors import BadInput, DomainError
from vlms.core.text import Text, _
from vlms.exports.mapping import ColumnMapping, check_mapping, guess_mapping, value_in
from vlms.exports.sheets import Row, Sheet, typed


@dataclass(frozen=True)
class Found:
    """A row whose names are known: an exam's number or a certification, with its last day."""

    person_id: UUID
    day: date
    exam: str | None = None
    certification: Certification | None = None
    until: date | None = None
    held_id: UUID | None = None


def examine_transcripts(
    session: Session, organisation_id: UUID, sheet: Sheet, today: date
) -> DryRun[Found]:
    """What an import would do; `today` is the day in UTC. Raises BadInput without a column."""
    mapping = guess_mapping(FIELDS, sheet.headers)
    check_mapping(FIELDS, mapping, sheet.headers)
    if not {"who", "other_who", "mcid"} & mapping.keys():
        raise BadInput(
            None,
            _("No column tells whose rows these are."),
            reason="column_missing",
            field="file",
            way_out=_("Give a column the heading “E-mail”, “Number” or “MCID”."),
        )
    named, seen = Named(session, organisation_id), set[tuple[object, ...]]()
    shown = [name for name in LABELS if name in mapping]
    lines = [_line(named, row, mapping, shown, (today, seen)) for row in sheet.rows]
    problems = [Fault(p.row, p.sentence, None, p.way_out) for p in sheet.problems]
    return DryRun(tuple(LABELS[name] for name in shown), lines, problems)


def _line(
    named: Named,
    row: Row,
    mapping: ColumnMapping,
    shown: list[str],
    on: tuple[date, set[tuple[object, ...]]],
) -> Line[Found]:
    today, seen = on
    text = {name: typed(value_in(row, mapping, name)) for name in LABELS}
    values = tuple(text[name] for name in shown)
    read, refusals = read_row(text)
    if read is not None:
        try:
            change, found, differences = _judge(named, read, today)
        except DomainError as refusal:
            refusals.append(refusal)
        else:
            key = (found.person_id, found.exam, found.certification, found.day)
            if key in seen:
                change, differences = Change.SAME, ()
            seen.add(key)
            return Line(row.number, change, values, found, differences)
    faults = tuple(row_fault(row.number, refusal) for refusal in refusals)
    return Line(row.number, Change.WRONG, values, faults=faults)


_Judged = tuple[Change, Found, tuple[Difference, ...]]


def _judge(named: Named, row: TranscriptRow, today: date) -> _Judged:
    person_id = named.person(row.names)
    if person_id is None:
        raise _refusal("who", _("Nobody here is known by this address, number or MCID."))
    if row.day > today:
        raise _refusal("day", _("An exam cannot have been passed on a day to come."), "R1")
    certification = named.certification(row.what)
    if certification is not None:
        return _judge_held(named, person_id, certification, row)
    exam = named.exam(row.what)
    if exam is None:
        raise _refusal("what", _("There is no such exam or certification in the catalogue."))
    is_there = (person_id, exam, row.day) in named.passes
    return Change.SAME if is_there else Change.NEW, Found(person_id, row.day, exam), ()


def _judge_held(
    named: Named, person_id: UUID, certification: Certification, row: TranscriptRow
) -> _Judged:
    last = _last_day(certification, row)
    span = Span(row.day, last)
    held = named.held[person_id, certification.key]
    same = next((one for one in held if one.earned_on == row.day), None)
    others = [one for one in held if one is not same and span.meets(_span(one))]
    if others:
        day = others[0].earned_on
        raise _refusal("day", _("This certification is held already since %(day)s.", day=day), "R4")
    found = Found(person_id, row.day, None, certification, last, same.id if same else None)
    if same is None:
        return Change.NEW, found, ()
    if same.expires_on is None or last is None or last <= same.expires_on:
        return Change.SAME, found, ()
    before, after = same.expires_on.isoformat(), last.isoformat()
    return Change.CHANGED, found, (Difference(LABELS["until"], before, after),)


def _last_day(certification: Certification, row: TranscriptRow) -> date | None:
    """By the terms of its day; where the file says more, by whole years of renewals (R3)."""
    retired_on = certification.retires_on
    if retired_on is not None and row.day > retired_on:
        day = retired_on
        raise _refusal(
            "day",
            _("This certification was retired on %(day)s and cannot be earned later.", day=day),
            "R1",
        )
    last = last_day_of(certification, row.day)
    if row.until is None or not is_renewed(certification.kind):
        return last
    if not is_whole_years_on(row.day, row.until, renewal_terms(row.day).terms):
        raise _refusal(
            "until",
            _("It does not end on that day: not by its terms, nor after whole years of renewals."),
            "R3",
        )
    return row.until


def _span(held: HeldCertification) -> Span:
    return Span(held.earned_on, held.expires_on)


def _refusal(field: str, sentence: Text, rule: str | None = None) -> BadInput:
    return BadInput(rule, sentence, field=field, way_out=_("Put it right in the file."))
