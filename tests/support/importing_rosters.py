"""Imports rosters as services do, and tells what they changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import Academy
from tests.support.rosters import LINES, read
from vlms.academy.models.roster import (
    AcademicTerm,
    ClassMember,
    ClassTerm,
    RosterImport,
    RosterRecord,
    SchoolClass,
)
from vlms.academy.service.roster_import import plan_roster
from vlms.academy.service.roster_plan import Plan
from vlms.academy.service.roster_writing import write_plan
from vlms.accounts.models import Person, PersonPlace, School
from vlms.agreements.models import AgreementSchool
from vlms.audit.models import AuditEntry
from vlms.core.work import Work

MODELS = (
    School,
    AcademicTerm,
    SchoolClass,
    ClassTerm,
    Person,
    PersonPlace,
    ClassMember,
    RosterRecord,
    AgreementSchool,
    RosterImport,
    AuditEntry,
)
Files = Mapping[str, str]


def plan(work: Work, academy: Academy, files: Files) -> Plan:
    return plan_roster(work.session, academy.agreement, read(files), work.now)


def bring(academy: Academy, clock: StillClock, files: Files, **how: Any) -> Plan:
    with academy.administering(clock()) as work:
        planned = plan(work, academy, files)
        write_plan(work, academy.agreement, planned, "roster.zip", **how)
    return planned


def everything(clock: StillClock) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables that an import may touch."""
    with making(clock()) as work:
        return {
            model.__tablename__: sorted(
                (
                    tuple(str(getattr(row, column.key)) for column in model.__table__.columns)
                    for row in work.session.scalars(select(model))
                ),
                key=str,
            )
            for model in MODELS
        }


def counts(planned: Plan, *effects: str) -> dict[str, int]:
    """By kind, all of these effects together; kinds without any are left out."""
    told = planned.told_counts.items()
    found = {kind: sum(by_effect[effect] for effect in effects) for kind, by_effect in told}
    return {kind: count for kind, count in found.items() if count}


def changed_lines(file: str, place: int, line: str) -> dict[str, Iterable[str]]:
    lines = list(LINES[file])
    lines[place] = line
    return {**LINES, file: lines}


def without(file: str, *places: int) -> dict[str, Iterable[str]]:
    kept = [line for place, line in enumerate(LINES[file]) if place not in places]
    return {**LINES, file: kept}


def person(work: Work, source_id: str) -> Person:
    return work.session.scalars(select(Person).where(Person.source_id == source_id)).one()


def places(work: Work, source_id: str) -> set[tuple[str, str, bool]]:
    found = work.session.scalars(
        select(PersonPlace).where(PersonPlace.person_id == person(work, source_id).id)
    )
    return {(one.school.source_id or "", one.role.value, one.last_day is None) for one in found}
