"""What certifications need, and where they are renewed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.catalog.models import Certification, CertificationExam
from vlms.catalog.renewal_models import (
    CertificationPrerequisite,
    LearningModule,
    RenewalAssessment,
)
from vlms.certifications.models import HeldCertification
from vlms.certifications.rules.activity import Life
from vlms.certifications.rules.earning import Needs, Span


@dataclass(frozen=True)
class Renewing:
    """Where a certification is renewed; None where the catalogue does not say."""

    assessment: RenewalAssessment | None
    modules: Sequence[LearningModule]


def renewing_of(session: Session, key: str) -> Renewing:
    own = select(LearningModule).where(LearningModule.certification_key == key)
    modules = session.scalars(own.order_by(LearningModule.position)).all()
    return Renewing(session.get(RenewalAssessment, key), modules)


def life_of(certification: Certification) -> Life:
    return Life(certification.available_from, certification.retires_on)


def needs_of(session: Session, certification: Certification, person_id: UUID) -> Needs:
    """What a person needs for it; the exams of a prerequisite count through that one alone."""
    exams = [exam.number for exam in certification.exams]
    keys = _list_needed(session, certification.key)
    if not keys:
        return Needs(exams, retires_on=certification.retires_on)
    through = select(CertificationExam.exam_number).where(
        CertificationExam.certification_key.in_(keys)
    )
    others = set(session.scalars(through))
    own = select(HeldCertification).where(
        HeldCertification.person_id == person_id, HeldCertification.certification_key.in_(keys)
    )
    held = [Span(one.earned_on, one.expires_on) for one in session.scalars(own)]
    return Needs([e for e in exams if e not in others], held, certification.retires_on)


def list_dependents(session: Session, key: str) -> Sequence[Certification]:
    """The certifications of which this one is a prerequisite."""
    named = select(CertificationPrerequisite.certification_key).where(
        CertificationPrerequisite.needed_key == key
    )
    return session.scalars(select(Certification).where(Certification.key.in_(named))).all()


def _list_needed(session: Session, key: str) -> Sequence[str]:
    own = select(CertificationPrerequisite.needed_key).where(
        CertificationPrerequisite.certification_key == key
    )
    return session.scalars(own).all()
