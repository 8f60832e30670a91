"""Where sessions are: the browser's own words and network, and whether its user knows it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import User
from vlms.authentication.models import KnownDevice, SignInSession
from vlms.authentication.queries import digest, find_open, find_unfinished
from vlms.authentication.rules.devices import shortened
from vlms.authentication.rules.steps import Proof
from vlms.authentication.service.telling import DEVICE, tell
from vlms.core.sign_in_names import has_no_mail
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post

_LONGEST = 200
# Whoever has these in hand is told nothing: they were mailed, or handed something, just now.
_TOLD = frozenset({Proof.MAILED_LINK, Proof.MAILED_CODE, Proof.SLIP})


@dataclass(frozen=True)
class Visit:
    """A browser as it comes: the secret of its device cookie, what it says, its address."""

    device: str
    user_agent: str | None
    address: str | None


def find_known(session: Session, user_id: UUID, device: str) -> KnownDevice | None:
    """The device, where this user has signed in with it before."""
    return session.scalar(
        select(KnownDevice).where(
            KnownDevice.user_id == user_id, KnownDevice.secret_digest == digest(device)
        )
    )


def note_visit(work: Work, secret: str, visit: Visit) -> None:
    """Write down where a session is; a complete one makes its device known.

    Its user is told of a device that is new to them, unless it is their first or they proved
    their mailbox with it.
    """
    found = find_open(work.session, secret, work.now)
    if found is None:
        found = find_unfinished(work.session, secret, work.now)
        if found is None:
            return
    found.user_agent = (visit.user_agent or "")[:_LONGEST] or None
    found.network = shortened(visit.address)
    if found.complete_at is not None:
        found.device_id = _know(work, found, visit.device)
    work.flush()


def _know(work: Work, found: SignInSession, device: str) -> UUID:
    known = find_known(work.session, found.user_id, device)
    if known is None:
        is_first = not _has_devices(work.session, found.user_id)
        known = KnownDevice(
            user_id=found.user_id,
            secret_digest=digest(device),
            first_seen_at=work.now,
            last_seen_at=work.now,
        )
        work.session.add(known)
        work.flush()
        tell(work, DEVICE, found.user_id, network=found.network)
        if not is_first and not _TOLD & {Proof(proof) for proof in found.proofs}:
            _tell(work, found)
    known.last_seen_at = work.now
    return known.id


def _has_devices(session: Session, user_id: UUID) -> bool:
    any_of_theirs = select(KnownDevice.id).where(KnownDevice.user_id == user_id)
    return session.scalar(any_of_theirs.limit(1)) is not None


def _tell(work: Work, found: SignInSession) -> None:
    user = work.session.get_one(User, found.user_id)
    if has_no_mail(user.email):
        return
    facts = {"user_agent": found.user_agent, "network": found.network, "at": work.now.isoformat()}
    mail = Mail("new_device", user.id, f"device:{found.id}", facts=facts)
    post(work, mail, Recipient(user.name, user.email, user.language))
