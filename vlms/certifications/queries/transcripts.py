"""What people have passed, hold and tried, as their transcript shows it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.certifications.models import ExamPass, HeldCertification, RenewalAttempt
from vlms.core.errors import NotFound, Topic
from vlms.core.text import _


def list_passes(session: Session, person_ids: Sequence[UUID]) -> Sequence[ExamPass]:
    """The newest first."""
    own = select(ExamPass).where(ExamPass.person_id.in_(person_ids))
    return session.scalars(own.order_by(ExamPass.passed_on.desc(), ExamPass.exam_number)).all()


def pass_days(session: Session, person_id: UUID) -> Mapping[str, Sequence[date]]:
    """The days on which a person has passed each exam."""
    found: dict[str, list[date]] = defaultdict(list)
    rows = select(ExamPass.exam_number, ExamPass.passed_on).where(ExamPass.person_id == person_id)
    for number, day in session.execute(rows):
        found[number].append(day)
    return found


def list_held(session: Session, person_ids: Sequence[UUID]) -> Sequence[HeldCertification]:
    """What ends first comes first, what never ends last."""
    own = select(HeldCertification).where(HeldCertification.person_id.in_(person_ids))
    order = (HeldCertification.expires_on.is_(None), HeldCertification.expires_on)
    return session.scalars(own.order_by(*order, HeldCertification.certification_key)).all()


def get_held(session: Session, held_id: UUID) -> HeldCertification:
    """Raises NotFound, also for one that the scope does not see."""
    found = find_held(session, held_id)
    if found is None:
        raise NotFound(None, _("There is no such certification."), ask=Topic.CERTIFICATION_PROFILES)
    return found


def find_held(session: Session, held_id: UUID) -> HeldCertification | None:
    return session.scalar(select(HeldCertification).where(HeldCertification.id == held_id))


def get_pass(session: Session, pass_id: UUID) -> ExamPass:
    """Raises NotFound, also for one that the scope does not see."""
    found = session.scalar(select(ExamPass).where(ExamPass.id == pass_id))
    if found is None:
        raise NotFound(None, _("There is no such passed exam."), ask=Topic.CERTIFICATION_PROFILES)
    return found


def get_attempt(session: Session, attempt_id: UUID) -> RenewalAttempt:
    """Raises NotFound, also for one that the scope does not see."""
    found = session.scalar(select(RenewalAttempt).where(RenewalAttempt.id == attempt_id))
    if found is None:
        raise NotFound(None, _("There is no such attempt."), ask=Topic.CERTIFICATION_PROFILES)
    return found


def list_attempts(session: Session, held_id: UUID) -> Sequence[RenewalAttempt]:
    """The renewal assessments taken for one certification, the newest first."""
    own = select(RenewalAttempt).where(RenewalAttempt.held_id == held_id)
    return session.scalars(own.order_by(RenewalAttempt.attempted_at.desc())).all()


def failures(session: Session, held: HeldCertification) -> list[datetime]:
    """When the assessment of the present window was failed, in order (R3)."""
    return failures_of(session, [held]).get(held.id, [])


def failures_of(
    session: Session, held: Sequence[HeldCertification]
) -> Mapping[UUID, list[datetime]]:
    """The same of many at once, by the certification's id; of those that were failed."""
    last_days = {one.id: one.expires_on for one in held}
    rows = select(
        RenewalAttempt.held_id, RenewalAttempt.expired_on, RenewalAttempt.attempted_at
    ).where(RenewalAttempt.held_id.in_(last_days), RenewalAttempt.has_passed.is_(False))
    found: dict[UUID, list[datetime]] = defaultdict(list)
    for held_id, expired_on, at in session.execute(rows.order_by(RenewalAttempt.attempted_at)):
        if last_days[held_id] == expired_on:
            found[held_id].append(at)
    return found
