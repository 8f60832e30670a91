"""Asking people by mail to link themselves, and noting what skills reports show (K1, K2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation, Person
from vlms.accounts.queries import get_person
from vlms.accounts.rules.asking_again import asked_before
from vlms.accounts.service.managing import lock_directory
from vlms.accounts.service.people_inviting import open_for
from vlms.core.errors import DomainError
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post_many
from vlms.notices.service import add_resend_check, add_resend_way
from vlms.partners.errors import LinkRefused
from vlms.partners.models.links import Association
from vlms.partners.queries.linked import INVITATION, is_to_ask, list_to_ask


def invite(work: Work, organisation_id: UUID, person_ids: Collection[UUID] | None = None) -> int:
    """Ask those who are not linked, or these of them; how many mails were written.

    Nobody is asked twice on a day of the organisation, nor who has no address. Who does not sign
    in yet gets a link to do so with it (G8). Raises Forbidden.
    """
    work.actor.require(Permission.EDIT_SKILLS)
    place = work.session.get_one(Organisation, organisation_id)
    return len(_ask(work, place, person_ids))


def _ask(
    work: Work, place: Organisation, person_ids: Collection[UUID] | None
) -> Sequence[OutboxMessage]:
    lock_directory(work, place.id)
    day = work.today(place.time_zone)
    people = [
        person
        for person in list_to_ask(work.session, place.id, (None, None), _today(place, work.now))
        if person_ids is None or person.id in person_ids
    ]
    links = open_for(work, place, people)
    mails = [
        (
            Mail(
                INVITATION,
                person.id,
                f"{INVITATION}:{person.id}:{day}",
                place.id,
                link_id=links.get(person.id),
                facts=_facts(place, person),
            ),
            Recipient(person.name, person.email or "", person.language, person.id),
        )
        for person in people
    ]
    return post_many(work, mails)


def _facts(place: Organisation, person: Person) -> dict[str, object]:
    signs_in = person.user_id is not None
    return {"organisation": place.name, "path": "/my/links/", "signs_in": signs_in}


def _today(place: Organisation, now: datetime) -> datetime:
    return asked_before(now, place.time_zone, 1)


def _why_not_again(session: Session, message: OutboxMessage, now: datetime) -> DomainError | None:
    """K1: who is asked once more is asked as at first: once a day, while they are not linked."""
    person = session.scalar(select(Person).where(Person.id == message.subject_id))
    if person is None:
        return None
    place = session.get_one(Organisation, person.organisation_id)
    return None if is_to_ask(session, person, _today(place, now)) else _not_asked(person)


def _not_asked(person: Person) -> LinkRefused:
    return LinkRefused(
        "K1",
        _("%(name)s is not asked to link now.", name=person.name),
        reason="not_asked",
        way_out=_("Nobody is asked who is linked, has left, has no address or was asked today."),
    )


def _ask_again(work: Work, earlier: OutboxMessage) -> OutboxMessage:
    person = get_person(work.session, earlier.subject_id)
    place = work.session.get_one(Organisation, person.organisation_id)
    for message in _ask(work, place, {person.id}):
        return message
    raise _not_asked(person)


add_resend_check(INVITATION, _why_not_again)
add_resend_way(INVITATION, _ask_again)


def note_seen(work: Work, organisation_id: UUID, mcids: Collection[str]) -> int:
    """A skills report shows these MCIDs with the organisation: from now on their links count.

    How many are news; the first time stays. Raises Forbidden.
    """
    work.actor.require(Permission.EDIT_SKILLS)
    waiting = select(Association).where(
        Association.organisation_id == organisation_id,
        Association.mcid.in_(sorted(set(mcids))),
        Association.ended_at.is_(None),
        Association.seen_at.is_(None),
    )
    work.does("link.seen")
    return sum(_see(work, association) for association in work.session.scalars(waiting))


def _see(work: Work, association: Association) -> bool:
    held = guarded_update(
        work.session,
        Association,
        Association.id == association.id,
        Association.ended_at.is_(None),
        Association.seen_at.is_(None),
        started_at=Association.started_at,
    )
    if held == 1:
        association.seen_at = work.now
    return held == 1
