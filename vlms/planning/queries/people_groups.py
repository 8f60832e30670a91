"""Groups of people that a plan can be made for: departments, classes, everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vlms.academy.models.roster import ClassRole
from vlms.academy.queries.schools import ClassFilter, list_classes, member_counts
from vlms.accounts.models import Person
from vlms.core.text import Text, _, bracketed

TYPED = "typed"
EVERYBODY = "everybody"


@dataclass(frozen=True)
class Group:
    """`key` is "department:…", "class:…" or `EVERYBODY`."""

    key: str
    name: Text | str
    people: int


def list_groups(session: Session, organisation_id: UUID, day: date) -> Sequence[Group]:
    """Everybody, then departments and classes by name, each with how many are in it on a day."""
    departments = _departments(session, organisation_id)
    total = sum(count for _name, count in departments)
    return [
        Group(EVERYBODY, _("Everybody"), total),
        *(Group(f"department:{name}", name, count) for name, count in departments if name),
        *_classes(session, organisation_id, day),
    ]


def _departments(session: Session, organisation_id: UUID) -> list[tuple[str | None, int]]:
    statement = (
        select(Person.department, func.count(Person.id))
        .where(Person.organisation_id == organisation_id, Person.left_at.is_(None))
        .group_by(Person.department)
        .order_by(Person.department)
    )
    return [(name, count) for name, count in session.execute(statement)]


def _classes(session: Session, organisation_id: UUID, day: date) -> list[Group]:
    classes = list_classes(session, organisation_id, ClassFilter(is_over=False))
    counts = member_counts(session, [one.id for one in classes], day)
    return [
        Group(
            f"class:{one.id}",
            f"{one.title}{bracketed(one.school.name)}",
            counts.get((one.id, ClassRole.STUDENT), 0),
        )
        for one in classes
    ]
