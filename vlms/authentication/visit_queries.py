"""Finds visits, and what of somebody can be seen in one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation, User
from vlms.authentication.models import SignInSession
from vlms.authentication.queries import is_in_use
from vlms.authentication.visit_models import SupportVisit


def find_visit(
    session: Session, session_id: UUID, now: datetime
) -> tuple[SupportVisit, User] | None:
    """The visit that goes on in this session, and whose eyes it looks through."""
    found = session.execute(
        select(SupportVisit, User)
        .join(User, SupportVisit.user_id == User.id)
        .where(
            SupportVisit.session_id == session_id,
            SupportVisit.ended_at.is_(None),
            SupportVisit.expires_at > now,
            User.disabled_at.is_(None),
        )
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def list_visits(session: Session) -> Sequence[tuple[SupportVisit, User, Organisation]]:
    """The visits that have not ended, with their operators and organisations."""
    found = session.execute(
        select(SupportVisit, User, Organisation)
        .join(User, SupportVisit.operator_id == User.id)
        .join(Organisation, SupportVisit.organisation_id == Organisation.id)
        .where(SupportVisit.ended_at.is_(None))
        .order_by(SupportVisit.begun_at, SupportVisit.id)
    )
    return [(visit, operator, place) for visit, operator, place in found]


def list_lapsed(session: Session, now: datetime) -> Sequence[SupportVisit]:
    """Those that are over, though nobody has ended them: their time, or their session, is."""
    in_use = select(SignInSession.id).where(*is_in_use(now))
    return session.scalars(
        select(SupportVisit)
        .join(User, SupportVisit.user_id == User.id)
        .where(
            SupportVisit.ended_at.is_(None),
            (SupportVisit.expires_at <= now)
            | SupportVisit.session_id.not_in(in_use)
            | User.disabled_at.is_not(None),
        )
        .order_by(SupportVisit.id)
    ).all()
