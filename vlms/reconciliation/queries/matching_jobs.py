"""Finds the job that matches a month."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.jobs.models import ENDED, Job, JobState
from vlms.reconciliation.models.periods import Period

MATCH = "reconciliation.match"


def key_of_matching(period: Period) -> str:
    """What is planned once: the month as it stands."""
    return f"match:{period.id}:{period.version}"


def find_matching_job(session: Session, period: Period) -> Job | None:
    """The job that is matching the month, or waits to."""
    under_way = [state for state in JobState if state not in ENDED]
    statement = select(Job).where(
        Job.kind == MATCH,
        Job.state.in_(under_way),
        Job.once_key.startswith(f"match:{period.id}:"),
    )
    return session.scalars(statement.order_by(Job.created_at.desc())).first()
