"""Counts tries in the database, where all processes see them: nobody guesses at leisure.

Who tries is an account or, for strangers, the network they come from; each has a count of its
own an hour, so that nobody locks out anybody else who has signed in.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

from sqlalchemy import ColumnElement, Index, Integer, String, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from vlms.core.db import Base, Instant, Keyed
from vlms.core.errors import TooMany
from vlms.core.scope import SHARED
from vlms.core.scoping import guarded_update
from vlms.core.text import Text, _, ngettext
from vlms.core.work import Work

_HOUR = timedelta(hours=1)
_KEPT = timedelta(days=1)
# Under this kind stand the failures of each minute, for whoever watches; `who` is what failed.
FAILURES = "failures_a_minute"
# More than that in a minute tells nothing new, and the row is written no more.
_MOST_FAILURES = 10_000
_WATCHED: set[str] = set()
_REFUSED_AS: dict[str, str] = {}
# Kind, who, and when the hour or minute begins.
_Row = tuple[str, str, datetime]


class TooManyTries(TooMany):
    """The tries of the hour are over; `kind` is what was tried."""

    def __init__(self, kind: str, **refusal: Any) -> None:
        sentence = _("This was tried too often within the hour.")
        super().__init__(None, sentence, **refusal)
        self.kind = kind


class TryCount(Keyed, Base):
    """How often something was tried in one hour; `who` is a digest, no address of anybody.

    Of FAILURES `hour` is the minute.
    """

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
    row = (kind, digest(work, who), _hour(work))
    if not _add(work, most, count, row):
        _drop_old(work)
        _begin(work, row)
        if not _add(work, most, count, row):
            raise _too_many(work, kind)
    count_failure(work, kind, count)


def uncount_try(work: Work, kind: str, who: str) -> None:
    """Uncount a try that succeeded: only failures count. It may have begun an hour ago."""
    found, now = digest(work, who), _hour(work)
    _take(work, *((kind, found, hour) for hour in (now, now - _HOUR)))
    uncount_failure(work, kind)


def watch(*kinds: str, refused: tuple[str, ...] = ()) -> None:
    """Tries of these kinds are guesses where they fail: they are counted by the minute too.

    Tries that a limit of a `refused` kind turns away count as the first kind: they were undone.
    """
    _WATCHED.update(kinds)
    _REFUSED_AS.update(dict.fromkeys(refused, kinds[0]))


def count_refusal(work: Work, kind: str) -> None:
    """Count a try that a limit turned away, in another unit of work than that one."""
    count_failure(work, _REFUSED_AS.get(kind, kind))


def uncount_failure(work: Work, kind: str) -> None:
    """Uncount what was counted as a failure before it was known, and succeeded."""
    if kind in _WATCHED:
        now = minute_of(work.now)
        _take(work, *((FAILURES, kind, minute) for minute in (now, now - timedelta(minutes=1))))


def count_failure(work: Work, kind: str, count: int = 1) -> None:
    """Count what failed, or may yet succeed, for whoever watches.

    A refused try leaves nothing behind in its own unit of work: count it in another.
    """
    row = (FAILURES, kind, minute_of(work.now))
    if kind in _WATCHED and not _add(work, _MOST_FAILURES, count, row):
        _begin(work, row)
        _add(work, _MOST_FAILURES, count, row)


def minute_of(now: datetime) -> datetime:
    """When the minute of an instant begins."""
    return now.replace(second=0, microsecond=0)


def _too_many(work: Work, kind: str) -> TooManyTries:
    """The refusal, with the seconds until the next hour."""
    left = max(int((_hour(work) + _HOUR - work.now).total_seconds()), 1)
    return TooManyTries(kind, way_out=opens_in(left), facts={"retry_after": left})


def opens_in(seconds: int) -> Text:
    """When a door that a limit has closed opens again, in whole minutes."""
    return ngettext(
        "It opens again in a minute; nothing is lost, and your codes stay yours.",
        "It opens again in %(number)s minutes; nothing is lost, and your codes stay yours.",
        -(-seconds // 60),
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


def _add(work: Work, most: int, count: int, row: _Row) -> bool:
    conditions = (*_is(row), TryCount.count <= most - count)
    return guarded_update(work.session, TryCount, *conditions, count=TryCount.count + count) == 1


def _take(work: Work, *rows: _Row) -> None:
    """From the first of the rows in which any is counted."""
    for row in rows:
        conditions = (*_is(row), TryCount.count > 0)
        if guarded_update(work.session, TryCount, *conditions, count=TryCount.count - 1):
            return


def _is(row: _Row) -> tuple[ColumnElement[bool], ...]:
    kind, who, begins = row
    return (TryCount.kind == kind, TryCount.who == who, TryCount.hour == begins)


def _begin(work: Work, row: _Row) -> None:
    """The row of an hour or minute; somebody else may have made it at the same moment."""
    kind, who, begins = row
    try:
        with work.session.begin_nested():
            work.session.add(TryCount(kind=kind, who=who, hour=begins, count=0))
    except IntegrityError:
        return


def _drop_old(work: Work) -> None:
    work.session.execute(delete(TryCount).where(TryCount.hour < _hour(work) - _KEPT))


def _hour(work: Work) -> datetime:
    return work.now.replace(minute=0, second=0, microsecond=0)
