"""A plan's goals as they are entered, and as the rules take them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.catalog.models import Certification, CertificationKind
from vlms.catalog.queries import list_certifications
from vlms.core.errors import BadInput
from vlms.core.text import _
from vlms.planning.queries.people_groups import TYPED, list_groups
from vlms.planning.rules.needs import (
    Goal,
    PlannedExam,
    can_be_earned,
    check_goal,
    least_months,
)

ADVANCED = (CertificationKind.ASSOCIATE, CertificationKind.EXPERT, CertificationKind.SPECIALTY)


@dataclass(frozen=True)
class GoalFacts:
    """One row: a group (`TYPED`: so many people), a certification's key, months of preparation.

    Without months the fewest that preparing takes; `exams_each` are sittings a person, retakes
    included; None: each exam once.
    """

    group: str
    people: int | None
    certification: str
    months: int | None = None
    exams_each: int | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class PlanFacts:
    """What a person enters in a plan."""

    title: str
    begins_on: date
    goals: tuple[GoalFacts, ...]


def goals_of(session: Session, organisation_id: UUID, facts: PlanFacts, day: date) -> list[Goal]:
    """As of a day, by how many are in each group then.

    Raises BadInput with the fact `position` for a row that no plan can have.
    """
    people = {group.key: group.people for group in list_groups(session, organisation_id, day)}
    known = {one.key: one for one in list_certifications(session)}
    found = []
    for position, row in enumerate(facts.goals):
        try:
            goal = _goal(row, people, known, facts.begins_on)
            check_goal(goal, facts.begins_on)
        except BadInput as refusal:
            refusal.facts["position"] = position
            raise
        found.append(goal)
    return found


def is_earnable(certification: Certification, begins_on: date, today: date) -> bool:
    """Whether who begins to prepare on a day finds one of its exams still given."""
    return can_be_earned(_exams(certification), _is_advanced(certification), begins_on, today)


def _exams(certification: Certification) -> tuple[PlannedExam, ...]:
    return tuple(
        PlannedExam(exam.number, exam.family_key, exam.last_day) for exam in certification.exams
    )


def _is_advanced(certification: Certification) -> bool:
    return certification.kind in ADVANCED


def _goal(
    row: GoalFacts,
    people: Mapping[str, int],
    known: Mapping[str, Certification],
    begins_on: date,
) -> Goal:
    certification = known.get(row.certification)
    if certification is None:
        raise BadInput(None, _("There is no such certification."), field="certification")
    count = row.people if row.group == TYPED else people.get(row.group)
    if not count:
        raise BadInput(
            None,
            _("Nobody is in this group.") if row.group != TYPED else _("Enter how many people."),
            field="people" if row.group == TYPED else "group",
            way_out=_("Choose another group, or enter how many people."),
        )
    is_advanced = _is_advanced(certification)
    months = row.months or least_months(is_advanced, begins_on)
    return Goal(count, is_advanced, _exams(certification), months, row.exams_each)


def with_people(facts: Sequence[GoalFacts], goals: Sequence[Goal]) -> list[dict[str, Any]]:
    """The rows as they are kept: with how many the group had on that day."""
    return [
        {**row.to_json(), "counted": goal.people, "reckoned_months": goal.months}
        for row, goal in zip(facts, goals, strict=True)
    ]
