"""Writes a list of people in pieces, each of them whole, and keeps what became of each row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from vlms.accounts.errors import AlreadyThere
from vlms.accounts.import_models import PeopleImport, PeopleImportRow
from vlms.accounts.import_queries import (
    get_import,
    list_people_with,
    numbers_done,
    people_told,
)
from vlms.accounts.models import Organisation, Person
from vlms.accounts.rules.compared_row import ComparedRow
from vlms.accounts.rules.people_comparison import PLAIN
from vlms.accounts.rules.person_row import LABELS
from vlms.accounts.service.managing import check_manager, hold_people, lock_directory
from vlms.accounts.service.people import correct_address, mark_leavers, name_key
from vlms.accounts.service.people_import import PeoplePlan, examine_people, may_import_people
from vlms.audit.service import Change as Journalled
from vlms.audit.service import journal_many, told_of
from vlms.core.attempts import retrying
from vlms.core.doubles import refusing_doubles
from vlms.core.dry_run import Change, Line
from vlms.core.errors import BadInput, Conflict, NotFound
from vlms.core.packed_text import pack_text
from vlms.core.scoping import bulk_insert
from vlms.core.text import Text, _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.exports.sheets import Sheet

AT_ONCE = 1_000
ROWS_KEPT = timedelta(days=90)
_TRIES = 3
_MOVED_ON = "directory_moved_on"
# Why an address was corrected, as the journal keeps it.
_LIST_SAYS = "list of people"
Advance = Callable[..., None]
OpenWork = Callable[[], AbstractContextManager[Work]]
Lines = Sequence[Line[ComparedRow]]


@dataclass(frozen=True)
class Source:
    """A list, and in whose directory it is imported."""

    organisation_id: UUID
    filename: str
    sheet: Sheet


def begin_import(work: Work, source: Source) -> PeopleImport:
    """Write down that a list is to be imported. Rows of imports long past go. Raises Forbidden."""
    may_import_people(work)
    work.does("people.import_begun")
    old = select(PeopleImport.id).where(
        PeopleImport.organisation_id == source.organisation_id,
        PeopleImport.asked_at < work.now - ROWS_KEPT,
    )
    work.session.execute(
        delete(PeopleImportRow).where(PeopleImportRow.import_id.in_(old)),
        execution_options={"synchronize_session": False},
    )
    begun = PeopleImport(
        organisation_id=source.organisation_id,
        filename=source.filename[-200:],
        row_count=len(source.sheet.rows),
        asked_by=work.actor.user_id,
        asked_at=work.now,
    )
    work.session.add(begun)
    work.flush()
    return begun


def import_now(
    work: Work, source: Source, *, good_rows: bool, leavers: Collection[UUID] = ()
) -> PeopleImport:
    """Write a short list at once. Raises BadInput while a row is wrong, unless only `good_rows`
    are wanted; Forbidden, Conflict. Then nothing is written."""
    lock_directory(work, source.organisation_id)
    plan = examine_people(work.session, source.organisation_id, source.sheet)
    plan.require_usable(good_rows=good_rows)
    begun = begin_import(work, source)
    for piece in pieces(plan):
        write_piece(work, begun.id, piece)
    return finish_import(work, begun.id, leavers)


def write_import(
    open_work: OpenWork,
    import_id: UUID,
    examine: Callable[[], PeoplePlan],
    advance: Advance,
) -> None:
    """Write all good rows in pieces; rows that were written before are passed over.

    When the directory has moved on under a piece, the rest is compared anew. `advance` is called
    in each piece with the work and `done_count` rows. Raises Conflict when it moves on for ever.
    """
    for _try in range(_TRIES - 1):
        try:
            return _write_all(open_work, import_id, examine(), advance)
        except Conflict as refusal:
            if refusal.reason != _MOVED_ON:
                raise
    return _write_all(open_work, import_id, examine(), advance)


def _write_all(
    open_work: OpenWork,
    import_id: UUID,
    plan: PeoplePlan,
    advance: Advance,
) -> None:
    with open_work() as work:
        done = numbers_done(work.session, import_id)
    count = len(done)
    for piece in pieces(plan, done):
        count += len(piece)
        retrying(
            partial(_write_one, open_work, import_id, piece, partial(advance, done_count=count))
        )


def _write_one(
    open_work: OpenWork, import_id: UUID, piece: Lines, advance: Callable[[Work], None]
) -> None:
    with open_work() as work:
        write_piece(work, import_id, piece)
        advance(work)


def pieces(plan: PeoplePlan, done: Collection[int] = ()) -> list[Lines]:
    """The rows that are not done, managers before those whom they manage."""
    names = [name for name in LABELS if LABELS[name] in plan.run.headings]
    by_number = {
        line.number: _in_all_fields(line, names)
        for line in plan.run.lines
        if line.number not in done
    }
    order = [
        by_number[one.number]
        for one in plan.comparison.in_writing_order()
        if one.number in by_number
    ]
    return [order[first : first + AT_ONCE] for first in range(0, len(order), AT_ONCE)]


def _in_all_fields(line: Line[ComparedRow], names: Sequence[str]) -> Line[ComparedRow]:
    """With a cell for each field, also for those the list lacks: so its place tells the field."""
    if line.change is not Change.WRONG:
        return line
    said = dict(zip(names, line.shown, strict=True))
    return replace(line, shown=tuple(said.get(name, "") for name in LABELS))


def write_piece(work: Work, import_id: UUID, lines: Lines) -> None:
    """Write these rows, and what became of them.

    Raises Conflict (`directory_moved_on`) when somebody has entered one of these people, or
    changed a manager, since they were compared.
    """
    may_import_people(work)
    begun = get_import(work.session, import_id)
    organisation = lock_directory(work, begun.organisation_id)
    work.does("people.imported")
    keys = ("uq_person_email", "uq_person_number")
    with refusing_doubles(work, **dict.fromkeys(keys, _moved_on())):
        new = [_new(work, one, organisation) for one in _of(lines, Change.NEW)]
        if new:
            bulk_insert(work.session, Person, new)
            told: list[Journalled] = [
                (("person", values["id"], organisation.id), {}, told_of(Person, values))
                for values in new
            ]
            journal_many(work, "people.imported", told)
        _change(work, _of(lines, Change.CHANGED))
    bulk_insert(work.session, PeopleImportRow, [_result(begun, line) for line in lines])
    _correct_addresses(work, _of(lines, Change.CHANGED))


def _moved_on() -> Conflict:
    return Conflict(
        None,
        _("Somebody has changed people of this list in the meantime."),
        reason=_MOVED_ON,
        way_out=_("Look at what the list would change now, then import it."),
    )


def _of(lines: Lines, change: Change) -> list[ComparedRow]:
    return [line.facts for line in lines if line.change is change and line.facts is not None]


def _new(work: Work, one: ComparedRow, organisation: Organisation) -> dict[str, Any]:
    row = one.row
    assert row is not None
    return {
        **{name: getattr(row, name) for name in (*PLAIN, "email")},
        "id": one.person_id,
        "organisation_id": organisation.id,
        "school_id": None,
        "user_id": None,
        "source_id": None,
        "language": row.language or organisation.language,
        "search_name": name_key(row.name, row.latin_name),
        "manager_id": one.manager_id,
        "left_at": None,
        "created_at": work.now,
    }


def _change(work: Work, rows: Sequence[ComparedRow]) -> None:
    """Row by row, so that the journal tells before and after."""
    by_id = {one.person_id: one for one in rows if one.person_id is not None}
    hold_people(work, by_id)
    for person in list_people_with(work.session, by_id):
        one = by_id[person.id]
        if person.erased_at is not None:
            raise _moved_on()
        changed = dict(one.changed)
        if one.new_email is not None:
            del changed["email"]
        if "manager_id" in changed:
            _check_manager(work, person, one.manager_id)
        for name, value in changed.items():
            setattr(person, name, value)
        person.search_name = name_key(person.name, person.latin_name)


def _check_manager(work: Work, person: Person, manager_id: UUID | None) -> None:
    try:
        check_manager(work, person, manager_id)
    except (BadInput, NotFound) as refusal:
        raise _moved_on() from refusal


def _correct_addresses(work: Work, rows: Sequence[ComparedRow]) -> None:
    """C2: the same people under their right addresses."""
    for one in rows:
        if one.new_email is None or one.person_id is None:
            continue
        try:
            correct_address(work, one.person_id, one.new_email, _LIST_SAYS)
        except (AlreadyThere, BadInput) as refusal:
            raise _moved_on() from refusal


def _result(begun: PeopleImport, line: Line[ComparedRow]) -> dict[str, Any]:
    why: list[Text] = [fault.sentence for fault in line.faults]
    for fault in line.faults:
        if fault.way_out is not None:
            why.append(fault.way_out)
    why += [
        _("%(name)s: %(before)s → %(after)s", name=d.name, before=d.before, after=d.after)
        for d in line.differences
    ]
    why += line.notes
    return {
        "id": new_id(),
        "organisation_id": begun.organisation_id,
        "import_id": begun.id,
        "number": line.number,
        "change": line.change,
        "person_id": line.facts.person_id if line.facts is not None else None,
        "cells": list(line.shown) if line.change is Change.WRONG else None,
        "why": [pack_text(text) for text in why],
    }


def finish_import(work: Work, import_id: UUID, leavers: Collection[UUID] = ()) -> PeopleImport:
    """All rows are written; mark these people, who stand in none of them, as leavers.

    Raises Conflict for somebody who does.
    """
    begun = get_import(work.session, import_id)
    if people_told(work.session, import_id, leavers):
        raise Conflict(
            None,
            _("Somebody who was to be marked as leaver stands in the list."),
            way_out=_("Look at what the list would change now, then import it."),
        )
    mark_leavers(work, leavers)
    work.does("people.import_finished")
    begun.left_count, begun.finished_at = len(leavers), work.now
    work.flush()
    return begun
