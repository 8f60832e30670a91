"""Asking people by mail to link themselves, and noting what skills reports show (K1, K2)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from vlms.accounts.models import Organisation
from vlms.core.permissions import Permission
from vlms.core.scoping import guarded_update
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post_many
from vlms.partners.models.links import Association
from vlms.partners.queries.linked import INVITATION, list_not_linked


def invite(work: Work, organisation_id: UUID, person_ids: Collection[UUID] | None = None) -> int:
    """Ask those who are not linked, or these of them; how many mails were written.

    Nobody is asked twice on a day of the organisation, nor who has no address. Raises Forbidden.
    """
    work.actor.require(Permission.EDIT_SKILLS)
    place = work.session.get_one(Organisation, organisation_id)
    day = work.today(place.time_zone)
    people = [
        person
        for person in list_not_linked(work.session, organisation_id)
        if person.email and (person_ids is None or person.id in person_ids)
    ]
    facts = {"organisation": place.name, "path": "/my/links/"}
    mails = [
        (
            Mail(INVITATION, person.id, f"{INVITATION}:{person.id}:{day}", place.id, facts=facts),
            Recipient(person.name, person.email or "", person.language, person.id),
        )
        for person in people
    ]
    return len(post_many(work, mails))


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
