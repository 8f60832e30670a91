"""Who of an organisation is linked with it, pending, overdue or not linked (K1, K2)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.models import Person
from vlms.accounts.queries import PERSON_SORTS, names_person
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, count_rows, page_of
from vlms.core.text import _
from vlms.notices.models import OutboxMessage
from vlms.partners.models.links import Association, UnlinkTask
from vlms.partners.queries.links import LinkStanding, due_at, newest_passes, standings
from vlms.partners.rules.linking import LinkState, link_state

INVITATION = "link_invitation"
LINK_SORTS = {"started": Association.started_at}
_AT_ONCE = 500


class LinkTab(StrEnum):
    """Whom a list of links shows."""

    LINKED = "linked"
    PENDING = "pending"
    OVERDUE = "overdue"
    COUNTED = "counted"
    NOT_LINKED = "not_linked"
    ENDED = "ended"


@dataclass(frozen=True)
class LinkedRow:
    """A line of the list as a file: a person, and the link if there is one."""

    person: Person
    standing: LinkStanding | None
    invited_at: datetime | None


def search_linked(
    session: Session,
    organisation_id: UUID,
    wanted: tuple[LinkTab, str | None],
    listing: Listing,
    now: datetime,
) -> Page[Association]:
    """A page of an organisation's links of one tab, of people whose names hold the words."""
    tab, words = wanted
    statement = _of_tab(session, organisation_id, tab, now)
    if words:
        named = select(Person.id).where(
            Person.organisation_id == organisation_id, names_person(words)
        )
        statement = statement.where(Association.person_id.in_(named))
    return page_of(session, statement, LINK_SORTS, listing)


Narrowing = tuple[str | None, datetime | None]
"""Words of people's names, and the instant before which they were last asked to link."""


def search_not_linked(
    session: Session, organisation_id: UUID, wanted: Narrowing, listing: Listing
) -> Page[Person]:
    """A page of those who are present and not linked with their organisation."""
    return page_of(session, _narrowed(organisation_id, wanted), PERSON_SORTS, listing)


def list_not_linked(
    session: Session, organisation_id: UUID, asked_before: datetime | None = None
) -> Sequence[Person]:
    """All of them, by name; or those who were asked, last before this instant."""
    statement = _not_linked(organisation_id, asked_before)
    found = statement.order_by(Person.search_name, Person.id)
    return session.scalars(found).all()


def list_to_ask(
    session: Session, organisation_id: UUID, wanted: Narrowing, today: datetime
) -> Sequence[Person]:
    """Those of them who may be asked now: who has an address, and was not asked since `today`."""
    found = _to_ask(organisation_id, wanted, today).order_by(Person.search_name, Person.id)
    return session.scalars(found).all()


def count_to_ask(
    session: Session, organisation_id: UUID, wanted: Narrowing, today: datetime
) -> int:
    """How many that are."""
    found = _to_ask(organisation_id, wanted, today)
    return count_rows(session, found.with_only_columns(Person.id))


def is_to_ask(session: Session, person: Person, today: datetime) -> bool:
    """Whether this is one of them."""
    found = _to_ask(person.organisation_id, (None, None), today)
    return session.scalar(found.where(Person.id == person.id)) is not None


def _narrowed(organisation_id: UUID, wanted: Narrowing) -> Select[Person]:
    words, asked_before = wanted
    found = _not_linked(organisation_id, asked_before)
    return found.where(names_person(words)) if words else found


def _to_ask(organisation_id: UUID, wanted: Narrowing, today: datetime) -> Select[Person]:
    asked = select(OutboxMessage.person_id).where(
        OutboxMessage.organisation_id == organisation_id,
        OutboxMessage.template == INVITATION,
        OutboxMessage.created_at >= today,
        OutboxMessage.person_id.is_not(None),
    )
    found = _narrowed(organisation_id, wanted)
    return found.where(Person.email.is_not(None), Person.id.not_in(asked))


def count_tabs(session: Session, organisation_id: UUID, now: datetime) -> Mapping[LinkTab, int]:
    """How many stand in each tab but that of the ended ones."""
    unseen = _unseen(session, organisation_id, now)
    pending = sum(state is LinkState.PENDING for state in unseen.values())
    counted = _of_tab(session, organisation_id, LinkTab.COUNTED, now)
    count = count_rows(session, counted.with_only_columns(Association.id))
    return {
        LinkTab.LINKED: count + len(unseen),
        LinkTab.PENDING: pending,
        LinkTab.OVERDUE: len(unseen) - pending,
        LinkTab.COUNTED: count,
        LinkTab.NOT_LINKED: count_rows(
            session, _not_linked(organisation_id).with_only_columns(Person.id)
        ),
    }


def persons_of(session: Session, person_ids: Collection[UUID]) -> Mapping[UUID, Person]:
    found = select(Person).where(Person.id.in_(sorted(person_ids)))
    return {person.id: person for person in session.scalars(found)}


def last_invitations(session: Session, person_ids: Collection[UUID]) -> Mapping[UUID, datetime]:
    """When each was last asked by mail to link, for those who were."""
    told = (
        select(OutboxMessage.person_id, func.max(OutboxMessage.created_at))
        .where(
            OutboxMessage.template == INVITATION,
            OutboxMessage.person_id.in_(sorted(person_ids)),
        )
        .group_by(OutboxMessage.person_id)
    )
    return {person_id: at for person_id, at in session.execute(told) if person_id}


def list_unanswered_rows(
    session: Session, organisation_id: UUID, asked_before: datetime
) -> Iterator[LinkedRow]:
    """Who was last asked before this instant and is not linked: for files."""
    yield from _rows_of_people(session, list_not_linked(session, organisation_id, asked_before))


def list_rows(session: Session, organisation_id: UUID, now: datetime) -> Iterator[LinkedRow]:
    """All links that run or have run, then those who are not linked: for files."""
    every = select(Association).where(Association.organisation_id == organisation_id)
    loaded = every.options(joinedload(Association.person))
    links = session.scalars(loaded.order_by(Association.started_at, Association.id)).all()
    for begin in range(0, len(links), _AT_ONCE):
        for one in standings(session, links[begin : begin + _AT_ONCE], now):
            yield LinkedRow(one.association.person, one, None)
    yield from _rows_of_people(session, list_not_linked(session, organisation_id))


def _rows_of_people(session: Session, people: Sequence[Person]) -> Iterator[LinkedRow]:
    for begin in range(0, len(people), _AT_ONCE):
        some = people[begin : begin + _AT_ONCE]
        invited = last_invitations(session, [person.id for person in some])
        for person in some:
            yield LinkedRow(person, None, invited.get(person.id))


def list_tasks(session: Session, organisation_id: UUID) -> Sequence[UnlinkTask]:
    """What is to be done for people who have left, the most urgent first."""
    waiting = select(UnlinkTask).where(
        UnlinkTask.organisation_id == organisation_id, UnlinkTask.done_at.is_(None)
    )
    loaded = waiting.options(joinedload(UnlinkTask.person), joinedload(UnlinkTask.association))
    return session.scalars(loaded.order_by(UnlinkTask.due_on, UnlinkTask.id)).all()


def list_open_tasks(session: Session) -> Sequence[UUID]:
    """Of every organisation, what nobody has done yet; what is due first comes first."""
    waiting = select(UnlinkTask.id).where(UnlinkTask.done_at.is_(None))
    return session.scalars(waiting.order_by(UnlinkTask.due_on, UnlinkTask.id)).all()


def get_task(session: Session, task_id: UUID) -> UnlinkTask:
    """Raises NotFound, also for another organisation's."""
    found = session.scalar(select(UnlinkTask).where(UnlinkTask.id == task_id))
    if found is None:
        raise NotFound("K1", _("There is no such task in this organisation."))
    return found


def list_linked_persons(session: Session, organisation_id: UUID) -> Sequence[UUID]:
    """Whose certifications count for an organisation as far as links say (K1)."""
    runs = select(Association.person_id).where(
        Association.organisation_id == organisation_id, Association.ended_at.is_(None)
    )
    return session.scalars(runs).all()


def _of_tab(
    session: Session, organisation_id: UUID, tab: LinkTab, now: datetime
) -> Select[Association]:
    own = select(Association).where(Association.organisation_id == organisation_id)
    if tab is LinkTab.ENDED:
        return own.where(Association.ended_at.is_not(None))
    own = own.where(Association.ended_at.is_(None))
    if tab is LinkTab.COUNTED:
        return own.where(Association.seen_at.is_not(None))
    if tab in (LinkTab.PENDING, LinkTab.OVERDUE):
        unseen = _unseen(session, organisation_id, now)
        wanted = [link_id for link_id, state in unseen.items() if state.value == tab.value]
        return own.where(Association.id.in_(sorted(wanted)))
    return own


def list_waiting(session: Session, organisation_id: UUID) -> Sequence[datetime]:
    """By when each link that no report has shown should count (K2)."""
    return list(_due(session, organisation_id).values())


def _unseen(session: Session, organisation_id: UUID, now: datetime) -> Mapping[UUID, LinkState]:
    """How each link stands that no report has shown."""
    due = _due(session, organisation_id)
    return {link_id: link_state(None, at, now) for link_id, at in due.items()}


def _due(session: Session, organisation_id: UUID) -> Mapping[UUID, datetime]:
    """Each by the terms of its own day."""
    waiting = select(Association.id, Association.person_id, Association.started_at).where(
        Association.organisation_id == organisation_id,
        Association.ended_at.is_(None),
        Association.seen_at.is_(None),
    )
    rows = session.execute(waiting).all()
    passes = newest_passes(session, [person_id for _id, person_id, _at in rows])
    return {link_id: due_at(at, passes.get(person_id)) for link_id, person_id, at in rows}


def _not_linked(organisation_id: UUID, asked_before: datetime | None = None) -> Select[Person]:
    runs = select(Association.person_id).where(
        Association.organisation_id == organisation_id, Association.ended_at.is_(None)
    )
    found = select(Person).where(
        Person.organisation_id == organisation_id,
        Person.left_at.is_(None),
        Person.id.not_in(runs),
    )
    if asked_before is None:
        return found
    asked = (
        select(OutboxMessage.person_id)
        .where(
            OutboxMessage.organisation_id == organisation_id,
            OutboxMessage.template == INVITATION,
        )
        .group_by(OutboxMessage.person_id)
        .having(func.max(OutboxMessage.created_at) < asked_before)
    )
    return found.where(Person.id.in_(asked))
