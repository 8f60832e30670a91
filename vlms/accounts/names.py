"""What keys in the journal stand for: users, people, schools, organisations."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation, Person, School, User


def name_users(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    found = session.scalars(select(User).where(User.id.in_(keys)))
    return {user.id: user.name for user in found}


def name_people(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    found = session.scalars(select(Person).where(Person.id.in_(keys)))
    return {person.id: person.name for person in found}


def name_schools(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    found = session.scalars(select(School).where(School.id.in_(keys)))
    return {school.id: school.name for school in found}


def name_organisations(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    found = session.scalars(select(Organisation).where(Organisation.id.in_(keys)))
    return {organisation.id: organisation.name for organisation in found}
