"""Who opens a link that was mailed to a person of a directory, and what they have to do first.

A code's claim and an invitation to sign in ask the same (C1, G6, G8): nobody gets a second account
for an address, and whose address it is shows it by having the mail.
"""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from vlms.accounts.models import OneTimeLink, Person, User
from vlms.accounts.queries import find_user
from vlms.audit.service import journal
from vlms.authentication.provider_queries import find_only_way, is_bound_to_provider
from vlms.authentication.service.newcomers import claimed_now, was_mailed
from vlms.core.scoping import guarded_update
from vlms.core.work import Work


class Way(StrEnum):
    """What the visitor of such a link has to do."""

    CLAIM = "claim"
    SIGN_IN = "sign_in"
    BY_PROVIDER = "by_provider"
    SET_PASSWORD = "set_password"
    OTHER_PERSON = "other_person"
    OTHER_PROVIDER = "other_provider"
    INVITED = "invited"
    MAILED = "mailed"
    NO_ADDRESS = "no_address"


def way_of(work: Work, person: Person, link: OneTimeLink, shown_by: UUID | None) -> Way:
    """The way from here for who works now and has this link.

    `shown_by` is the organisation whose sign-in provider has opened the visitor's session: it
    claims nothing elsewhere.
    """
    way = _way(work, person, link)
    if way is Way.CLAIM and _is_foreign(person, shown_by):
        return Way.OTHER_PROVIDER
    return way


def bind_person(work: Work, person: Person, user: User) -> None:
    """The directory entry is this user's from now on. Raises Conflict when it is another's."""
    if person.user_id == user.id:
        return
    unlinked = (Person.id == person.id, Person.user_id.is_(None), Person.erased_at.is_(None))
    if guarded_update(work.session, Person, *unlinked, user_id=user.id) != 1:
        raise claimed_now()
    journal(
        work,
        "person.claimed",
        ("person", person.id, person.organisation_id),
        after={"user_id": user.id},
    )
    work.session.refresh(person)


def _is_foreign(person: Person, shown_by: UUID | None) -> bool:
    """Whether it is nobody's yet, in an organisation for which that provider does not speak."""
    return shown_by is not None and person.user_id is None and person.organisation_id != shown_by


def _way(work: Work, person: Person, link: OneTimeLink) -> Way:
    user = _user_of(work, person)
    visitor_id = work.actor.user_id
    if user is not None and user.id == visitor_id:
        return Way.CLAIM
    if visitor_id is not None:
        return Way.OTHER_PERSON
    if user is None and person.email is None:
        return Way.NO_ADDRESS
    if user is None and not was_mailed(work.session, link, person.email):
        return Way.MAILED
    if _is_by_provider(work, person, user):
        return Way.BY_PROVIDER
    if user is None:
        return Way.SET_PASSWORD
    return Way.SIGN_IN if user.password_hash else Way.INVITED


def _is_by_provider(work: Work, person: Person, user: User | None) -> bool:
    """Whether the person gets in by this organisation's provider alone, also as a new user (G6)."""
    address = person.email if user is None else user.email
    assert address is not None
    if find_only_way(work.session, address) != person.organisation_id:
        return False
    return user is None or is_bound_to_provider(work.session, user)


def _user_of(work: Work, person: Person) -> User | None:
    """Who has claimed the directory entry, or would by its address."""
    if person.user_id is not None:
        return work.session.get(User, person.user_id)
    return find_user(work.session, person.email) if person.email else None
