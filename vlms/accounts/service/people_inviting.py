"""Invites people of the directory to sign in, each by a mail with a link of their own.

The entry stays an entry until the person takes the invitation up; nobody's account is made for
them, and nobody gets a second one (G8).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.errors import InvitingRefused
from vlms.accounts.import_queries import get_import
from vlms.accounts.invited_queries import (
    AT_ONCE,
    invitation_links,
    list_askable,
    list_imported,
)
from vlms.accounts.links import (
    PASSWORD_LIFETIME,
    end_links_of,
    find_newest_link,
    is_open,
    make_links,
)
from vlms.accounts.models import LinkPurpose, OneTimeLink, Organisation, Person
from vlms.accounts.queries import get_person
from vlms.accounts.service.limits import require_whole_organisation
from vlms.accounts.service.managing import lock_directory
from vlms.audit.service import Change, journal_many
from vlms.core.attempts import OpenWork, in_work
from vlms.core.clock import local_day
from vlms.core.errors import DomainError, Topic
from vlms.core.permissions import Permission
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post_many
from vlms.notices.queries import get_message_with
from vlms.notices.service import add_resend_check, add_resend_way

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
    asked = [
        person
        for person in people
        if not _is_asked(links.get(person.id, ()), place, work.now, again)
    ]
    made = _open(work, place, asked)
    post_many(work, [_mail(place, *each) for each in zip(asked, made, strict=True)])
    return len(asked)


def _open(work: Work, place: Organisation, asked: Sequence[Person]) -> Sequence[OneTimeLink]:
    work.does("person.invited")
    end_links_of(work, [person.id for person in asked], LinkPurpose.JOIN)
    wanted = [(person.id, PASSWORD_LIFETIME, place.id, person.id) for person in asked]
    made = make_links(work, LinkPurpose.JOIN, wanted)
    told: list[Change] = [(("person", person.id, place.id), {}, {}) for person in asked]
    journal_many(work, "person.invited", told)
    return made


def open_for(work: Work, place: Organisation, people: Sequence[Person]) -> Mapping[UUID, UUID]:
    """The link of each of these people who does not sign in and got none today (G8).

    For a mail of another kind, which would lead nowhere without: a former link may have reached
    nobody, so it ends as with every invitation that is sent again. Who writes the mail has held
    the directory and asked whether the actor may.
    """
    found: dict[UUID, UUID] = {}
    for begin in range(0, len(people), AT_ONCE):
        outside = list_askable(work.session, [one.id for one in people[begin : begin + AT_ONCE]])
        links = invitation_links(work.session, [person.id for person in outside])
        asked = [
            person
            for person in outside
            if not _is_asked(links.get(person.id, ()), place, work.now, again=True)
        ]
        made = _open(work, place, asked)
        found |= {person.id: link.id for person, link in zip(asked, made, strict=True)}
    return found


def _is_asked(
    links: Sequence[OneTimeLink], place: Organisation, now: datetime, again: bool
) -> bool:
    """Whether an open link forbids to ask: one of this day, or without `again` any."""
    held = [link for link in links if is_open(link, now)]
    today = local_day(now, place.time_zone)
    return any(not again or _day(link, place) == today for link in held)


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


def _why_not_again(session: Session, message: OutboxMessage, now: datetime) -> DomainError | None:
    """G8 holds for an invitation that is sent again as for one that is given again."""
    person = session.scalar(select(Person).where(Person.id == message.subject_id))
    if person is None:
        return None
    place = session.get_one(Organisation, person.organisation_id)
    if person.left_at is not None:
        return _refused(
            "person_left",
            _("%(name)s has left the organisation.", name=person.name),
            _("Take them back in the directory if they never left."),
        )
    if person.user_id is not None:
        return _refused(
            "signs_in",
            _("%(name)s signs in already.", name=person.name),
            _("Who has forgotten the password asks for a link on the page to sign in."),
        )
    if person.email is None:
        return _refused(
            "no_address",
            _("%(name)s has no e-mail address.", name=person.name),
            _("Enter one in the directory."),
        )
    links = invitation_links(session, [person.id]).get(person.id, ())
    return _asked_today(person) if _is_asked(links, place, now, again=True) else None


def _asked_today(person: Person) -> InvitingRefused:
    return _refused(
        "asked_today",
        _("%(name)s was invited today already.", name=person.name),
        _("Invite them tomorrow, or correct the address if it is wrong."),
    )


def _refused(reason: str, sentence: Text, way_out: Text) -> InvitingRefused:
    return InvitingRefused("G8", sentence, reason=reason, way_out=way_out, ask=Topic.ACCOUNT)


def _write_again(work: Work, earlier: OutboxMessage) -> OutboxMessage:
    """As if the person were invited on their page. Raises Forbidden, InvitingRefused."""
    person = get_person(work.session, earlier.subject_id)
    if not invite_people(work, person.organisation_id, [person.id]):
        raise _asked_today(person)
    link = find_newest_link(work.session, person.id, LinkPurpose.JOIN)
    assert link is not None, "who was invited has a link"
    return get_message_with(work.session, link.id)


add_resend_check(INVITATION, _why_not_again)
add_resend_way(INVITATION, _write_again)
