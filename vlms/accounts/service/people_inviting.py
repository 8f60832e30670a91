"""Invites people of the directory to sign in, each by a mail with a link of their own.

The entry stays an entry until the person takes the invitation up; nobody's account is made for
them, and nobody gets a second one (G8).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from functools import partial
from uuid import UUID

from vlms.accounts.import_queries import get_import
from vlms.accounts.invited_queries import (
    AT_ONCE,
    invitation_links,
    list_askable,
    list_imported,
)
from vlms.accounts.links import PASSWORD_LIFETIME, end_links, is_open, make_links
from vlms.accounts.models import LinkPurpose, OneTimeLink, Organisation, Person
from vlms.accounts.service.limits import require_whole_organisation
from vlms.accounts.service.managing import lock_directory
from vlms.audit.service import Change, journal_many
from vlms.core.attempts import OpenWork, in_work
from vlms.core.clock import local_day
from vlms.core.permissions import Permission
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post_many

INVITATION = "person_invitation"


def may_invite_people(work: Work) -> None:
    """Raises Forbidden for who gives no roles, or works for some schools or agreements only."""
    work.actor.require(Permission.GRANT_ROLES)
    require_whole_organisation(work)


def invite_people(
    work: Work, organisation_id: UUID, person_ids: Collection[UUID], *, again: bool = True
) -> int:
    """Invite those of these people who have an address and do not sign in yet; how many mails.

    Nobody is asked twice on a day of the organisation, unless the address was corrected. Without
    `again` who holds an open link is not asked either. Older links end. Raises Forbidden.
    """
    may_invite_people(work)
    place = lock_directory(work, organisation_id)
    chosen = sorted(set(person_ids))
    return sum(
        _invite_some(work, place, chosen[begin : begin + AT_ONCE], again)
        for begin in range(0, len(chosen), AT_ONCE)
    )


def invite_import(work: Work, import_id: UUID) -> int:
    """Invite the people of a short import; who holds an open link is not asked again."""
    organisation_id, keys = _told(work, import_id)
    return invite_people(work, organisation_id, keys, again=False)


def invite_imported(open_work: OpenWork, import_id: UUID) -> int:
    """The same in pieces, each in a unit of work of its own; broken off, it can be done again."""
    organisation_id, keys = in_work(open_work, partial(_told, import_id=import_id))
    some = (keys[begin : begin + AT_ONCE] for begin in range(0, len(keys), AT_ONCE))
    invites = partial(invite_people, again=False)
    return sum(
        in_work(open_work, partial(invites, organisation_id=organisation_id, person_ids=piece))
        for piece in some
    )


def _told(work: Work, import_id: UUID) -> tuple[UUID, Sequence[UUID]]:
    organisation_id = get_import(work.session, import_id).organisation_id
    return organisation_id, [person.id for person in list_imported(work.session, import_id)]


def _invite_some(work: Work, place: Organisation, keys: Sequence[UUID], again: bool) -> int:
    people = [one for one in list_askable(work.session, keys) if one.organisation_id == place.id]
    links = invitation_links(work.session, [person.id for person in people])
    today = work.today(place.time_zone)
    asked = [
        person
        for person in people
        if not any(
            is_open(link, work.now) and (not again or _day(link, place) == today)
            for link in links.get(person.id, ())
        )
    ]
    work.does("person.invited")
    for person in asked:
        end_links(work, person.id, LinkPurpose.JOIN)
    wanted = [(person.id, PASSWORD_LIFETIME, place.id, person.id) for person in asked]
    made = make_links(work, LinkPurpose.JOIN, wanted)
    post_many(work, [_mail(place, *each) for each in zip(asked, made, strict=True)])
    told: list[Change] = [(("person", person.id, place.id), {}, {}) for person in asked]
    journal_many(work, "person.invited", told)
    return len(asked)


def _day(link: OneTimeLink, place: Organisation) -> date:
    return local_day(link.created_at, place.time_zone)


def _mail(place: Organisation, person: Person, link: OneTimeLink) -> tuple[Mail, Recipient]:
    facts = {"organisation": place.name, "email": person.email}
    mail = Mail(
        INVITATION,
        person.id,
        f"{INVITATION}:{link.id}",
        organisation_id=place.id,
        link_id=link.id,
        facts=facts,
    )
    return mail, Recipient(person.name, person.email or "", person.language, person.id)
