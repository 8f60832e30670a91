"""Finds what imports of people need and leave behind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.import_models import PeopleColumns, PeopleImport, PeopleImportRow
from vlms.accounts.models import Person
from vlms.accounts.rules.compared_row import HeldPerson
from vlms.core.dry_run import Change
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _


def list_held_people(session: Session, organisation_id: UUID) -> list[HeldPerson]:
    """The whole directory, read at once, by name; not those who were erased (D1)."""
    statement = (
        select(
            *(Person.id, Person.number, Person.name, Person.latin_name, Person.email),
            *(Person.department, Person.mcid, Person.language, Person.manager_id),
            Person.left_at.is_not(None),
        )
        .where(Person.organisation_id == organisation_id, Person.erased_at.is_(None))
        .order_by(Person.search_name, Person.id)
    )
    return [HeldPerson._make(row) for row in session.execute(statement)]


def list_people_with(session: Session, person_ids: Collection[UUID]) -> Sequence[Person]:
    """These people as far as the session sees them, by name."""
    statement = select(Person).where(Person.id.in_(sorted(person_ids)))
    return session.scalars(statement.order_by(Person.search_name, Person.id)).all()


def find_columns(session: Session, organisation_id: UUID, digest: str) -> PeopleColumns | None:
    """How lists with this heading were read before."""
    return session.scalar(
        select(PeopleColumns).where(
            PeopleColumns.organisation_id == organisation_id, PeopleColumns.header_digest == digest
        )
    )


def get_import(session: Session, import_id: UUID) -> PeopleImport:
    """Raises NotFound, also for an import of another organisation."""
    found = session.scalar(select(PeopleImport).where(PeopleImport.id == import_id))
    if found is None:
        raise NotFound(None, _("There is no such import in this organisation."))
    return found


def list_imports(session: Session, organisation_id: UUID, most: int) -> Sequence[PeopleImport]:
    """The latest imports, first the last one."""
    statement = select(PeopleImport).where(PeopleImport.organisation_id == organisation_id)
    newest = statement.order_by(PeopleImport.asked_at.desc(), PeopleImport.id.desc())
    return session.scalars(newest.limit(most)).all()


def numbers_done(session: Session, import_id: UUID) -> set[int]:
    """The rows whose turn has come."""
    done = select(PeopleImportRow.number).where(PeopleImportRow.import_id == import_id)
    return set(session.scalars(done))


def people_told(session: Session, import_id: UUID, person_ids: Collection[UUID]) -> set[UUID]:
    """Those of these people who stand in a row of the import."""
    told = select(PeopleImportRow.person_id).where(
        PeopleImportRow.import_id == import_id,
        PeopleImportRow.person_id.in_(sorted(person_ids)),
    )
    return {person_id for person_id in session.scalars(told) if person_id is not None}


def count_changes(session: Session, import_id: UUID) -> dict[Change, int]:
    """Rows by what became of them; every change is in it."""
    counted = (
        select(PeopleImportRow.change, func.count(PeopleImportRow.id))
        .where(PeopleImportRow.import_id == import_id)
        .group_by(PeopleImportRow.change)
    )
    found = {change: count for change, count in session.execute(counted)}
    return {change: found.get(change, 0) for change in Change}


@dataclass(frozen=True)
class RowFilter:
    """Which rows of an import a page shows."""

    import_id: UUID
    change: Change | None = None


def search_rows(session: Session, wanted: RowFilter, listing: Listing) -> Page[PeopleImportRow]:
    """A page of an import's rows with their people, by row."""
    return page_of(session, _rows(wanted), {"number": PeopleImportRow.number}, listing)


def list_rows(session: Session, wanted: RowFilter) -> Sequence[PeopleImportRow]:
    """The same rows, all of them."""
    return session.scalars(_rows(wanted).order_by(PeopleImportRow.number)).all()


def count_rows(session: Session, wanted: RowFilter) -> int:
    counted = _rows(wanted).options().with_only_columns(func.count(PeopleImportRow.id))
    return int(session.scalar(counted) or 0)


def _rows(wanted: RowFilter) -> Select[PeopleImportRow]:
    statement = (
        select(PeopleImportRow)
        .where(PeopleImportRow.import_id == wanted.import_id)
        .options(joinedload(PeopleImportRow.person))
    )
    if wanted.change is not None:
        statement = statement.where(PeopleImportRow.change == wanted.change)
    return statement
