"""Tells the journal who came in and left, and of tries that failed, hour by hour.

Where a user belongs to one organisation it stands in that one's chain, else in that of none.
At the door itself nothing is written for a failure but the count that is kept of everybody:
what is answered takes as long for an address that nobody has, and who tries again and
again fills a count, not the journal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import Person, RoleGrant, User
from vlms.audit.rules.chain import NOBODYS
from vlms.audit.service import Change, journal, journal_many
from vlms.authentication.models import KnownDevice
from vlms.authentication.service.limits import (
    BY_ACCOUNT,
    CODE_FAILURES,
    PROOFS,
    STEP_FAILURES,
    sign_in_of_device,
)
from vlms.core.installation import InstallationFact
from vlms.core.scoping import guarded_update
from vlms.core.tries import TryCount, digest
from vlms.core.work import Actor, Work

IN, OUT, ENDED = "sign_in.done", "sign_in.left", "sign_in.ended"
DEVICE = "sign_in.new_device"
FAILED = "sign_in.failed"
# What failed, by the kind of its count: a password, then what comes after it.
_WHAT = {
    BY_ACCOUNT: "wrong_passwords",
    PROOFS: "wrong_proofs",
    STEP_FAILURES: "wrong_second_steps",
    CODE_FAILURES: "wrong_mailed_codes",
}
_TOLD = "failed_sign_ins_told"
_HOUR = timedelta(hours=1)
_AT_ONCE = 1000
# Whose tries, of which kind.
_Failures = Counter[tuple[UUID | None, str]]


def tell(work: Work, act: str, user_id: UUID, **after: Any) -> None:
    """Tell of a user; as their own act where nobody else has signed in."""
    outer = work.actor
    if outer.user_id is None:
        user = work.session.get_one(User, user_id)
        work.flush()
        work.actor = Actor(user.name, user.id)
    try:
        record = (User.__tablename__, user_id, _chain_of(work.session, user_id))
        journal(work, act, record, after=after)
        work.flush()
    finally:
        work.actor = outer


def _chain_of(session: Session, user_id: UUID) -> UUID | None:
    """The only organisation where a user has a role or has claimed a place in the directory."""
    roles = select(RoleGrant.organisation_id).where(
        RoleGrant.user_id == user_id, RoleGrant.ended_at.is_(None)
    )
    places = select(Person.organisation_id).where(Person.user_id == user_id)
    found = {*session.scalars(roles), *session.scalars(places)}
    return found.pop() if len(found) == 1 else None


def tell_failures(work: Work) -> int:
    """Tell of the failures of whole hours that were not told yet; how many entries.

    For a System scope. One entry a user, and one for all addresses that nobody has.
    """
    fact = work.session.get(InstallationFact, _TOLD)
    end = work.now.replace(minute=0, second=0, microsecond=0)
    hours = _hours(work, datetime.fromisoformat(fact.value) if fact else None, end)
    if not hours or not _take(work, fact, end):
        return 0
    return sum(_tell_hour(work, hour) for hour in hours)


def _hours(work: Work, told: datetime | None, end: datetime) -> list[datetime]:
    """Those with failures, from `told` on and before `end`."""
    wanted = select(TryCount.hour).where(
        TryCount.kind.in_(_WHAT), TryCount.count > 0, TryCount.hour < end
    )
    if told is not None:
        wanted = wanted.where(TryCount.hour >= told)
    return sorted(set(work.session.scalars(wanted)))


def _take(work: Work, fact: InstallationFact | None, end: datetime) -> bool:
    """Of two workers at once, one tells."""
    if fact is None:
        work.session.add(InstallationFact(name=_TOLD, value=end.isoformat()))
        work.flush()
        return True
    as_read = InstallationFact.name == _TOLD, InstallationFact.value == fact.value
    return guarded_update(work.session, InstallationFact, *as_read, value=end.isoformat()) == 1


def _tell_hour(work: Work, hour: datetime) -> int:
    wanted = select(TryCount.kind, TryCount.who, TryCount.count).where(
        TryCount.kind.in_(_WHAT), TryCount.hour == hour, TryCount.count > 0
    )
    counts = {(kind, who): count for kind, who, count in work.session.execute(wanted)}
    failures, strangers = _by_user(work, counts)
    changes: list[Change] = []
    for user_id in sorted({user_id for user_id, _what in failures if user_id}):
        after = {what: count for (who, what), count in failures.items() if who == user_id}
        record = (User.__tablename__, user_id, _chain_of(work.session, user_id))
        changes.append((record, {}, {"hour_at": hour, **after}))
    if strangers:
        record = (User.__tablename__, NOBODYS, None)
        unknown = {
            "hour_at": hour,
            "wrong_passwords": strangers.total(),
            "unknown_addresses": len(strangers),
        }
        changes.append((record, {}, unknown))
    journal_many(work, FAILED, changes)
    return len(changes)


def _by_user(work: Work, counts: Mapping[tuple[str, str], int]) -> tuple[_Failures, Counter[str]]:
    """The failures of each user; of addresses that nobody has, by their digests."""
    left, found = dict(counts), Counter[tuple[UUID | None, str]]()
    for kind, who, user_id in _possible(work.session):
        if not left:
            break
        count = left.pop((kind, digest(work, who)), 0)
        if count:
            found[user_id, _WHAT[kind]] += count
    return found, Counter({who: count for (_kind, who), count in left.items()})


def _possible(session: Session) -> Iterator[tuple[str, str, UUID]]:
    """What is counted for each user, and for each device that is known of them."""
    for user_id, email in session.execute(select(User.id, User.email)).yield_per(_AT_ONCE):
        yield BY_ACCOUNT, email, user_id
        for kind in (PROOFS, STEP_FAILURES, CODE_FAILURES):
            yield kind, str(user_id), user_id
    devices = select(User.id, User.email, KnownDevice.id).join(
        KnownDevice, KnownDevice.user_id == User.id
    )
    for user_id, email, device_id in session.execute(devices).yield_per(_AT_ONCE):
        yield BY_ACCOUNT, sign_in_of_device(email, device_id), user_id
