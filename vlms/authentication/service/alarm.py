"""Tells the operators when very much fails within a minute: somebody may be guessing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation, OrganisationKind
from vlms.accounts.queries import list_users_who_may
from vlms.core.permissions import Permission
from vlms.core.tries import FAILURES, TryCount, minute_of
from vlms.core.work import Work
from vlms.notices.outbox import Mail, Recipient, post

# Whoever runs the system hears of it.
HEARS = Permission.EDIT_SYSTEM
_TOLD = "failure_alarm"
_LOOKED_BACK, _SHOWN = timedelta(hours=1), timedelta(days=1)
_log = structlog.get_logger()


@dataclass(frozen=True)
class Alarm:
    """A minute in which so many tries failed."""

    at: datetime
    count: int


def raise_alarms(work: Work) -> int:
    """Tell of whole minutes of the last hour with too many failures, each once; how many.

    Each is a line in the log; mail goes to the operators at most once an hour.
    """
    told = set(work.session.scalars(select(TryCount.hour).where(TryCount.kind == _TOLD)))
    first, end = work.now - _LOOKED_BACK, minute_of(work.now)
    found = [
        (minute, kinds)
        for minute, kinds in sorted(_failures(work, first, end).items())
        if minute not in told and sum(kinds.values()) >= work.terms.alarm_failures
    ]
    for minute, kinds in found:
        count = sum(kinds.values())
        work.session.add(TryCount(kind=_TOLD, who=_TOLD, hour=minute, count=count))
        _log.error("many failures", minute=minute.isoformat(), count=count, **kinds)
        _tell(work, Alarm(minute, count))
    return len(found)


def list_alarms(session: Session, now: datetime) -> Sequence[Alarm]:
    """Those of the last day, the latest first."""
    wanted = select(TryCount).where(TryCount.kind == _TOLD, TryCount.hour > now - _SHOWN)
    rows = session.scalars(wanted.order_by(TryCount.hour.desc()))
    return [Alarm(row.hour, row.count) for row in rows]


def _failures(work: Work, first: datetime, end: datetime) -> Mapping[datetime, dict[str, int]]:
    """By minute, how many failed of what."""
    found: dict[datetime, dict[str, int]] = {}
    wanted = select(TryCount).where(
        TryCount.kind == FAILURES, TryCount.hour >= first, TryCount.hour < end
    )
    for row in work.session.scalars(wanted):
        found.setdefault(row.hour, {})[row.who] = row.count
    return found


def _tell(work: Work, alarm: Alarm) -> None:
    wanted = select(Organisation).where(Organisation.kind == OrganisationKind.OPERATOR)
    for place in work.session.scalars(wanted.order_by(Organisation.id)).all():
        for user in list_users_who_may(work.session, place.id, HEARS):
            hour = alarm.at.replace(minute=0).isoformat()
            facts = {"count": alarm.count, "at": alarm.at.isoformat()}
            key = f"failure_alarm:{hour}:{user.id}"
            mail = Mail("failure_alarm", place.id, key, place.id, facts=facts)
            post(work, mail, Recipient(user.name, user.email, user.language))
