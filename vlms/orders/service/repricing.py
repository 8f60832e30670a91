"""Prices the lines of an order again where another list is in effect on its invoice day (P5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.core.money import Money
from vlms.core.work import Work
from vlms.orders.events import LineRepriced
from vlms.orders.models import Order, OrderLine
from vlms.orders.rules.bands import product_totals
from vlms.orders.rules.limits import check_amount
from vlms.orders.rules.repricing import InitialOrder, QuotedList
from vlms.orders.rules.trace import LineTrace
from vlms.orders.service.price_choice import PriceChoice


@dataclass(frozen=True)
class RepricedLine:
    """A line with its price before and after; its days and months are the same."""

    line: OrderLine
    old: LineTrace
    new: LineTrace


@dataclass(frozen=True)
class RepricedOrder:
    """What an order costs on the publisher's invoice day; `lines` are those priced again."""

    order: Order
    lines: tuple[RepricedLine, ...] = ()

    @property
    def old_total(self) -> Money:
        return Money(self.order.total_minor, self.order.currency)

    @property
    def new_total(self) -> Money:
        """Before tax; the sum of the rounded lines, as at the order (P3)."""
        more = sum(each.new.amount.minor - each.old.amount.minor for each in self.lines)
        return Money(self.order.total_minor + more, self.order.currency)


def price_again(
    session: Session, order: Order, invoiced_on: date, initial: InitialOrder | None
) -> RepricedOrder:
    """The order at the lists of `invoiced_on`, a day in the agreement's zone; at its own level.

    Nothing is priced again of the products of the agreement's `initial` order, nor where no
    list has a price any more.
    """
    if order.price_level is None:
        return RepricedOrder(order)
    points = next((_trace(line).source.points for line in order.lines if line.trace), None)
    choice = PriceChoice(session, order.agreement, initial, order.price_level, points, invoiced_on)
    totals = product_totals((line.product_id, line.quantity) for line in order.lines)
    return RepricedOrder(order, tuple(_lines(choice, order.lines, totals)))


def _lines(
    choice: PriceChoice, lines: Sequence[OrderLine], totals: dict[UUID, int]
) -> Iterator[RepricedLine]:
    for line in lines:
        quoted = _quoted(line)
        found = quoted and choice.price_again(line.product, totals[line.product_id], quoted)
        if found:
            old = _trace(line)
            new = old.priced_again(*found)
            check_amount(new.amount)
            yield RepricedLine(line, old, new)


def _quoted(line: OrderLine) -> QuotedList | None:
    """The list that the line was priced by; None for one that keeps it (P5), or has none."""
    if line.trace is None:
        return None
    source = _trace(line).source
    if source.is_initial or source.list_key is None or source.list_day is None:
        return None
    return QuotedList(source.list_key, source.list_day)


def _trace(line: OrderLine) -> LineTrace:
    assert line.trace is not None
    return LineTrace.from_json(line.trace)


def write_prices(work: Work, again: RepricedOrder) -> None:
    """Write the new prices down, and tell of each amount that changed."""
    if not again.lines:
        return
    work.does("order.repriced")
    order, total = again.order, again.new_total.minor
    for each in again.lines:
        line, old_minor = each.line, each.old.amount.minor
        line.trace = each.new.to_json()
        line.unit_price = each.new.unit_price
        line.amount_minor = each.new.amount.minor
        if line.amount_minor != old_minor:
            work.events.append(LineRepriced(line.id, old_minor, line.amount_minor))
    order.total_minor = total
    work.flush()


def kept_prices(again: RepricedOrder) -> dict[str, object]:
    """The lines' new traces by key, to be agreed to later (P5)."""
    return {str(each.line.id): each.new.to_json() for each in again.lines}


def of_kept_prices(order: Order, kept: dict[str, dict[str, object]]) -> RepricedOrder:
    """What `kept_prices` kept, of the order as it stands."""
    lines = (
        RepricedLine(line, _trace(line), LineTrace.from_json(kept[str(line.id)]))
        for line in order.lines
        if str(line.id) in kept
    )
    return RepricedOrder(order, tuple(lines))
