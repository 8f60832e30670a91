"""The days of codes' lives, grouped by the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, null, select
from sqlalchemy.orm import Session

from vlms.agreements.models import Agreement
from vlms.codes.models import Code, CodeBatch
from vlms.codes.rules.lifecycle import State
from vlms.core.clock import local_day
from vlms.planning.queries.code_stocks import GONE
from vlms.planning.rules.lives import Life

Key = tuple[UUID, UUID]
_COLUMNS = (
    Code.agreement_id,
    Code.product_id,
    Agreement.time_zone,
    Agreement.first_day,
    CodeBatch.issued_at,
    case((Code.state.in_(GONE), Code.ended_at), else_=null()),
    Code.last_day,
)


def list_lives(
    session: Session, organisation_id: UUID | None = None, key: Key | None = None
) -> Mapping[Key, Sequence[Life]]:
    """By agreement and product; of one stock with `key`. Void codes never lived."""
    wanted: list[ColumnElement[bool]] = [Code.state != State.VOID]
    if organisation_id is not None:
        wanted.append(Code.organisation_id == organisation_id)
    if key is not None:
        wanted += [Code.agreement_id == key[0], Code.product_id == key[1]]
    statement = (
        select(*_COLUMNS, func.count(Code.id))
        .select_from(Code)
        .join(CodeBatch, Code.batch_id == CodeBatch.id)
        .join(Agreement, Code.agreement_id == Agreement.id)
        .where(*wanted)
        .group_by(*_COLUMNS)
    )
    counts: dict[Key, Counter[tuple[date, date | None, date]]] = defaultdict(Counter)
    for (
        agreement_id,
        product_id,
        zone,
        first_day,
        issued_at,
        ended_at,
        last_day,
        count,
    ) in session.execute(statement):
        issued_on = max(local_day(issued_at, zone), first_day)
        life = issued_on, _day(ended_at, zone), last_day
        counts[agreement_id, product_id][life] += count
    return {
        key: [Life(*days, count) for days, count in each.items()] for key, each in counts.items()
    }


def _day(instant: datetime | None, zone: str) -> date | None:
    return None if instant is None else local_day(instant, zone)
