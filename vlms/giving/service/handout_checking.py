"""Checks the rows of a handout against the directory and what people hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from vlms.accounts.rules.person_row import LABELS, RowReader, person_row_reader
from vlms.core.errors import BadInput
from vlms.core.packed_text import pack_refusal
from vlms.core.work import Work
from vlms.giving.models.handouts import Handout, HandoutRow
from vlms.giving.queries.handouts import load_directory, load_holders, undecided
from vlms.giving.rules.handouts import (
    Asked,
    Finding,
    Known,
    Read,
    check_lengths,
    check_rows,
    no_number_or_address,
)

FIELDS = ("email", "name", "number", "department", "language")
# A list may name people without telling what they are called.
_NOBODY = "–"
__all__ = ["FIELDS", "LABELS", "check_handout", "check_new", "read_people"]


def check_handout(work: Work, handout: Handout, *, failed_only: bool = False) -> None:
    """Check what is undecided anew: the directory and the codes may have changed.

    Once it is confirmed a worker may be at the others: then `failed_only`.
    """
    rows = work.session.scalars(undecided(handout.id, failed_only=failed_only)).all()
    check_new(work, handout, rows)


def check_new(work: Work, handout: Handout, rows: Sequence[HandoutRow]) -> None:
    """Check rows, which may not be added yet, and write down what was found."""
    asked = _asked(rows)
    reads = [each.read for each in asked if isinstance(each.read, Read)]
    directory = load_directory(
        work.session,
        handout.organisation_id,
        {read.email for read in reads if read.email},
        {read.number for read in reads if read.number},
    )
    known: set[Known] = {*directory.by_email.values(), *directory.by_number.values()}
    people = [each.id for each in known]
    products: set[UUID] = {row.product_id for row in rows}
    holders = load_holders(work.session, people, products, work.now)
    findings = check_rows(asked, directory, holders, adds_people=handout.adds_people)
    for row, finding in zip(rows, findings, strict=True):
        _note(row, finding)


def _note(row: HandoutRow, finding: Finding) -> None:
    problem = pack_refusal(finding.problem) if finding.problem else None
    row.standing, row.person_id = finding.standing, finding.person_id
    if row.problem != problem:
        row.problem = problem


def read_people(rows: Iterable[HandoutRow]) -> list[Read | BadInput]:
    """What is typed in the rows, as it is understood; or what is wrong with it."""
    reader = person_row_reader()
    return [_read(reader, row) for row in rows]


def _read(reader: RowReader, row: HandoutRow) -> Read | BadInput:
    texts = {name: getattr(row, name) for name in FIELDS}
    if not row.email.strip() and not row.number.strip():
        return no_number_or_address()
    try:
        check_lengths(texts, LABELS)
    except BadInput as refusal:
        return refusal
    facts, refusals = reader({**texts, "name": row.name.strip() or _NOBODY})
    if facts is None:
        return refusals[0]
    return Read(facts.email, facts.number, facts.language)


def _asked(rows: Sequence[HandoutRow]) -> list[Asked]:
    return [
        Asked(row.line, row.product_id, read, bool(row.name), row.gives_again, row.is_dropped)
        for row, read in zip(rows, read_people(rows), strict=True)
    ]
