"""Signs the journal's heads, checks it against them, and remembers when it last held."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.audit.checking import Heads, Report, check_journal
from vlms.audit.heads import (
    Signed,
    keep,
    keep_outside,
    kept,
    kept_outside,
    only_inside,
    public_key,
    sign_new_heads,
    sort_heads,
)
from vlms.audit.models import AuditEntry
from vlms.audit.rules.chain import moment
from vlms.core.db import reading, transaction
from vlms.core.installation import InstallationFact
from vlms.core.scope import System

_SCOPE = System("the journal's chains")
_CHECKED = "journal_checked"
_HELD = "journal_held"
# The worker checks every night.
_OVERDUE = timedelta(days=2)


@dataclass(frozen=True)
class LastCheck:
    """When the journal was last checked, whether it held, and when it last did."""

    at: datetime
    held: bool
    held_at: datetime | None


def sign_journal(secret: bytes, outside: Path, now: datetime) -> list[Signed]:
    """Sign the heads that are new: outside first, so that nothing is only in the database."""
    with reading(_SCOPE) as session:
        signed = sign_new_heads(session, secret, now)
    keep_outside(outside, signed)
    if signed:
        with transaction(_SCOPE) as session:
            keep(session, signed)
    return signed


def verify_journal(
    secret: bytes, outside: Path, now: datetime, tick: Callable[[], None] = lambda: None
) -> Report:
    """Check every chain against all signed heads, and remember what was found."""
    # Read first: what is signed meanwhile lies beyond the moment that the check sees.
    noted = list(kept_outside(outside))
    with reading(_SCOPE) as session:
        inside = list(kept(session))
        heads, forged = sort_heads(public_key(secret), chain(noted, inside))
        report = check_journal(session, heads, tick, _signings(heads, inside))
    report.faults += [*forged, *only_inside(noted, inside)]
    _remember(report, now)
    return report


def _signings(heads: Heads, inside: Iterable[Signed]) -> set[datetime]:
    """When all chains were signed: the database keeps all heads of a moment, or none of them.

    The file may have a part of them, where a crash tore it.
    """
    whole = {each.at for each in inside}
    found = {head.at for some in heads.values() for head in some if head.at is not None}
    return {at for at in found if moment(at) in whole}


def _remember(report: Report, now: datetime) -> None:
    told = json.dumps({"at": now.isoformat(), "held": report.holds, "entries": report.entries})
    with transaction(_SCOPE) as session:
        session.merge(InstallationFact(name=_CHECKED, value=told))
        if report.holds:
            session.merge(InstallationFact(name=_HELD, value=now.isoformat()))


def find_last_check(session: Session) -> LastCheck | None:
    """For a System scope; None before the first."""
    both = select(InstallationFact).where(InstallationFact.name.in_((_CHECKED, _HELD)))
    found = {fact.name: fact.value for fact in session.scalars(both)}
    if _CHECKED not in found:
        return None
    told = json.loads(found[_CHECKED])
    held_at = datetime.fromisoformat(found[_HELD]) if _HELD in found else None
    return LastCheck(datetime.fromisoformat(told["at"]), told["held"], held_at)


def is_unproved(session: Session, last: LastCheck | None, now: datetime) -> bool:
    """Whether the journal did not hold, or was not checked for two days that it has."""
    if last is not None:
        return not last.held or now - last.at > _OVERDUE
    first = session.scalar(select(AuditEntry.at).order_by(AuditEntry.at).limit(1))
    return first is not None and now - first > _OVERDUE
