"""Counts tries in the database, where all processes see them: nobody guesses at leisure.

Who tries is an account or, for strangers, the network they come from; each has a count of its
own an hour, so that nobody locks out anybody else who has signed in.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from sqlalchemy import Index, Integer, String, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from vlms.core.db import Base, Instant, Keyed
from vlms.core.errors import TooMany
from vlms.core.scope import SHARED
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work

_HOUR = timedelta(hours=1)
_KEPT = timedelta(days=1)


class TryCount(Keyed, Base):
    """How often something was tried in one hour; `who` is a digest, no address of anybody."""

    __tablename__ = "try_count"
    __table_args__ = (Index("uq_try_count", "kind", "who", "hour", unique=True),)
    visible = SHARED

    kind: Mapped[str] = mapped_column(String(40))
    who: Mapped[str] = mapped_column(String(64))
    hour: Mapped[datetime] = mapped_column(Instant, index=True)
    count: Mapped[int] = mapped_column(Integer, default=0)


def count_try(work: Work, kind: str, who: str, most: int, count: int = 1) -> None:
    """Count one more try, or several, before it is made. Raises TooMany beyond `most` an hour.

    The condition and the change are one statement: of many at once no more get through.
    """
    key = (TryCount.kind == kind, TryCount.who == digest(work, who), TryCount.hour == _hour(work))
    if _add(work, most, count, *key):
        return
    _begin_hour(work, kind, digest(work, who))
    if not _add(work, most, count, *key):
        raise too_many(work)


def uncount_try(work: Work, kind: str, who: str) -> None:
    """Uncount a try that succeeded: only failures count."""
    guarded_update(
        work.session,
        TryCount,
        TryCount.kind == kind,
        TryCount.who == digest(work, who),
        TryCount.hour == _hour(work),
        TryCount.count > 0,
        count=TryCount.count - 1,
    )


def too_many(work: Work) -> TooMany:
    """The refusal, with the seconds until the next hour."""
    left = _hour(work) + _HOUR - work.now
    return TooMany(
        None,
        _("This was tried too often within the hour."),
        way_out=_("Wait for the next hour; nothing is lost, and your codes stay yours."),
        facts={"retry_after": max(int(left.total_seconds()), 1)},
    )


def digest(work: Work, who: str) -> str:
    """A keyed digest of an account or address: the table names nobody."""
    return hmac.digest(work.keys.index, b"try|" + who.encode(), "sha256").hex()


def network_of(address: str | None) -> str:
    """Whom an address counts for: itself, or the /64 of IPv6, which one household may fill."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return address or ""
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return f"{IPv6Address(int(found) >> 64 << 64)}/64"


def _add(work: Work, most: int, count: int, *key: object) -> bool:
    conditions = (*key, TryCount.count <= most - count)
    changed = guarded_update(work.session, TryCount, *conditions, count=TryCount.count + count)  # type: ignore[arg-type]
    return changed == 1


def _begin_hour(work: Work, kind: str, who: str) -> None:
    """The hour's row; somebody else may have made it at the same moment."""
    hour = _hour(work)
    work.session.execute(delete(TryCount).where(TryCount.hour < hour - _KEPT))
    try:
        with work.session.begin_nested():
            work.session.add(TryCount(kind=kind, who=who, hour=hour, count=0))
    except IntegrityError:
        return


def _hour(work: Work) -> datetime:
    return work.now.replace(minute=0, second=0, microsecond=0)
