"""Reads charges for statements, within the session's scope: a customer's own, a reseller's own.

Columns, not records: a statement may have some hundred thousand lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation
from vlms.agreements.models import Agreement
from vlms.billing.models.charges import Charge, ChargeReason
from vlms.catalog.models import Product
from vlms.core.db import reading
from vlms.core.scope import System
from vlms.orders.models import ChargeType, Order, OrderLine
from vlms.reconciliation.rules.statement import (
    ChargeKind,
    StatementLine,
    StatementSum,
    kind_of,
    sums_by_kind,
)

_AT_ONCE = 500
_WHY = "what orders are called that were charged to a reseller which has handed them over"


@dataclass(frozen=True, slots=True)
class StatementFilter:
    """Which charges a statement holds: both days are in; None leaves a side open.

    Charges recorded after `cut_off_at` are not in it, for ever (I18). `reseller_id` is for
    who sees more than one reseller's.
    """

    first_day: date
    last_day: date
    cut_off_at: datetime
    currency: str | None = None
    organisation_id: UUID | None = None
    agreement_id: UUID | None = None
    reseller_id: UUID | None = None
    kind: ChargeKind | None = None

    @property
    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """What the charges must be, as conditions of a query on Charge."""
        chosen = (
            (Charge.currency, self.currency),
            (Charge.organisation_id, self.organisation_id),
            (Charge.agreement_id, self.agreement_id),
            (Charge.reseller_id, self.reseller_id),
        )
        return (
            Charge.charged_on.between(self.first_day, self.last_day),
            Charge.recorded_at <= self.cut_off_at,
            *(column == value for column, value in chosen if value is not None),
            *(() if self.kind is None else _of_kind(self.kind)),
        )


def statement_sums(session: Session, wanted: StatementFilter) -> list[StatementSum]:
    """Count and net by currency and kind, added up by the database."""
    group = (Charge.currency, Charge.reason, Charge.charge_type)
    found = session.execute(
        select(*group, func.count(Charge.id), func.sum(Charge.net_minor))
        .where(*wanted.conditions)
        .group_by(*group)
    )
    return sums_by_kind(
        (currency, reason.value, charge_type.value, count, int(net))
        for currency, reason, charge_type, count, net in found
    )


def statement_lines(
    session: Session, wanted: StatementFilter, first: int = 0, most: int | None = None
) -> Iterator[StatementLine]:
    """The charges from the day of the first to the last; `most` of them after the `first`."""
    statement = _lines(wanted).offset(first).limit(most)
    found = session.execute(statement, execution_options={"yield_per": _AT_ONCE})
    for rows in found.partitions():
        called = _handed_over([row.order_line_id for row in rows if row.order_number is None])
        yield from (_line(row, called) for row in rows)


def _lines(wanted: StatementFilter) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Charge.id,
            Charge.order_id,
            Charge.order_line_id,
            Charge.organisation_id,
            Charge.agreement_id,
            Order.number.label("order_number"),
            OrderLine.position,
            Order.ordered_on,
            Organisation.name.label("customer_name"),
            Organisation.slug.label("customer_slug"),
            Agreement.number.label("agreement_number"),
            Agreement.country,
            Product.key.label("product_key"),
            Product.name_en.label("product_name"),
            Product.name_zh.label("product_chinese"),
            Charge.sequence,
            Charge.reason,
            Charge.charge_type,
            Charge.quantity,
            Charge.unit_price,
            Charge.months,
            Charge.net_minor,
            Charge.currency,
            Charge.charged_on,
            Charge.charge_start,
            Charge.charge_end,
        )
        .select_from(Charge)
        # A former reseller does not see the order any more, but what it was charged for it.
        .outerjoin(Order, Order.id == Charge.order_id)
        .outerjoin(OrderLine, OrderLine.id == Charge.order_line_id)
        .join(Organisation, Organisation.id == Charge.organisation_id)
        .join(Product, Product.id == Charge.product_id)
        .join(Agreement, Agreement.id == Charge.agreement_id)
        .where(*wanted.conditions)
        .order_by(Charge.charged_on, Charge.order_id, Charge.order_line_id, Charge.sequence)
    )


_Called = dict[UUID, tuple[str, int, date | None]]


def _handed_over(line_ids: Sequence[UUID]) -> _Called:
    """Order number, position and order day of lines that their charges' reseller once had."""
    if not line_ids:
        return {}
    statement = (
        select(OrderLine.id, Order.number, OrderLine.position, Order.ordered_on)
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.id.in_(sorted(set(line_ids))))
    )
    with reading(System(_WHY)) as session:
        return {key: (number, at, day) for key, number, at, day in session.execute(statement)}


def _line(row: Row[Any], called: _Called) -> StatementLine:
    told = row._asdict() | {"reason": row.reason.value, "charge_type": row.charge_type.value}
    if row.order_number is None:
        number, position, day = called[row.order_line_id]
        told |= {"order_number": number, "position": position, "ordered_on": day}
    return StatementLine(**told)


def _of_kind(kind: ChargeKind) -> tuple[ColumnElement[bool], ...]:
    """The charges of a kind: see `kind_of`, which says it of one charge."""
    pairs = [
        (reason, charge_type)
        for reason in ChargeReason
        for charge_type in ChargeType
        if kind_of(reason.value, charge_type.value) is kind
    ]
    return (
        Charge.reason.in_({reason for reason, _type in pairs}),
        Charge.charge_type.in_({charge_type for _reason, charge_type in pairs}),
    )
