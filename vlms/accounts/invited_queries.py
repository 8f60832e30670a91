"""Who was invited to sign in, and how that stands now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from vlms.accounts.import_models import PeopleImportRow
from vlms.accounts.links import is_open
from vlms.accounts.models import LinkPurpose, OneTimeLink, Person, User
from vlms.accounts.queries import PERSON_SORTS
from vlms.core.db import reading
from vlms.core.paging import Listing, Page, page_of
from vlms.core.scope import System
from vlms.core.sign_in_names import typed_name
from vlms.notices.models import MessageState, OutboxMessage

AT_ONCE = 500
# Of links that the reader sees, whichever agreements or schools they work for.
_CAME_BACK = System("whether an invitation came back")


class InvitationState(StrEnum):
    """How it stands with a person's sign-in."""

    SIGNED_IN = "signed_in"
    INVITED = "invited"
    BOUNCED = "bounced"
    OVER = "over"
    NOT_INVITED = "not_invited"
    NO_ADDRESS = "no_address"
    LEFT = "left"


@dataclass(frozen=True)
class Invited:
    """One person; `user` is what they sign in with, `link_until` the end of an open link."""

    person: Person
    state: InvitationState
    user: str | None = None
    first_asked_at: datetime | None = None
    asked_at: datetime | None = None
    asked_count: int = 0
    link_until: datetime | None = None
    bounced_at: datetime | None = None
    bounce_note: str | None = None

    @property
    def id(self) -> UUID:
        return self.person.id

    @property
    def may_be_asked(self) -> bool:
        closed = (InvitationState.SIGNED_IN, InvitationState.NO_ADDRESS, InvitationState.LEFT)
        return self.state not in closed


def search_unanswered(
    session: Session, organisation_id: UUID, before: datetime, listing: Listing
) -> Page[Person]:
    """A page of those who were last invited before this instant and have not signed in."""
    return page_of(session, _unanswered(organisation_id, before), PERSON_SORTS, listing)


def list_unanswered(session: Session, organisation_id: UUID, before: datetime) -> Sequence[Person]:
    """All of them, by name."""
    found = _unanswered(organisation_id, before)
    return session.scalars(found.order_by(Person.search_name, Person.id)).all()


def count_unanswered(session: Session, organisation_id: UUID, before: datetime) -> int:
    """How many they are."""
    return _count(session, _unanswered(organisation_id, before))


def search_imported(session: Session, import_id: UUID, listing: Listing) -> Page[Person]:
    """A page of the people who stand in an import."""
    return page_of(session, _imported(import_id), PERSON_SORTS, listing)


def list_imported(session: Session, import_id: UUID) -> Sequence[Person]:
    """All of them, by name."""
    found = _imported(import_id).order_by(Person.search_name, Person.id)
    return session.scalars(found).all()


def count_imported(session: Session, import_id: UUID) -> int:
    """How many they are."""
    return _count(session, _imported(import_id))


def _count(session: Session, found: Select[Person]) -> int:
    counted = found.with_only_columns(func.count()).order_by(None)
    return session.scalar(counted) or 0


def _imported(import_id: UUID) -> Select[Person]:
    told = select(PeopleImportRow.person_id).where(
        PeopleImportRow.import_id == import_id, PeopleImportRow.person_id.is_not(None)
    )
    return select(Person).where(Person.id.in_(told))


def _unanswered(organisation_id: UUID, before: datetime) -> Select[Person]:
    asked = (
        select(OneTimeLink.subject_id)
        .where(
            OneTimeLink.organisation_id == organisation_id,
            OneTimeLink.purpose == LinkPurpose.JOIN,
        )
        .group_by(OneTimeLink.subject_id)
        .having(func.max(OneTimeLink.created_at) < before)
    )
    return select(Person).where(
        Person.organisation_id == organisation_id,
        Person.user_id.is_(None),
        Person.left_at.is_(None),
        Person.email.is_not(None),
        Person.id.in_(asked),
    )


def list_askable(session: Session, person_ids: Collection[UUID]) -> Sequence[Person]:
    """Those of these people who could sign in and do not yet, by name."""
    found = select(Person).where(
        Person.id.in_(sorted(person_ids)),
        Person.user_id.is_(None),
        Person.left_at.is_(None),
        Person.email.is_not(None),
    )
    return session.scalars(found.order_by(Person.search_name, Person.id)).all()


def invitation_links(
    session: Session, person_ids: Collection[UUID]
) -> Mapping[UUID, Sequence[OneTimeLink]]:
    """The links of each one's invitations, the newest last."""
    statement = select(OneTimeLink).where(
        OneTimeLink.subject_id.in_(sorted(person_ids)), OneTimeLink.purpose == LinkPurpose.JOIN
    )
    found: dict[UUID, list[OneTimeLink]] = {}
    for link in session.scalars(statement.order_by(OneTimeLink.created_at, OneTimeLink.id)):
        found.setdefault(link.subject_id, []).append(link)
    return found


def describe_invited(
    session: Session, people: Sequence[Person], now: datetime
) -> Iterator[Invited]:
    """How it stands with each of these people, in their order."""
    for begin in range(0, len(people), AT_ONCE):
        some = people[begin : begin + AT_ONCE]
        links = invitation_links(session, [person.id for person in some])
        back = _came_back([each[-1].id for each in links.values()])
        users = _users(session, some)
        for person in some:
            asked = links.get(person.id, ())
            returned = back.get(asked[-1].id) if asked else None
            user = users.get(person.user_id) if person.user_id else None
            yield _invited(person, user, asked, returned, now)


def _invited(
    person: Person,
    user: User | None,
    asked: Sequence[OneTimeLink],
    returned: OutboxMessage | None,
    now: datetime,
) -> Invited:
    if returned is not None and returned.to_address != person.email:
        returned = None
    state = _state(person, asked, returned, now)
    if not asked:
        return Invited(person, state, typed_name(user.email) if user else None)
    has_link = state in (InvitationState.INVITED, InvitationState.BOUNCED)
    return Invited(
        person,
        state,
        typed_name(user.email) if user else None,
        asked[0].created_at,
        asked[-1].created_at,
        len(asked),
        asked[-1].expires_at if has_link and is_open(asked[-1], now) else None,
        returned.bounced_at if returned else None,
        (returned.bounce_note or returned.last_error) if returned else None,
    )


def _state(
    person: Person, asked: Sequence[OneTimeLink], returned: OutboxMessage | None, now: datetime
) -> InvitationState:
    if person.left_at is not None:
        return InvitationState.LEFT
    if person.user_id is not None:
        return InvitationState.SIGNED_IN
    if person.email is None:
        return InvitationState.NO_ADDRESS
    if not asked:
        return InvitationState.NOT_INVITED
    if returned is not None:
        return InvitationState.BOUNCED
    return InvitationState.INVITED if is_open(asked[-1], now) else InvitationState.OVER


def _came_back(link_ids: Collection[UUID]) -> Mapping[UUID | None, OutboxMessage]:
    """The mails with these links that came back, or that no server took."""
    failed = OutboxMessage.bounced_at.is_not(None) | (OutboxMessage.state == MessageState.DEAD)
    statement = select(OutboxMessage).where(OutboxMessage.link_id.in_(sorted(link_ids)), failed)
    with reading(_CAME_BACK) as session:
        found = {message.link_id: message for message in session.scalars(statement)}
        session.expunge_all()
        return found


def _users(session: Session, people: Sequence[Person]) -> Mapping[UUID, User]:
    keys = {person.user_id for person in people if person.user_id}
    return {user.id: user for user in session.scalars(select(User).where(User.id.in_(keys)))}
