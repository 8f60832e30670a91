"""Writes what an import has planned: by bulk statements, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import delete, select

from vlms.academy.models.roster import (
    AcademicTerm,
    ClassMember,
    ClassTerm,
    RosterImport,
    RosterRecord,
    SchoolClass,
)
from vlms.academy.service.roster_import import require_sound
from vlms.academy.service.roster_plan import Plan, Values
from vlms.accounts.models import Person, PersonPlace, School
from vlms.accounts.service.limits import require_agreements
from vlms.accounts.service.people import correct_address
from vlms.agreements.models import Agreement, AgreementSchool
from vlms.audit.service import Change, journal_many, told_of
from vlms.core.db import Base
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import Conflict
from vlms.core.permissions import Permission
from vlms.core.scoping import bulk_insert, guarded_update
from vlms.core.text import _
from vlms.core.work import Work

_AT_ONCE = 1_000
# Few of an institution: journalled as they are added. Of the many, persons and places are
# journalled as many; of the others the import tells the counts.
_FEW = (School, AcademicTerm, SchoolClass)
_MANY = (RosterRecord, ClassTerm, Person, PersonPlace, ClassMember)
_TOLD: tuple[type[Base], ...] = (Person, PersonPlace)
_IMPORTED = "roster.imported"
_ROSTER_SAYS = "roster"
# What people and imports may both bring at one moment.
_KEYS = (
    "uq_person_email",
    "uq_person_number",
    "uq_person_source",
    "uq_person_place",
    "uq_school_name",
    "uq_school_source",
    "uq_school_class_source",
    "uq_class_member_source",
)
Item = TypeVar("Item")


def write_plan(
    work: Work, agreement: Agreement, plan: Plan, filename: str, *, good_rows: bool = False
) -> None:
    """Write all of it; nothing when nothing changes.

    Raises RosterRefused while a line is wrong, unless only `good_rows` are wanted, and
    Conflict when another roster was imported since it was planned.
    """
    may_import(work)
    if not good_rows:
        require_sound(plan)
    if plan.is_empty:
        return
    work.does(_IMPORTED)
    _tell(work, agreement, plan, filename)
    with refusing_doubles(work, **dict.fromkeys(_KEYS, _directory_moved_on())):
        _free_what_is_taken(work, plan)
        _insert(work, plan, agreement)
        _change(work, plan)
    _end(work, plan)
    for class_id, term_id in plan.lost_terms:
        lost = (ClassTerm.class_id == class_id, ClassTerm.term_id == term_id)
        work.session.execute(delete(ClassTerm).where(*lost))
    for person_id, email in plan.addresses:
        correct_address(work, person_id, email, _ROSTER_SAYS)


def _directory_moved_on() -> Conflict:
    """Somebody was entered by hand since the plan was made, with a key that the roster brings."""
    return Conflict(
        None,
        _("Somebody has entered a person or a school of this roster in the meantime."),
        reason="directory_moved_on",
        way_out=_("Look at what the roster would change now, then import it."),
    )


def may_import(work: Work) -> None:
    """A roster tells of the whole institution, or of the schools that the work is limited to.

    Raises Forbidden for who works for some agreements only.
    """
    work.actor.require(Permission.EDIT_ROSTERS)
    require_agreements(work, [])


def _tell(work: Work, agreement: Agreement, plan: Plan, filename: str) -> None:
    """The import itself; its number lets only one of two at a moment through."""
    other = Conflict(
        None,
        _("Another roster was imported in the meantime."),
        reason="roster_moved_on",
        way_out=_("Look at what this one would change now, then import it."),
    )
    told = RosterImport(
        organisation_id=agreement.organisation_id,
        agreement_id=agreement.id,
        number=plan.import_number,
        filename=filename[-200:],
        counts=plan.told_counts,
        imported_at=work.now,
        imported_by=work.actor.user_id,
    )
    with refusing_doubles(work, uq_roster_import_number=other):
        work.session.add(told)
        work.flush()


def _free_what_is_taken(work: Work, plan: Plan) -> None:
    """Numbers and addresses that persons of this roster give up to each other."""
    numbers = {key: v["number"] for m, key, v in plan.changes if m is Person and "number" in v}
    for column, wanted in ((Person.number, numbers), (Person.email, dict(plan.addresses))):
        values = set(wanted.values())
        for some in _groups(sorted(wanted)):
            held = select(Person.id, column).where(Person.id.in_(some), column.is_not(None))
            taken = [key for key, value in work.session.execute(held) if value in values]
            if taken:
                freed = {column.key: None}
                guarded_update(work.session, Person, Person.id.in_(taken), **freed)


def _insert(work: Work, plan: Plan, agreement: Agreement) -> None:
    for few in _FEW:
        work.session.add_all([few(**values) for values in plan.inserts.get(few, [])])
        work.flush()
    for values in plan.inserts.get(Person, []):
        values["created_at"] = work.now
    for many in _MANY:
        for some in _groups(plan.inserts.get(many, [])):
            bulk_insert(work.session, many, some)
            if many in _TOLD:
                journal_many(work, _IMPORTED, [_added(many, values) for values in some])
    covered = [
        {
            "agreement_id": agreement.id,
            "school_id": school_id,
            "organisation_id": agreement.organisation_id,
        }
        for school_id in plan.covered
    ]
    if covered:
        bulk_insert(work.session, AgreementSchool, covered)


def _added(model: type[Base], values: Values) -> Change:
    record = (model.__tablename__, values["id"], values["organisation_id"])
    return record, {}, told_of(model, values)


def _end(work: Work, plan: Plan) -> None:
    for model, keys in plan.ends.items():
        for some in _groups(keys):
            if model in _TOLD:
                journal_many(work, _IMPORTED, _ended(work, model, some, plan.yesterday))
            column = model.id  # type: ignore[attr-defined]
            guarded_update(work.session, model, column.in_(some), last_day=plan.yesterday)


def _ended(work: Work, model: Any, keys: list[UUID], last_day: date) -> list[Change]:
    held = select(model.id, model.organisation_id, model.last_day).where(model.id.in_(keys))
    return [
        ((model.__tablename__, key, owner), {"last_day": before}, {"last_day": last_day})
        for key, owner, before in work.session.execute(held)
    ]


def _change(work: Work, plan: Plan) -> None:
    """Row by row, so that the journal tells before and after."""
    by_model: dict[type[Base], dict[UUID, dict[str, object]]] = {}
    for model, key, values in plan.changes:
        by_model.setdefault(model, {}).setdefault(key, {}).update(values)
    for model, changes in by_model.items():
        for some in _groups(sorted(changes)):
            column = model.id  # type: ignore[attr-defined]
            for row in work.session.scalars(select(model).where(column.in_(some))):
                for name, value in changes[row.id].items():  # type: ignore[attr-defined]
                    setattr(row, name, value)
            work.flush()


def _groups(items: Sequence[Item]) -> Iterator[list[Item]]:
    for first in range(0, len(items), _AT_ONCE):
        yield list(items[first : first + _AT_ONCE])
