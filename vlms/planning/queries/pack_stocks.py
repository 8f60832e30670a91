"""Undelivered exams of packs by school: how many, what they cost, how they went (A2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from vlms.academy.models.packs import Pack, PackEntry, PackEntryKind, PackKind, PackQuota
from vlms.billing.rules.charge_back import borne_by
from vlms.core.money import Money
from vlms.orders.models import OrderLine
from vlms.planning.outlook import Part, Stock
from vlms.planning.queries.histories import HISTORY_DAYS, history_of, window_of
from vlms.planning.rules.at_risk import Counted
from vlms.planning.rules.forecast import History

SIGNS = {PackEntryKind.STARTED: 1, PackEntryKind.REVERSED: -1}
Uses = Mapping[UUID, Sequence[tuple[datetime, int]]]


def list_pack_stocks(session: Session, organisation_id: UUID, now: datetime) -> list[Stock]:
    """The site packs that can still be used, school by school; grants cost nothing (A3)."""
    statement = (
        select(Pack)
        .where(
            Pack.organisation_id == organisation_id,
            Pack.kind == PackKind.SITE_PACK,
            Pack.expires_at > now,
        )
        .options(
            joinedload(Pack.product),
            joinedload(Pack.agreement),
            joinedload(Pack.line).joinedload(OrderLine.order),
            selectinload(Pack.quotas).joinedload(PackQuota.school),
            selectinload(Pack.quotas).joinedload(PackQuota.term),
        )
    )
    packs = session.scalars(statement.order_by(Pack.expires_at, Pack.number)).all()
    uses = _uses(session, [pack.id for pack in packs], now) if packs else {}
    return [stock for pack in packs for stock in _stocks(pack, uses, now)]


def _uses(session: Session, pack_ids: Sequence[UUID], now: datetime) -> Uses:
    """When exams of each quota began, and how many; what was taken back counts against them."""
    statement = select(PackEntry.quota_id, PackEntry.at, PackEntry.kind, PackEntry.count).where(
        PackEntry.pack_id.in_(pack_ids),
        PackEntry.kind.in_(sorted(SIGNS)),
        PackEntry.at > now - timedelta(days=HISTORY_DAYS),
    )
    found: dict[UUID, list[tuple[datetime, int]]] = defaultdict(list)
    for quota_id, at, kind, count in session.execute(statement):
        found[quota_id].append((at, SIGNS[kind] * count))
    return found


def _stocks(pack: Pack, uses: Uses, now: datetime) -> Iterator[Stock]:
    """Used exams bear the first shares of the line, then those of each quota, then the rest."""
    window = window_of(pack.agreement, max(pack.opened_at, pack.usable_at), now)
    begin = sum(quota.used_count for quota in pack.quotas)
    for quota in pack.quotas:
        counted = _counted(pack, begin, quota.free_count, quota.reserved_count)
        begin += counted.unused + counted.booked
        if counted.unused or counted.booked:
            history = history_of(uses[quota.id], counted.unused + counted.booked, window)
            parts = [Part(pack.last_day, counted)]
            yield Stock(pack.agreement, pack.product, history, parts, pack, quota)
    rest = pack.capacity - pack.allotted_count
    if rest:
        parts = [Part(pack.last_day, _counted(pack, begin, rest, 0))]
        history = History({}, window.days, rest)
        yield Stock(pack.agreement, pack.product, history, parts, pack)


def _counted(pack: Pack, begin: int, free: int, reserved: int) -> Counted:
    """A seat that is reserved in a sitting is an appointment."""
    value = borne_by(pack.line.amount_minor or 0, pack.capacity, range(begin, begin + free))
    currency = pack.agreement.currency
    return Counted(free, 0, reserved, Money(value, currency), Money(0, currency))
