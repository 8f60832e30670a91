"""What people have passed and hold, and whether their links let it count (K1-K3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Person
from vlms.catalog.models import Exam, ExamFamily
from vlms.certifications.models import ExamPass, HeldCertification
from vlms.partners.models.links import Association
from vlms.partners.queries.exam_days import exam_retires_on
from vlms.partners.rules.skills import Proof
from vlms.partners.terms import exam_counts_until


@dataclass(frozen=True)
class Proofs:
    """What is there, by what the link of its person says; `links` are those of exams that run,
    by person, with when a skills report has shown them."""

    links: Mapping[UUID, datetime | None]
    counted: list[Proof] = field(default_factory=list)
    # The link runs, and no skills report has shown it yet (K2).
    pending: list[Proof] = field(default_factory=list)
    not_linked: list[Proof] = field(default_factory=list)

    def add(self, proof: Proof) -> None:
        if proof.person_id not in self.links:
            self.not_linked.append(proof)
        elif self.links[proof.person_id] is None:
            self.pending.append(proof)
        else:
            self.counted.append(proof)


def who_counts(session: Session, organisation_id: UUID, day: date) -> list[Proof]:
    """What counts for the organisation on a day: of people whose link a skills report has shown."""
    return who_has(session, organisation_id, day).counted


def who_has(session: Session, organisation_id: UUID, day: date) -> Proofs:
    """What people of the organisation have passed and hold on a day, and until when it counts.

    Who has left does not count. Exams go on counting for a time after they were retired.
    Exams and the certifications they earned need the part of the link that is for exams (K1).
    """
    # Read by themselves: joined to every proof, a database may walk through all links each time.
    link = Association
    runs = select(link.person_id, link.seen_at).where(
        link.organisation_id == organisation_id,
        link.ended_at.is_(None),
        link.exams_ended_at.is_(None),
    )
    found = Proofs({person_id: seen_at for person_id, seen_at in session.execute(runs)})
    _add_passed(session, organisation_id, day, found)
    _add_held(session, organisation_id, day, found)
    return found


def _add_passed(session: Session, organisation_id: UUID, day: date, found: Proofs) -> None:
    statement = (
        select(ExamPass.person_id, ExamPass.exam_number, exam_retires_on())
        .join(Person, Person.id == ExamPass.person_id)
        .join(Exam, Exam.number == ExamPass.exam_number)
        .join(ExamFamily, ExamFamily.key == Exam.family_key)
        .where(
            ExamPass.organisation_id == organisation_id,
            ExamPass.passed_on <= day,
            Person.left_at.is_(None),
        )
    )
    until: dict[date | None, date | None] = {}
    for person_id, number, retired in session.execute(statement):
        if retired not in until:
            until[retired] = exam_counts_until(retired)
        last_day = until[retired]
        if last_day is None or last_day >= day:
            found.add(Proof(person_id, number.upper(), last_day))


def _add_held(session: Session, organisation_id: UUID, day: date, found: Proofs) -> None:
    held = HeldCertification
    statement = (
        select(held.person_id, held.certification_key, held.expires_on)
        .join(Person, Person.id == held.person_id)
        .where(
            held.organisation_id == organisation_id,
            held.earned_on <= day,
            or_(held.expires_on.is_(None), held.expires_on >= day),
            Person.left_at.is_(None),
        )
    )
    for person_id, key, last_day in session.execute(statement):
        found.add(Proof(person_id, key.upper(), last_day))
