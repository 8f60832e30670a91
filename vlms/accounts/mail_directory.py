"""Answers what mail asks: where its links open, and who a person is now."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.links import end_links, is_open, link_path, make_link
from vlms.accounts.models import LinkPurpose, OneTimeLink, Person, User
from vlms.accounts.queries import find_organisation
from vlms.core.errors import NotFound
from vlms.core.text import _
from vlms.core.work import Work
from vlms.notices.directory import OpenLink, Place
from vlms.notices.notice_queries import Own
from vlms.notices.outbox import Recipient


class AccountsDirectory:
    """`key` is the one that signs links."""

    def __init__(self, key: bytes) -> None:
        self.key = key

    def find_open_link(self, session: Session, link_id: UUID, now: datetime) -> OpenLink | None:
        link = _find(session, link_id)
        if link is None or not is_open(link, now):
            return None
        return OpenLink(link_path(self.key, link), _leads_to_codes(session, link))

    def renew_link(self, work: Work, link_id: UUID) -> UUID:
        link = _find(work.session, link_id)
        if link is None:
            raise NotFound(None, _("There is no such link in this organisation."))
        end_links(work, link.subject_id, link.purpose)
        renewed = make_link(
            work,
            link.purpose,
            link.subject_id,
            link.expires_at - link.created_at,
            organisation_id=link.organisation_id,
            person_id=link.person_id,
        )
        return renewed.id

    def find_recipient(self, session: Session, person_id: UUID) -> Recipient | None:
        person = session.scalar(select(Person).where(Person.id == person_id))
        if person is None or person.email is None:
            return None
        return Recipient(person.name, person.email, person.language, person.id)

    def find_place(self, session: Session, slug: str) -> Place | None:
        found = find_organisation(session, slug)
        return Place(found.id, found.name) if found else None

    def find_own(self, session: Session, address: str) -> Own:
        mine = select(Person).join(User, User.id == Person.user_id).where(User.email == address)
        return Own(address, frozenset(person.id for person in session.scalars(mine)))


def _find(session: Session, link_id: UUID) -> OneTimeLink | None:
    return session.scalar(select(OneTimeLink).where(OneTimeLink.id == link_id))


def _leads_to_codes(session: Session, link: OneTimeLink) -> bool:
    """Whether who opens it may see codes of the person to whom it was sent (C8)."""
    if link.purpose is LinkPurpose.SET_PASSWORD:
        user = session.get(User, link.subject_id)
        has_person = select(Person.id).where(Person.user_id == link.subject_id).limit(1)
        is_used = user is not None and user.password_hash is not None
        return is_used or session.scalar(has_person) is not None
    return link.purpose in (LinkPurpose.CLAIM_CODE, LinkPurpose.JOIN)
