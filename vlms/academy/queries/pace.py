"""The counters of running packs and their quotas, for what will lapse at the present pace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload

from vlms.academy.models.packs import Pack, PackQuota
from vlms.academy.models.roster import AcademicTerm
from vlms.academy.rules.pace import Counter, Forecast, foresee
from vlms.core.clock import local_day


@dataclass(frozen=True)
class QuotaOutlook:
    quota: PackQuota
    forecast: Forecast


@dataclass(frozen=True)
class PackOutlook:
    """A pack with its quotas. `forecast` is None for who sees only some schools' quotas."""

    pack: Pack
    forecast: Forecast | None
    unallotted: int
    quotas: Sequence[QuotaOutlook]


def list_outlooks(
    session: Session,
    now: datetime,
    *,
    sees_all: bool,
    pack_id: UUID | None = None,
    school_id: UUID | None = None,
) -> list[PackOutlook]:
    """The packs that can still be used, those that end first before the others."""
    statement = select(Pack).where(Pack.expires_at > now).options(joinedload(Pack.product))
    if pack_id is not None:
        statement = statement.where(Pack.id == pack_id)
    packs = session.scalars(statement.order_by(Pack.expires_at, Pack.number)).all()
    quotas = _quotas(session, [pack.id for pack in packs])
    return [
        _outlook(pack, quotas.get(pack.id, []), now, school_id=school_id, sees_all=sees_all)
        for pack in packs
    ]


def _quotas(session: Session, pack_ids: Sequence[UUID]) -> dict[UUID, list[PackQuota]]:
    statement = (
        select(PackQuota)
        .where(PackQuota.pack_id.in_(pack_ids))
        .outerjoin(AcademicTerm, PackQuota.term_id == AcademicTerm.id)
        .options(contains_eager(PackQuota.term), joinedload(PackQuota.school))
        .order_by(AcademicTerm.first_day, PackQuota.id)
    )
    found: dict[UUID, list[PackQuota]] = {}
    for quota in session.scalars(statement):
        found.setdefault(quota.pack_id, []).append(quota)
    return found


def _outlook(
    pack: Pack,
    quotas: Sequence[PackQuota],
    now: datetime,
    *,
    school_id: UUID | None,
    sees_all: bool,
) -> PackOutlook:
    today = local_day(now, pack.time_zone)
    shown = [
        QuotaOutlook(quota, foresee(_counter(pack, quota), today))
        for quota in quotas
        if school_id in (None, quota.school_id) and quota.quota_count
    ]
    whole = Counter(
        pack.capacity,
        sum(quota.used_count for quota in quotas),
        sum(quota.reserved_count for quota in quotas),
        first_day_of(pack),
        pack.last_day,
    )
    forecast = foresee(whole, today) if sees_all and school_id is None else None
    return PackOutlook(pack, forecast, pack.capacity - pack.allotted_count, shown)


def first_day_of(pack: Pack) -> date:
    """The first day on which the pack could be drawn from."""
    return local_day(max(pack.usable_at, pack.opened_at), pack.time_zone)


def _counter(pack: Pack, quota: PackQuota) -> Counter:
    """A quota of a term counts that term's days, as far as the pack reaches."""
    first, last = first_day_of(pack), pack.last_day
    if quota.term is not None:
        first, last = max(first, quota.term.first_day), min(last, quota.term.last_day)
    return Counter(
        quota.quota_count, quota.used_count, quota.reserved_count, first, max(first, last)
    )
