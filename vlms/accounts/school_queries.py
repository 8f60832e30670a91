"""Finds the schools that people's roles are for, and who a school's user is in its directory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.models import Person, PersonPlace, RoleGrant, School, User
from vlms.core.permissions import Role


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


def find_institution_of(
    session: Session, user_id: UUID, only_in: UUID | None = None
) -> UUID | None:
    """The institution at one of whose schools a user is, as its directory says.

    With `only_in` this organisation, if it is one.
    """
    places = select(PersonPlace.organisation_id).join(Person, Person.id == PersonPlace.person_id)
    if only_in is not None:
        places = places.where(PersonPlace.organisation_id == only_in)
    return session.scalar(places.where(Person.user_id == user_id).order_by(Person.id).limit(1))


def list_own_schools(session: Session, user_id: UUID, day: date) -> Sequence[School]:
    """The schools at which a user is on a day, by name."""
    places = (
        select(PersonPlace.school_id)
        .join(Person, Person.id == PersonPlace.person_id)
        .where(
            Person.user_id == user_id,
            PersonPlace.last_day.is_(None) | (PersonPlace.last_day >= day),
        )
    )
    return session.scalars(select(School).where(School.id.in_(places)).order_by(School.name)).all()


def list_coordinators(session: Session, school_ids: Collection[UUID]) -> Sequence[RoleGrant]:
    """Who coordinates these schools now, with their users; by school and since when."""
    statement = (
        select(RoleGrant)
        .join(User, User.id == RoleGrant.user_id)
        .where(
            RoleGrant.school_id.in_(sorted(school_ids)),
            RoleGrant.role == Role.SCHOOL_COORDINATOR,
            RoleGrant.ended_at.is_(None),
            User.disabled_at.is_(None),
        )
        .options(joinedload(RoleGrant.user))
    )
    return session.scalars(statement.order_by(RoleGrant.school_id, RoleGrant.id)).all()


def is_entry_of(user_id: UUID | None) -> ColumnElement[bool]:
    """The condition for a person to be this user: claimed by them, or of their address.

    A teacher of the roster is invited by mail and has nothing to claim.
    """
    address = select(User.email).where(User.id == user_id).scalar_subquery()
    return (Person.user_id == user_id) | (Person.user_id.is_(None) & (Person.email == address))
