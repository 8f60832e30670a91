"""Sends a person fresh claim links when they ask for them with their address.

The answer is one and the same for everybody, and so is the work done before it: one job is
planned, whoever asks. Whether the address belongs to anybody is found out by the worker.
"""

from __future__ import annotations

from sqlalchemy import select

from vlms.accounts.models import LinkPurpose, OneTimeLink, Organisation, Person
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.telling import tell_person
from vlms.codes.service.tries import LINKS_BY_ADDRESS, LINKS_BY_MAIL, digest, take_try
from vlms.core.work import Work
from vlms.jobs.held import HeldJob
from vlms.jobs.service import plan
from vlms.notices.models import OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post

SEND_LINKS = "codes.send_links"


def ask_for_links(work: Work, email: str, source: str) -> None:
    """Plan fresh links for an address (canonical); `source` is where the visitor comes from.

    Raises TooMany beyond the limits of the source and of the address.
    """
    take_try(work, LINKS_BY_ADDRESS, f"source:{source}")
    take_try(work, LINKS_BY_MAIL, f"mail:{email}")
    once = f"{SEND_LINKS}:{digest(work, email)[:32]}:{work.now.isoformat()}"
    plan(work, SEND_LINKS, once, {"email": email})


def send_planned_links(held: HeldJob) -> None:
    with held.work() as work:
        send_links(work, str(held.facts["email"]))
        held.finish(work)


def send_links(work: Work, email: str) -> int:
    """Mail a fresh link for each code that waits for a claim; how many.

    Links that were mailed before end. Printed ones stay good: whoever asks proves nothing.
    """
    people = select(Person).where(Person.email == email).order_by(Person.id)
    return sum(_send(work, person) for person in work.session.scalars(people).all())


def _send(work: Work, person: Person) -> int:
    held = select(Code).where(
        Code.person_id == person.id,
        Code.state.in_([State.ASSIGNED, State.REGISTERED]),
        Code.expires_at > work.now,
    )
    codes = work.session.scalars(held.order_by(Code.expires_at, Code.id)).all()
    waiting = [one for one in codes if one.state is State.ASSIGNED and one.claimed_at is None]
    for code in waiting:
        _end_mailed_links(work, code)
        tell_person(work, code, person, work.now.isoformat())
    if len(waiting) < len(codes):
        _tell_of_claimed(work, person, len(codes) - len(waiting))
    return len(waiting)


def _end_mailed_links(work: Work, code: Code) -> None:
    mailed = select(OutboxMessage.link_id).where(OutboxMessage.link_id.is_not(None))
    open_links = select(OneTimeLink).where(
        OneTimeLink.subject_id == code.id,
        OneTimeLink.purpose == LinkPurpose.CLAIM_CODE,
        OneTimeLink.used_at.is_(None),
        OneTimeLink.ended_at.is_(None),
        OneTimeLink.id.in_(mailed),
    )
    for link in work.session.scalars(open_links):
        link.ended_at = work.now
    work.flush()


def _tell_of_claimed(work: Work, person: Person, count: int) -> None:
    """What was claimed before needs no link: its page is there after signing in."""
    assert person.email is not None, "the person was found by the address"
    organisation = work.session.get_one(Organisation, person.organisation_id)
    key = f"codes_claimed:{person.id}:{work.now.isoformat()}"
    facts = {"organisation": organisation.name, "count": count, "path": "/my/codes/"}
    mail = Mail("codes_claimed", person.id, key, person.organisation_id, facts=facts)
    post(work, mail, Recipient(person.name, person.email, person.language, person.id))
