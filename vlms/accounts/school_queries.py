"""Finds the schools that people's roles are for, and who a school's user is in its directory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Person, RoleGrant, School, User


def list_schools_of(session: Session, organisation_id: UUID, user_id: UUID) -> Sequence[School]:
    """The schools of an organisation that a user's roles are for now, by name."""
    named = select(RoleGrant.school_id).where(
        RoleGrant.organisation_id == organisation_id,
        RoleGrant.user_id == user_id,
        RoleGrant.ended_at.is_(None),
    )
    statement = select(School).where(School.organisation_id == organisation_id)
    return session.scalars(statement.where(School.id.in_(named)).order_by(School.name)).all()


def names_of_schools(session: Session, keys: Collection[UUID | None]) -> Mapping[UUID, str]:
    """The names of these schools that the session's scope may see."""
    found = session.scalars(select(School).where(School.id.in_([key for key in keys if key])))
    return {school.id: school.name for school in found}


def is_entry_of(user_id: UUID | None) -> ColumnElement[bool]:
    """The condition for a person to be this user: claimed by them, or of their address.

    A teacher of the roster is invited by mail and has nothing to claim.
    """
    address = select(User.email).where(User.id == user_id).scalar_subquery()
    return (Person.user_id == user_id) | (Person.user_id.is_(None) & (Person.email == address))
