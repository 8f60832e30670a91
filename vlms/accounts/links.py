"""One-time links: made with the work, written into mails and slips, opened once.

The token is derived from the link's id and the link key, so no table holds it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import LinkPurpose, OneTimeLink
from vlms.core.errors import Conflict, NotFound
from vlms.core.links import read_link, sign_link
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work

PASSWORD_LIFETIME = timedelta(days=7)
_PLACES = {
    LinkPurpose.SET_PASSWORD: "welcome",
    LinkPurpose.CLAIM_CODE: "claim",
    LinkPurpose.OPEN_ORDER: "delivery",
    LinkPurpose.SET_UP_SIGN_IN: "slip",
    LinkPurpose.JOIN: "join",
}


def make_link(
    work: Work,
    purpose: LinkPurpose,
    subject_id: UUID,
    lifetime: timedelta,
    *,
    organisation_id: UUID | None = None,
    person_id: UUID | None = None,
) -> OneTimeLink:
    """A link that opens `subject_id` until `lifetime` from now."""
    owner = organisation_id, person_id
    return make_links(work, purpose, [(subject_id, lifetime, *owner)])[0]


def make_links(
    work: Work,
    purpose: LinkPurpose,
    wanted: Sequence[tuple[UUID, timedelta, UUID | None, UUID | None]],
) -> list[OneTimeLink]:
    """Many at once: subject, lifetime, organisation and person of each."""
    links = [
        OneTimeLink(
            organisation_id=organisation_id,
            purpose=purpose,
            subject_id=subject_id,
            person_id=person_id,
            created_at=work.now,
            expires_at=work.now + lifetime,
        )
        for subject_id, lifetime, organisation_id, person_id in wanted
    ]
    work.session.add_all(links)
    work.flush()
    return links


def end_links(work: Work, subject_id: UUID, *purposes: LinkPurpose, of: UUID | None = None) -> None:
    """End the open links to a subject: its address was corrected, or a new one replaces them.

    `of`: those alone that this organisation sent.
    """
    end_links_of(work, [subject_id], *purposes, of=of)


def end_links_of(
    work: Work, subject_ids: Collection[UUID], *purposes: LinkPurpose, of: UUID | None = None
) -> None:
    """The same for many subjects, found at once."""
    statement = select(OneTimeLink).where(
        OneTimeLink.subject_id.in_(sorted(subject_ids)),
        OneTimeLink.purpose.in_(purposes),
        OneTimeLink.used_at.is_(None),
        OneTimeLink.ended_at.is_(None),
    )
    if of is not None:
        statement = statement.where(OneTimeLink.organisation_id == of)
    for link in work.session.scalars(statement):
        link.ended_at = work.now
    work.flush()


def end_person_links(work: Work, person_id: UUID) -> None:
    """End all open links to a person: they went to an address that was wrong (C2)."""
    open_links = work.session.scalars(
        select(OneTimeLink).where(
            OneTimeLink.person_id == person_id,
            OneTimeLink.used_at.is_(None),
            OneTimeLink.ended_at.is_(None),
        )
    )
    for link in open_links:
        link.ended_at = work.now
    work.flush()


def is_open(link: OneTimeLink, now: datetime) -> bool:
    return not link.used_at and not link.ended_at and link.expires_at > now


def link_path(key: bytes, link: OneTimeLink) -> str:
    """The path under which a link opens what it is for."""
    return f"/{_PLACES[link.purpose]}/{sign_link(key, link.id)}"


def token_in(path: str | None, purpose: LinkPurpose) -> str | None:
    """The token of a path of `link_path` for this purpose, whether or not it opens anything."""
    place, _slash, token = (path or "").removeprefix("/").partition("/")
    return token if place == _PLACES[purpose] else None


def find_link(session: Session, key: bytes, token: str) -> OneTimeLink | None:
    """The link with this token, whatever has become of it; None for a forged token."""
    link_id = read_link(key, token)
    return None if link_id is None else session.get(OneTimeLink, link_id)


def find_newest_link(
    session: Session, subject_id: UUID, purpose: LinkPurpose
) -> OneTimeLink | None:
    """The link made last to a subject, open or not."""
    return session.scalar(
        select(OneTimeLink)
        .where(OneTimeLink.subject_id == subject_id, OneTimeLink.purpose == purpose)
        .order_by(OneTimeLink.id.desc())
        .limit(1)
    )


def find_newest_links(
    session: Session, subject_ids: Collection[UUID], purpose: LinkPurpose
) -> dict[UUID, OneTimeLink]:
    """The link made last to each of many subjects."""
    links = session.scalars(
        select(OneTimeLink)
        .where(OneTimeLink.subject_id.in_(sorted(subject_ids)), OneTimeLink.purpose == purpose)
        .order_by(OneTimeLink.id)
    )
    return {link.subject_id: link for link in links}


def get_open_link(work: Work, token: str, *purposes: LinkPurpose) -> OneTimeLink:
    """The link with this token, if it still opens something. Raises NotFound."""
    link = find_link(work.session, work.keys.link, token)
    if link is None or link.purpose not in purposes:
        raise _closed()
    if not is_open(link, work.now):
        raise _closed()
    return link


def use_link(work: Work, link: OneTimeLink) -> None:
    """Mark it used; of two at the same moment one succeeds.

    Raises Conflict, also when it was ended or replaced since it was read.
    """
    still_open = (
        OneTimeLink.id == link.id,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.ended_at.is_(None),
    )
    if guarded_update(work.session, OneTimeLink, *still_open, used_at=work.now) != 1:
        closed = _closed()
        raise Conflict(None, closed.sentence, way_out=closed.way_out)


def _closed() -> NotFound:
    return NotFound(
        None,
        _("This link does not open anything any more."),
        way_out=_("It was used, replaced or is too old: sign in, or ask for a new one."),
    )
