"""Finds visits, and what of somebody can be seen in one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation, User
from vlms.accounts.queries import list_grants
from vlms.authentication.factor_queries import list_known_in
from vlms.authentication.models import SignInSession
from vlms.authentication.queries import is_in_use
from vlms.authentication.visit_models import SupportVisit
from vlms.core.permissions import Role


def find_visit(
    session: Session, session_id: UUID, now: datetime
) -> tuple[SupportVisit, User] | None:
    """The visit of this session whose time is not over, and whose eyes it looks through."""
    found = session.execute(
        select(SupportVisit, User)
        .join(User, SupportVisit.user_id == User.id)
        .where(
            SupportVisit.session_id == session_id,
            SupportVisit.ended_at.is_(None),
            SupportVisit.expires_at > now,
        )
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def list_going_on(
    session: Session, user_id: UUID | None = None
) -> Sequence[tuple[SupportVisit, User]]:
    """The visits that have not ended, of one user or of all, with whom they look at."""
    statement = (
        select(SupportVisit, User)
        .join(User, SupportVisit.user_id == User.id)
        .where(SupportVisit.ended_at.is_(None))
        .order_by(SupportVisit.id)
    )
    if user_id is not None:
        statement = statement.where(SupportVisit.user_id == user_id)
    return [(visit, user) for visit, user in session.execute(statement)]


def has_access(session: Session, visit: SupportVisit, user: User) -> bool:
    """Whether the user can still sign in where they are looked at, and is no operator."""
    roles = {grant.role for grant in list_grants(session, user.id)}
    return (
        user.disabled_at is None
        and Role.OPERATOR not in roles
        and visit.organisation_id in list_known_in(session, user.id)
    )


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
        .where(
            SupportVisit.ended_at.is_(None),
            (SupportVisit.expires_at <= now) | SupportVisit.session_id.not_in(in_use),
        )
        .order_by(SupportVisit.id)
    ).all()
