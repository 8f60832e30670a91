"""What was bought under an agreement and where every unit of it stands, code and pack alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from vlms.academy.models.packs import Pack, PackEntry, PackQuota
from vlms.accounts.models import Person, School
from vlms.agreements.models import Agreement
from vlms.billing.models.charges import Charge
from vlms.billing.rules.charge_back import borne_by
from vlms.catalog.models import Product, ProductKind
from vlms.codes.models import Code
from vlms.codes.queries import LAPSING
from vlms.codes.rules.lifecycle import PERSONAL, State
from vlms.core.clock import local_day
from vlms.orders.models import Order, OrderLine
from vlms.orders.rules.order_clock import OrderState
from vlms.planning.queries.code_values import Shares, count_valued, shares_of
from vlms.planning.queries.pack_stocks import SIGNS
from vlms.planning.rules.closing import Amiss, Bought, End, Fault, Goods, Portion

_ENDS = {
    State.USED: End.USED,
    State.ACTIVATED: End.USED,
    State.FORFEITED: End.FORFEITED,
    State.VOID: End.VOID,
    State.REGISTERED: End.BOOKED,
    State.ASSIGNED: End.ASSIGNED,
    State.RESERVED: End.UNASSIGNED,
    State.AVAILABLE: End.UNASSIGNED,
}


@dataclass(frozen=True)
class Drawn:
    """The lines of an agreement, their portions, what its packs' ledgers say otherwise.

    `begun` is the first day on which each product could be used, by its key.
    """

    bought: Sequence[Bought]
    portions: Sequence[Portion]
    faults: Sequence[Fault]
    begun: Mapping[str, date]


def draw(session: Session, agreement: Agreement, now: datetime) -> Drawn:
    """All of it as of `now`; codes of an agreement that ended have lapsed by themselves (C5)."""
    return _Drawing(session, agreement, now).drawn()


@dataclass(frozen=True)
class _Drawing:
    session: Session
    agreement: Agreement
    now: datetime

    def drawn(self) -> Drawn:
        portions = [*self._codes(), *self._packed()]
        portions += self._undelivered()
        bought = [self._bought(line) for line in self.lines]
        return Drawn(bought, portions, list(self._ledger_faults()), self._begun())

    @cached_property
    def lines(self) -> Sequence[OrderLine]:
        statement = (
            select(OrderLine)
            .join(OrderLine.order)
            .where(
                OrderLine.agreement_id == self.agreement.id,
                Order.placed_at.is_not(None),
                Order.state != OrderState.CANCELLED,
            )
            .options(joinedload(OrderLine.order), joinedload(OrderLine.product))
            .order_by(OrderLine.id)
        )
        return self.session.scalars(statement).all()

    @cached_property
    def packs(self) -> Sequence[Pack]:
        statement = (
            select(Pack)
            .where(Pack.agreement_id == self.agreement.id)
            .options(
                joinedload(Pack.product),
                joinedload(Pack.line),
                selectinload(Pack.quotas).joinedload(PackQuota.school),
            )
        )
        return self.session.scalars(statement.order_by(Pack.id)).all()

    @cached_property
    def shares(self) -> Shares:
        return shares_of(self.session, self.agreement.organisation_id)

    @cached_property
    def charges(self) -> Mapping[UUID, int]:
        statement = (
            select(Charge.order_line_id, func.sum(Charge.net_minor))
            .where(Charge.agreement_id == self.agreement.id)
            .group_by(Charge.order_line_id)
        )
        return {key: int(minor) for key, minor in self.session.execute(statement)}

    def _bought(self, line: OrderLine) -> Bought:
        return Bought(
            str(line.id),
            goods_of(line.product),
            line.quantity * line.product.units,
            line.amount_minor or 0,
            line.order.currency,
            self.charges.get(line.id),
        )

    def _codes(self) -> Iterator[Portion]:
        """A replacement stands for the code that it replaces (C6), which is not counted."""
        replaced = select(Code.replaces_id).where(
            Code.agreement_id == self.agreement.id, Code.replaces_id.is_not(None)
        )
        kinds = (
            select(Code.batch_id, Code.state, School.name)
            .select_from(Code)
            .outerjoin(Person, Code.person_id == Person.id)
            .outerjoin(School, Person.school_id == School.id)
            .where(Code.agreement_id == self.agreement.id, Code.id.not_in(replaced))
        )
        for is_over in (True, False):
            when = Code.expires_at <= self.now if is_over else Code.expires_at > self.now
            found = count_valued(self.session, self.shares, kinds.where(when))
            for (batch_id, state, school), count, minor in found:
                line = str(self.shares.batches[batch_id].order_line_id)
                end = End.LAPSED if is_over and state in LAPSING else _ENDS[state]
                given = count if state in PERSONAL else 0
                yield Portion(line, school, end, count, given, minor)

    def _packed(self) -> Iterator[Portion]:
        for pack in self.packs:
            begin = 0
            for school, end, count, given in _parts(pack, self.now):
                minor = _borne(pack.line, range(begin, begin + count))
                begin += count
                yield Portion(str(pack.order_line_id), school, end, count, given, minor)

    def _undelivered(self) -> Iterator[Portion]:
        """What no batch and no pack has brought: the last units of a line."""
        issued = {pack.order_line_id: pack.capacity for pack in self.packs}
        for batch in self.shares.batches.values():
            key = batch.order_line_id
            issued[key] = issued.get(key, 0) + batch.code_count
        for line in self.lines:
            total = line.quantity * line.product.units
            rest = range(issued.get(line.id, 0), total)
            if rest:
                minor = _borne(line, rest)
                yield Portion(str(line.id), None, End.UNDELIVERED, len(rest), 0, minor)

    def _ledger_faults(self) -> Iterator[Fault]:
        """I3: what a pack's counters say was used is the sum of its ledger."""
        statement = select(PackEntry.pack_id, PackEntry.kind, func.sum(PackEntry.count)).where(
            PackEntry.agreement_id == self.agreement.id, PackEntry.kind.in_(sorted(SIGNS))
        )
        sums: dict[UUID, int] = defaultdict(int)
        grouped = statement.group_by(PackEntry.pack_id, PackEntry.kind)
        for pack_id, kind, count in self.session.execute(grouped):
            sums[pack_id] += SIGNS[kind] * int(count)
        for pack in self.packs:
            used = sum(quota.used_count for quota in pack.quotas)
            if used != sums[pack.id]:
                yield Fault(Amiss.LEDGER, goods_of(pack.product), sums[pack.id], used)

    def _begun(self) -> Mapping[str, date]:
        zone = self.agreement.time_zone
        firsts = [(pack.product.key, pack.opened_at) for pack in self.packs]
        firsts += [
            (batch.product.key, batch.issued_at)
            for batch in self.shares.batches.values()
            if batch.agreement_id == self.agreement.id
        ]
        found: dict[str, date] = {}
        for key, at in firsts:
            day = max(local_day(at, zone), self.agreement.first_day)
            found[key] = min(found.get(key, day), day)
        return found


def goods_of(product: Product) -> Goods:
    is_ordered = product.kind is not ProductKind.IMAGINE_ACADEMY
    return Goods(product.key, product.name_en, product.name_zh, product.units, is_ordered)


def _parts(pack: Pack, now: datetime) -> Iterator[tuple[str | None, End, int, int]]:
    """School, end, count, and how many were given to somebody; used exams come first."""
    left = End.LAPSED if pack.expires_at <= now else End.UNASSIGNED
    for quota in pack.quotas:
        yield _school(quota), End.USED, quota.used_count, quota.used_count
    for quota in pack.quotas:
        yield _school(quota), left, quota.free_count, 0
        yield _school(quota), End.BOOKED, quota.reserved_count, quota.reserved_count
    yield None, left, pack.capacity - sum(quota.quota_count for quota in pack.quotas), 0


def _school(quota: PackQuota) -> str | None:
    return quota.school.name if quota.school else None


def _borne(line: OrderLine, places: range) -> int:
    return borne_by(line.amount_minor or 0, line.quantity * line.product.units, places)
