"""The people who let a code lie, those whose codes end first before the others (F8)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.models import Person
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.core.clock import local_day
from vlms.planning.rules.nudging import CLAIM_DAYS, Held, Lying, why_nudge

# So many stand on the page; the count says when there are more.
SHOWN = 50
_READ = 1_000


@dataclass(frozen=True)
class Nudge:
    """A person to be told today, of which code, and why."""

    code: Code
    person: Person
    why: Lying
    since: date


def list_nudges(
    session: Session, organisation_id: UUID, now: datetime, agreement_id: UUID | None = None
) -> Sequence[Nudge]:
    """At most `SHOWN`; who has left is told nothing."""
    statement = (
        select(Code)
        .join(Code.person)
        .where(
            Code.organisation_id == organisation_id,
            Code.state == State.ASSIGNED,
            Code.expires_at > now,
            Code.assigned_at <= now - timedelta(days=CLAIM_DAYS - 1),
            Person.left_at.is_(None),
        )
        .options(
            joinedload(Code.person),
            joinedload(Code.product),
            joinedload(Code.batch),
            joinedload(Code.agreement),
        )
        .order_by(Code.expires_at, Code.assigned_at, Code.id)
    )
    if agreement_id is not None:
        statement = statement.where(Code.agreement_id == agreement_id)
    return list(islice(_due(session.scalars(statement.limit(_READ)), now), SHOWN))


def _due(codes: Iterable[Code], now: datetime) -> Iterator[Nudge]:
    for code in codes:
        if code.person is None or code.assigned_at is None:
            continue
        zone = code.agreement.time_zone
        claimed_on = local_day(code.claimed_at, zone) if code.claimed_at else None
        held = Held(local_day(code.assigned_at, zone), claimed_on, code.last_day)
        found = why_nudge(held, local_day(now, zone))
        if found is not None:
            yield Nudge(code, code.person, *found)
