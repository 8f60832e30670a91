"""Links between people and organisations, as their user sees them (K1, K2)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from vlms.certifications.models import ExamPass, HeldCertification
from vlms.certifications.rules.renewal import ZONE
from vlms.core.clock import local_day
from vlms.partners.models.links import Association
from vlms.partners.rules.linking import LinkState, counts_by, link_state
from vlms.partners.terms import link_terms


@dataclass(frozen=True)
class LinkStanding:
    """An association, how it stands, and when it should count at the latest (K2)."""

    association: Association
    state: LinkState | None
    due_at: datetime


def find_running(session: Session, user_id: UUID) -> Association | None:
    """The only association of a user that has not ended."""
    return session.scalar(
        select(Association).where(Association.user_id == user_id, Association.ended_at.is_(None))
    )


def list_associations(
    session: Session, user_id: UUID, place: UUID | None = None
) -> Sequence[Association]:
    """All that a user ever had, the newest first; with `place` those with this organisation."""
    own = select(Association).where(Association.user_id == user_id)
    if place is not None:
        own = own.where(Association.organisation_id == place)
    loaded = own.options(joinedload(Association.organisation), joinedload(Association.person))
    return session.scalars(loaded.order_by(Association.started_at.desc())).all()


def start_days(session: Session, user_id: UUID, zone: str) -> Sequence[date]:
    """On which days in a zone the user's associations started, whatever became of them (K1)."""
    starts = select(Association.started_at).where(Association.user_id == user_id)
    return [local_day(at, zone) for at in session.scalars(starts)]


def list_lost(session: Session, person_id: UUID, now: datetime) -> Sequence[HeldCertification]:
    """The certifications of a person that count for their organisation while it is linked."""
    runs = or_(
        HeldCertification.expires_on.is_(None),
        HeldCertification.expires_on >= local_day(now, ZONE),
    )
    own = select(HeldCertification).where(HeldCertification.person_id == person_id, runs)
    return session.scalars(own.order_by(HeldCertification.certification_key)).all()


def standings(
    session: Session, associations: Sequence[Association], now: datetime
) -> Sequence[LinkStanding]:
    """How each stands now; an ended one has no state."""
    passes = newest_passes(session, [one.person_id for one in associations])
    return [_standing(one, passes.get(one.person_id), now) for one in associations]


def newest_passes(session: Session, person_ids: Collection[UUID]) -> Mapping[UUID, date]:
    """The last day on which each person passed an exam, for those who passed any."""
    days = (
        select(ExamPass.person_id, func.max(ExamPass.passed_on))
        .where(ExamPass.person_id.in_(sorted(set(person_ids))))
        .group_by(ExamPass.person_id)
    )
    return {person_id: day for person_id, day in session.execute(days)}


def due_at(started_at: datetime, newest_pass: date | None) -> datetime:
    """K2 by the terms of the day of the start; a day of an exam counts in full, in UTC."""
    passed_by = None
    if newest_pass is not None:
        passed_by = datetime.combine(newest_pass + timedelta(days=1), time(), UTC)
    return counts_by(started_at, passed_by, link_terms(local_day(started_at, ZONE)).terms)


def _standing(one: Association, newest_pass: date | None, now: datetime) -> LinkStanding:
    due = due_at(one.started_at, newest_pass)
    state = link_state(one.seen_at, due, now) if one.ended_at is None else None
    return LinkStanding(one, state, due)
