"""Finds organisations, users, persons and roles."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.models import (
    Organisation,
    OrganisationKind,
    Person,
    RoleGrant,
    School,
    User,
)
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.reading import canonical_email, search_key
from vlms.core.text import _


def find_user(session: Session, email: str) -> User | None:
    """The user with this address, in whatever case it was typed."""
    return session.scalar(select(User).where(User.email == canonical_email(email)))


def find_organisation(session: Session, slug: str) -> Organisation | None:
    return session.scalar(select(Organisation).where(Organisation.slug == slug))


def get_organisation(session: Session, organisation_id: UUID) -> Organisation:
    """Raises NotFound."""
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound(None, _("There is no such organisation."))
    return organisation


def list_organisations(session: Session, *kinds: OrganisationKind) -> Sequence[Organisation]:
    """All organisations of these kinds (all kinds when none is named), by name."""
    statement = select(Organisation).order_by(Organisation.name)
    if kinds:
        statement = statement.where(Organisation.kind.in_(kinds))
    return session.scalars(statement).all()


def list_grants(session: Session, user_id: UUID | None = None) -> Sequence[RoleGrant]:
    """The roles that hold now, of one user or of all whom the scope sees."""
    statement = (
        select(RoleGrant)
        .where(RoleGrant.ended_at.is_(None))
        .options(joinedload(RoleGrant.user))
        .order_by(RoleGrant.granted_at)
    )
    if user_id is not None:
        statement = statement.where(RoleGrant.user_id == user_id)
    return session.scalars(statement).all()


def list_schools(session: Session, organisation_id: UUID) -> Sequence[School]:
    statement = select(School).where(School.organisation_id == organisation_id)
    return session.scalars(statement.order_by(School.name)).all()


def get_person(session: Session, person_id: UUID) -> Person:
    """Raises NotFound, also for a person of another organisation."""
    person = session.scalar(select(Person).where(Person.id == person_id))
    if person is None:
        raise NotFound(None, _("There is no such person in this organisation."))
    return person


def find_person(session: Session, organisation_id: UUID, address: str) -> Person | None:
    """The person of an organisation with this address."""
    return session.scalar(
        select(Person).where(
            Person.organisation_id == organisation_id, Person.email == canonical_email(address)
        )
    )


PERSON_SORTS = {"name": Person.search_name, "created": Person.created_at}


def search_people(
    session: Session, organisation_id: UUID, words: str | None, listing: Listing
) -> Page[Person]:
    """People of an organisation whose names, address or number hold the words."""
    return page_of(session, _people(organisation_id, words), PERSON_SORTS, listing)


def _people(organisation_id: UUID, words: str | None) -> Select[Person]:
    statement = select(Person).where(Person.organisation_id == organisation_id)
    if words:
        key = search_key(words)
        statement = statement.where(
            Person.search_name.contains(key, autoescape=True)
            | Person.email.contains(key, autoescape=True)
            | (Person.number == words)
        )
    return statement


def list_persons_of(session: Session, user_id: UUID) -> Sequence[Person]:
    """The directory entries that a user has claimed."""
    return session.scalars(select(Person).where(Person.user_id == user_id)).all()
