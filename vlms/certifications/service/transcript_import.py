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
from vlms.certifications.service.earning import check_offered
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
    named = Named(session, organisation_id)
    shown = [name for name in LABELS if name in mapping]
    lines = [_line(named, row, mapping, shown, today) for row in sheet.rows]
    problems = [Fault(p.row, p.sentence, None, p.way_out) for p in sheet.problems]
    return DryRun(tuple(LABELS[name] for name in shown), lines, problems)


def _line(
    named: Named,
    row: Row,
    mapping: ColumnMapping,
    shown: list[str],
    today: date,
) -> Line[Found]:
    text = {name: typed(value_in(row, mapping, name)) for name in LABELS}
    values = tuple(text[name] for name in shown)
    read, refusals = read_row(text)
    if read is not None:
        try:
            change, found, differences = _judge(named, read, today)
        except DomainError as refusal:
            refusals.append(refusal)
        else:
            return Line(row.number, change, values, found, differences)
    faults = tuple(row_fault(row.number, refusal) for refusal in refusals)
    return Line(row.number, Change.WRONG, values, faults=faults)


_Judged = tuple[Change, Found, tuple[Difference, ...]]


def _judge(named: Named, row: TranscriptRow, today: date) -> _Judged:
    person_id = _person(named, row)
    if row.day > today:
        raise _refusal("day", _("An exam cannot have been passed on a day to come."), "R1")
    certification = named.certification(row.what)
    if certification is not None:
        return _judge_held(named, person_id, certification, row)
    exam = named.exam(row.what)
    if exam is None:
        raise _refusal("what", _("There is no such exam or certification in the catalogue."))
    passed = (person_id, exam.number, row.day)
    if passed in named.passes:
        return Change.SAME, Found(person_id, row.day, exam.number), ()
    check_offered(exam, row.day)
    named.passes.add(passed)
    return Change.NEW, Found(person_id, row.day, exam.number), ()


def _person(named: Named, row: TranscriptRow) -> UUID:
    people = named.people(row.names)
    if not people:
        raise _refusal("who", _("Nobody here is known by this address, number or MCID."))
    if len(people) > 1:
        raise _refusal("who", _("Its addresses, number and MCID name different people."))
    return people.pop()


def _judge_held(
    named: Named, person_id: UUID, certification: Certification, row: TranscriptRow
) -> _Judged:
    last = _last_day(certification, row)
    span = Span(row.day, last)
    key = person_id, certification.key
    held, told = named.held[key], named.told[key]
    spans = [*told, *(_span(one) for one in held if not one.gives_way(row.day))]
    for one in spans:
        if one.first != row.day and span.meets(one):
            raise _held_already(one.first)
    found = Found(person_id, row.day, None, certification, last)
    ends = [one.last for one in spans if one.first == row.day]
    if not ends:
        told.append(span)
        return Change.NEW, found, ()
    before = max(ends, key=lambda day: day or date.max)
    if before is None or last is None or last <= before:
        return Change.SAME, found, ()
    told.append(span)
    difference = Difference(LABELS["until"], before.isoformat(), last.isoformat())
    return Change.CHANGED, found, (difference,)


def _held_already(day: date) -> BadInput:
    return _refusal("day", _("This certification is held already since %(day)s.", day=day), "R4")


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
    terms = renewal_terms(row.day).terms
    if row.until is None or not is_renewed(certification.kind, terms):
        return last
    if not is_whole_years_on(row.day, row.until, terms):
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
