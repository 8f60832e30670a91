"""Makes the records that tests begin with. What a test is about is always named by it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from argon2 import PasswordHasher

from vlms.accounts.models import Organisation, OrganisationKind, Person, RoleGrant, User
from vlms.authentication.rules.passwords import uniform
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.core.reading import canonical_email, search_key
from vlms.core.scope import Scope, System
from vlms.core.work import Actor, Work, working

EVERY_ROLE = Actor("tester", roles=frozenset(Role))
PASSWORD = "a long password"
# Cheap to compare: thousands of tests sign in. What a comparison takes is tested with real ones.
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(uniform(PASSWORD))


@contextmanager
def making(now: datetime, actor: Actor = EVERY_ROLE, scope: Scope | None = None) -> Iterator[Work]:
    """A unit of work that may do everything, unless an actor or scope is given."""
    with working(actor, scope or System("test"), now) as work:
        yield work


def make_organisation(
    work: Work, slug: str, kind: OrganisationKind = OrganisationKind.CUSTOMER, **facts: object
) -> Organisation:
    organisation = Organisation(
        **{
            "slug": slug,
            "kind": kind,
            "name": slug.title(),
            "country": "US",
            "time_zone": "America/Los_Angeles",
            "language": Language.ENGLISH,
            "assign_delay_minutes": 30,
            "created_at": work.now,
            **facts,
        }
    )
    work.session.add(organisation)
    work.flush()
    return organisation


def make_user(work: Work, email: str, name: str = "Test User") -> User:
    """A user who can sign in with PASSWORD."""
    user = User(
        email=canonical_email(email),
        name=name,
        language=Language.ENGLISH,
        time_zone="UTC",
        password_hash=_HASH,
        created_at=work.now,
    )
    work.session.add(user)
    work.flush()
    return user


def make_member(work: Work, organisation: Organisation, role: Role, email: str) -> User:
    """A user with a role in the whole organisation."""
    return make_role(work, organisation, make_user(work, email), role)


def make_role(
    work: Work, organisation: Organisation, user: User, role: Role = Role.RESELLER
) -> User:
    """A further role of a user who is there."""
    work.session.add(
        RoleGrant(organisation_id=organisation.id, user_id=user.id, role=role, granted_at=work.now)
    )
    work.flush()
    return user


def make_person(
    work: Work,
    organisation: Organisation,
    name: str,
    email: str | None = None,
    user: User | None = None,
) -> Person:
    person = Person(
        organisation_id=organisation.id,
        user_id=user.id if user else None,
        name=name,
        search_name=search_key(name),
        email=canonical_email(email) if email else None,
        language=Language.ENGLISH,
        created_at=work.now,
    )
    work.session.add(person)
    work.flush()
    return person
