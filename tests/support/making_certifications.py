"""Makes exams, certifications and who holds them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from tests.support.making import make_person
from tests.support.making_catalog import make_family
from vlms.accounts.models import Organisation, Person
from vlms.catalog.models import Certification, CertificationKind, Exam
from vlms.certifications.models import AttemptSource, HeldCertification, PassSource
from vlms.certifications.queries.transcripts import list_attempts
from vlms.certifications.service.earning import enter_pass, hold
from vlms.certifications.service.renewing import note_attempt
from vlms.core.work import Work


def make_certification(
    work: Work, key: str, kind: CertificationKind, *exam_numbers: str
) -> Certification:
    """A certification of these exams, which are made where they are not there."""
    family = make_family(work, "ROLE")
    exams = []
    for number in exam_numbers:
        exam = work.session.get(Exam, number)
        if exam is None:
            exam = Exam(number=number, name_en=number, name_zh=number, family_key=family.key)
            work.session.add(exam)
        exams.append(exam)
    found = Certification(
        key=key, kind=kind, name_en=key.title(), name_zh=f"認證 {key}", exams=exams
    )
    work.session.add(found)
    work.flush()
    return found


def make_held(
    work: Work, person: Person, certification: Certification, day: date
) -> HeldCertification:
    return hold(work, person, certification, day, PassSource.ENTRY)


def make_foreign_held(work: Work, organisation_id: UUID) -> dict[str, UUID]:
    """A certification of somebody of this organisation, for those who may not see it."""
    place = work.session.get_one(Organisation, organisation_id)
    person = make_person(work, place, "宏遠科技", "held@hongyuan.example")
    made = make_certification(work, "foreign", CertificationKind.ASSOCIATE, "FOREIGN-1")
    held = make_held(work, person, made, work.today("UTC") - timedelta(days=300))
    note_attempt(work, held, (work.now, False), AttemptSource.HOLDER)
    (attempt,) = list_attempts(work.session, held.id)
    passed = enter_pass(work, person, "FOREIGN-1", work.today("UTC"), PassSource.ENTRY)
    return {"held_id": held.id, "attempt_id": attempt.id, "exam_pass_id": passed.id}
