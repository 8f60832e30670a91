"""Signs the journal's heads, checks it against them, and remembers when it last held."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.audit.checking import Report, check_journal
from vlms.audit.heads import (
    Signed,
    is_genuine,
    keep,
    kept,
    public_key,
    sign_new_heads,
    sort_heads,
)
from vlms.audit.models import AuditEntry
from vlms.audit.outside import alone_with, end_broken_off, end_signing, still
from vlms.audit.rules.chain import moment
from vlms.audit.rules.holding import Wrong
from vlms.audit.signings import compare
from vlms.core.db import reading, transaction
from vlms.core.installation import InstallationFact
from vlms.core.scope import System
from vlms.core.text import Text
from vlms.journal.words import WRONG

_SCOPE = System("the journal's chains")
_CHECKED = "journal_checked"
_HELD = "journal_held"
# The worker checks every night.
_OVERDUE = timedelta(days=2)
# So many fit beside the rest.
_KINDS = 4


@dataclass(frozen=True)
class LastCheck:
    """When the journal was last checked, whether it held, and when it last did."""

    at: datetime
    held: bool
    held_at: datetime | None
    # What is wrong, each kind once, the first few.
    wrong: Sequence[Wrong] = ()

    @property
    def sentences(self) -> Sequence[Text]:
        """What is wrong, in words."""
        return [WRONG[each] for each in self.wrong]


def sign_journal(secret: bytes, outside: Path, now: datetime) -> list[Signed]:
    """Sign the heads that are new: outside first, so that nothing is only in the database.

    Last comes one line that says how many, once the database has them too. Where the signing
    before was killed in between, the line says first what became of it.
    """
    with alone_with(outside) as file:
        public = public_key(secret)
        left = [each for each in file.open_heads() if is_genuine(public, each)]
        with reading(_SCOPE) as session:
            signed = sign_new_heads(session, secret, now)
            broken_off = end_broken_off(secret, left, kept(session)) if left else []
        file.append([*broken_off, *signed])
        if signed:
            with transaction(_SCOPE) as session:
                keep(session, signed)
        file.append([end_signing(secret, moment(now), len(signed))])
    return signed


def verify_journal(
    secret: bytes, outside: Path, now: datetime, tick: Callable[[], None] = lambda: None
) -> Report:
    """Check every chain against all signed heads, and remember what was found."""
    public = public_key(secret)
    with ExitStack() as stack:
        # Both at one moment: nobody signs meanwhile, and from here on the session sees no more.
        with still(outside) as noted:
            session = stack.enter_context(reading(_SCOPE))
            inside = list(kept(session))
        signings = compare(public, noted, inside)
        heads, forged = sort_heads(public, chain(noted.heads, inside))
        report = check_journal(session, heads, tick, signings.moments)
    report.faults += [*forged, *signings.faults]
    report.older, report.older_alone = signings.older, signings.older_alone
    _remember(report, now)
    return report


def _remember(report: Report, now: datetime) -> None:
    kinds = list(dict.fromkeys(fault.wrong for fault in report.faults))[:_KINDS]
    told = json.dumps(
        {"at": now.isoformat(), "held": report.holds, "entries": report.entries, "wrong": kinds}
    )
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
    wrong = [Wrong(each) for each in told.get("wrong", ())]
    return LastCheck(datetime.fromisoformat(told["at"]), told["held"], held_at, wrong)


def is_unproved(session: Session, last: LastCheck | None, now: datetime) -> bool:
    """Whether the journal did not hold, or was not checked for two days that it has."""
    if last is not None:
        return not last.held or now - last.at > _OVERDUE
    first = session.scalar(select(AuditEntry.at).order_by(AuditEntry.at).limit(1))
    return first is not None and now - first > _OVERDUE
