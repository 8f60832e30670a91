"""What people have passed and hold, and whether their links let it count (K1-K3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Date, and_, case, or_, select, type_coerce
from sqlalchemy.orm import Session

from vlms.accounts.models import Person
from vlms.catalog.models import Exam, ExamFamily
from vlms.certifications.models import ExamPass, HeldCertification
from vlms.partners.models.links import Association
from vlms.partners.rules.skills import Proof, counts_until


@dataclass(frozen=True)
class Proofs:
    """What is there, by what the link of its person says."""

    counted: list[Proof] = field(default_factory=list)
    # The link runs, and no skills report has shown it yet (K2).
    pending: list[Proof] = field(default_factory=list)
    not_linked: list[Proof] = field(default_factory=list)

    def add(self, proof: Proof, link_id: UUID | None, seen_at: datetime | None) -> None:
        if link_id is None:
            self.not_linked.append(proof)
        elif seen_at is None:
            self.pending.append(proof)
        else:
            self.counted.append(proof)


def who_counts(session: Session, organisation_id: UUID, day: date) -> list[Proof]:
    """What counts for the organisation on a day: of people whose link a skills report has shown."""
    return who_has(session, organisation_id, day).counted


def who_has(session: Session, organisation_id: UUID, day: date) -> Proofs:
    """What people of the organisation have passed and hold on a day, and until when it counts.

    Who has left does not count. Exams go on counting for twelve months after they were retired.
    Exams and the certifications they earned need the part of the link that is for exams (K1).
    """
    found = Proofs()
    _add_passed(session, organisation_id, day, found)
    _add_held(session, organisation_id, day, found)
    return found


def _link_of(person_id: object) -> Any:
    """The link of exams that runs, of that person with their organisation."""
    return and_(
        Association.person_id == person_id,
        Association.ended_at.is_(None),
        Association.exams_ended_at.is_(None),
    )


def _add_passed(session: Session, organisation_id: UUID, day: date, found: Proofs) -> None:
    family = ExamFamily.retires_on
    own = Exam.retires_on
    retires = case(
        (own.is_(None), family), (or_(family.is_(None), own < family), own), else_=family
    )
    link = Association
    statement = (
        select(
            ExamPass.person_id,
            ExamPass.exam_number,
            type_coerce(retires, Date),
            link.id,
            link.seen_at,
        )
        .join(Person, Person.id == ExamPass.person_id)
        .join(Exam, Exam.number == ExamPass.exam_number)
        .join(ExamFamily, ExamFamily.key == Exam.family_key)
        .outerjoin(link, _link_of(ExamPass.person_id))
        .where(
            ExamPass.organisation_id == organisation_id,
            ExamPass.passed_on <= day,
            Person.left_at.is_(None),
        )
    )
    until: dict[date | None, date | None] = {}
    for person_id, number, retired, link_id, seen_at in session.execute(statement):
        if retired not in until:
            until[retired] = counts_until(retired)
        last_day = until[retired]
        if last_day is None or last_day >= day:
            found.add(Proof(person_id, number.upper(), last_day), link_id, seen_at)


def _add_held(session: Session, organisation_id: UUID, day: date, found: Proofs) -> None:
    held, link = HeldCertification, Association
    statement = (
        select(held.person_id, held.certification_key, held.expires_on, link.id, link.seen_at)
        .join(Person, Person.id == held.person_id)
        .outerjoin(link, _link_of(held.person_id))
        .where(
            held.organisation_id == organisation_id,
            held.earned_on <= day,
            or_(held.expires_on.is_(None), held.expires_on >= day),
            Person.left_at.is_(None),
        )
    )
    for person_id, key, last_day, link_id, seen_at in session.execute(statement):
        found.add(Proof(person_id, key.upper(), last_day), link_id, seen_at)
