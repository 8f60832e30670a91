"""What an organisation ordered in some days, and who holds the codes that came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.models import Person
from vlms.billing.queries.budgets import UNSPENT
from vlms.billing.rules.charge_back import Bearer, Giving, SharedLine
from vlms.catalog.models import ProductKind
from vlms.codes.models import Code, CodeBatch
from vlms.codes.rules.lifecycle import State
from vlms.core.money import Money
from vlms.orders.models import Order, OrderLine
from vlms.orders.rules.trace import LineTrace

_UNGIVEN = (State.AVAILABLE, State.RESERVED)
_Issued = Row[UUID, UUID, UUID | None, State, UUID | None, str | None, str | None]


@dataclass(frozen=True)
class Ordered:
    """The placed, uncancelled orders of an organisation with an order day among these."""

    organisation_id: UUID
    first: date
    last: date


def list_ordered_lines(session: Session, wanted: Ordered) -> Sequence[OrderLine]:
    """Their lines that cost something, by order and position."""
    statement = (
        select(OrderLine)
        .join(OrderLine.order)
        .where(*_conditions(wanted), OrderLine.amount_minor > 0)
        .options(joinedload(OrderLine.order), joinedload(OrderLine.product))
    )
    return session.scalars(statement.order_by(Order.number, OrderLine.position)).all()


def list_shared(session: Session, wanted: Ordered) -> list[SharedLine]:
    """Each line with who bears its codes; a replaced code is borne by who has the new one."""
    issued = _issued(session, wanted)
    return [_shared(line, issued[line.id]) for line in list_ordered_lines(session, wanted)]


def list_savings(session: Session, wanted: Ordered) -> list[tuple[Money, Money | None]]:
    """Each line's amount, and what that is less than at the reference price, if it has one."""
    found = []
    for line in list_ordered_lines(session, wanted):
        trace = LineTrace.from_json(line.trace) if line.trace else None
        amount = Money(line.amount_minor or 0, line.order.currency)
        found.append((amount, trace.saving if trace else None))
    return found


def _conditions(wanted: Ordered) -> tuple[ColumnElement[bool], ...]:
    return (
        Order.organisation_id == wanted.organisation_id,
        Order.ordered_on.between(wanted.first, wanted.last),
        Order.state.not_in(UNSPENT),
    )


def _issued(session: Session, wanted: Ordered) -> dict[UUID, list[_Issued]]:
    """The codes of each line, by their issue."""
    found = session.execute(
        select(
            CodeBatch.order_line_id,
            Code.id,
            Code.replaces_id,
            Code.state,
            Code.person_id,
            Code.cost_centre,
            Person.department,
        )
        .join(CodeBatch, Code.batch_id == CodeBatch.id)
        .join(OrderLine, CodeBatch.order_line_id == OrderLine.id)
        .join(Order, OrderLine.order_id == Order.id)
        .outerjoin(Person, Code.person_id == Person.id)
        .where(*_conditions(wanted))
        .order_by(Code.batch_id, Code.number)
    )
    by_line: dict[UUID, list[_Issued]] = defaultdict(list)
    for row in found:
        by_line[row.order_line_id].append(row)
    return by_line


def _shared(line: OrderLine, issued: Sequence[_Issued]) -> SharedLine:
    own = line.order.cost_centre
    amount = Money(line.amount_minor or 0, line.order.currency)
    if line.product.kind is ProductKind.SITE_PACK:
        return SharedLine(amount, 1, Bearer(Giving.PACK, None, own))
    after = {row.replaces_id: row for row in issued if row.replaces_id is not None}
    bearers = [_bearer(_latest(row, after), own) for row in issued if row.replaces_id is None]
    count = line.quantity * line.product.units
    return SharedLine(amount, count, Bearer(Giving.WAITING, None, own), bearers)


def _latest(row: _Issued, after: dict[UUID, _Issued]) -> _Issued:
    while row.id in after:
        row = after[row.id]
    return row


def _bearer(row: _Issued, own: str | None) -> Bearer:
    if row.person_id is None or row.state in _UNGIVEN:
        return Bearer(Giving.WAITING, None, own)
    return Bearer(Giving.GIVEN, row.department, row.cost_centre or own)
