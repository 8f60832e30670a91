"""Finds organisations, users, persons and roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.models import Organisation, OrganisationKind, Person, RoleGrant, School, User
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.permissions import ROLE_PERMISSIONS, Permission, Role
from vlms.core.reading import canonical_email, search_key, shown
from vlms.core.text import _


def find_user(session: Session, email: str) -> User | None:
    """The user with this address, in whatever case it was typed."""
    return session.scalar(select(User).where(User.email == canonical_email(email)))


def get_user(session: Session, user_id: UUID) -> User:
    """Raises NotFound."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound(None, _("There is no such user."))
    return user


def list_users(session: Session) -> Sequence[User]:
    """All users, by address."""
    return session.scalars(select(User).order_by(User.email)).all()


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


ORGANISATION_SORTS = {
    "name": Organisation.search_name,
    "slug": Organisation.slug,
    "created": Organisation.created_at,
}


def search_organisations(
    session: Session, words: str | None, kind: OrganisationKind | None, listing: Listing
) -> Page[Organisation]:
    """A page of the organisations whose name or short name holds the words."""
    statement = select(Organisation)
    if words:
        statement = statement.where(names_organisation(words))
    if kind is not None:
        statement = statement.where(Organisation.kind == kind)
    return page_of(session, statement, ORGANISATION_SORTS, listing)


def names_organisation(words: str) -> ColumnElement[bool]:
    """Part of an organisation's name or short name, in any case and script."""
    key, columns = search_key(words), (Organisation.search_name, Organisation.slug)
    return or_(*(column.contains(key, autoescape=True) for column in columns))


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


def list_grants_in(
    session: Session, organisation_id: UUID, user_id: UUID | None = None
) -> Sequence[RoleGrant]:
    """The roles of an organisation, ended ones too, with their users; first come first."""
    statement = (
        select(RoleGrant)
        .where(RoleGrant.organisation_id == organisation_id)
        .options(joinedload(RoleGrant.user))
        .order_by(RoleGrant.granted_at, RoleGrant.id)
    )
    if user_id is not None:
        statement = statement.where(RoleGrant.user_id == user_id)
    return session.scalars(statement).all()


@dataclass(frozen=True)
class GrantFilter:
    """Which roles a list shows; `words` are of the user's name or address.

    `is_invited`: of who was invited and has set no password yet.
    """

    words: str | None = None
    role: Role | None = None
    is_invited: bool = False


def search_grants(
    session: Session, organisation_id: UUID, wanted: GrantFilter, listing: Listing
) -> Page[RoleGrant]:
    """A page of the roles that hold now, with their users."""
    statement = (
        select(RoleGrant)
        .where(RoleGrant.organisation_id == organisation_id, RoleGrant.ended_at.is_(None))
        .options(joinedload(RoleGrant.user))
    )
    if wanted.words:
        named = or_(
            User.name.icontains(wanted.words, autoescape=True),
            User.email.contains(wanted.words.lower(), autoescape=True),
        )
        statement = statement.where(RoleGrant.user_id.in_(select(User.id).where(named)))
    if wanted.role is not None:
        statement = statement.where(RoleGrant.role == wanted.role)
    if wanted.is_invited:
        waiting = select(User.id).where(User.password_hash.is_(None))
        statement = statement.where(RoleGrant.user_id.in_(waiting))
    return page_of(session, statement, {"granted": RoleGrant.granted_at}, listing)


def list_users_who_may(
    session: Session,
    organisation_id: UUID,
    permission: Permission,
    agreement_id: UUID | None = None,
) -> Sequence[User]:
    """Who may do this in an organisation, in this agreement at least (None: in all); by address."""
    roles = [role for role, allowed in ROLE_PERMISSIONS.items() if permission in allowed]
    where = RoleGrant.agreement_id.is_(None) | (RoleGrant.agreement_id == agreement_id)
    grants = select(RoleGrant.user_id).where(
        RoleGrant.organisation_id == organisation_id,
        RoleGrant.role.in_(roles),
        RoleGrant.ended_at.is_(None),
        where,
    )
    statement = select(User).where(User.id.in_(grants), User.disabled_at.is_(None))
    return session.scalars(statement.order_by(User.email)).all()


def get_grant(session: Session, grant_id: UUID) -> RoleGrant:
    """Raises NotFound, also for a role of another organisation."""
    grant = session.scalar(select(RoleGrant).where(RoleGrant.id == grant_id))
    if grant is None:
        raise NotFound(None, _("There is no such role in this organisation."))
    return grant


def get_school(session: Session, organisation_id: UUID, school_id: UUID) -> School:
    """Raises NotFound."""
    statement = select(School).where(
        School.id == school_id, School.organisation_id == organisation_id
    )
    school = session.scalar(statement)
    if school is None:
        raise NotFound(None, _("There is no such school in this organisation."))
    return school


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


@dataclass(frozen=True)
class PersonFilter:
    """Which people a list shows: words of their names, address or number; whose; who has left."""

    words: str | None = None
    school_id: UUID | None = None
    has_left: bool | None = None
    department: str | None = None
    manager_id: UUID | None = None


def search_people(
    session: Session, organisation_id: UUID, wanted: PersonFilter, listing: Listing
) -> Page[Person]:
    """A page of an organisation's people."""
    return page_of(session, _people(organisation_id, wanted), PERSON_SORTS, listing)


def list_people(
    session: Session, organisation_id: UUID, wanted: PersonFilter | None = None
) -> Sequence[Person]:
    """The same people, all of them, by name."""
    statement = _people(organisation_id, wanted or PersonFilter())
    return session.scalars(statement.order_by(Person.search_name, Person.id)).all()


def count_people(session: Session, organisation_id: UUID, wanted: PersonFilter) -> int:
    counted = _people(organisation_id, wanted).with_only_columns(func.count(Person.id))
    return int(session.scalar(counted) or 0)


def _people(organisation_id: UUID, wanted: PersonFilter) -> Select[Person]:
    statement = select(Person).where(Person.organisation_id == organisation_id)
    if wanted.words:
        statement = statement.where(names_person(wanted.words))
    if wanted.school_id is not None:
        statement = statement.where(Person.school_id == wanted.school_id)
    if wanted.department is not None:
        statement = statement.where(Person.department == wanted.department)
    if wanted.manager_id is not None:
        statement = statement.where(Person.manager_id == wanted.manager_id)
    if wanted.has_left is not None:
        has_left = Person.left_at.is_not(None)
        statement = statement.where(has_left if wanted.has_left else ~has_left)
    return statement


def names_person(words: str) -> ColumnElement[bool]:
    """Part of a person's names or address, in any case and script; or the whole number."""
    key = search_key(words)
    return or_(
        Person.search_name.contains(key, autoescape=True),
        Person.email.contains(key, autoescape=True),
        Person.number == words,
    )


def get_person_named(session: Session, organisation_id: UUID, who: str) -> Person:
    """The person of an organisation with this number or address. Raises NotFound."""
    named = or_(Person.number == who, Person.email == canonical_email(who))
    statement = select(Person).where(Person.organisation_id == organisation_id, named)
    # A number may look like somebody else's address: the address counts first.
    first = case((Person.email == canonical_email(who), 0), else_=1)
    found = session.scalars(statement.order_by(first)).first()
    if found is None:
        raise NotFound(
            None, _("There is no person %(name)s in this organisation.", name=shown(who))
        )
    return found


def find_manager(session: Session, person: Person) -> Person | None:
    """Who sees the states of a person's codes and approves their requests; None: nobody."""
    if person.manager_id is None:
        return None
    return session.scalar(select(Person).where(Person.id == person.manager_id))


def list_managed(session: Session, manager_person_id: UUID) -> Sequence[Person]:
    """Whose manager this person is, by name; those who have left too."""
    statement = select(Person).where(Person.manager_id == manager_person_id)
    return session.scalars(statement.order_by(Person.search_name, Person.id)).all()


def list_persons_of(session: Session, user_id: UUID, place: UUID | None = None) -> Sequence[Person]:
    """The directory entries that a user has claimed; with `place` those of this organisation."""
    statement = select(Person).where(Person.user_id == user_id)
    if place is not None:
        statement = statement.where(Person.organisation_id == place)
    return session.scalars(statement).all()
