"""Tables of margins for files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from vlms.billing.queries.margins import LineTrade
from vlms.core.money import Money
from vlms.core.text import _
from vlms.exports.table import Column, Kind, Table
from vlms.orders.exports import product_name

_COLUMNS: tuple[Column[LineTrade], ...] = (
    Column(_("Order"), lambda one: one.line.order.number),
    Column(_("Line"), lambda one: one.line.position, Kind.INTEGER),
    Column(_("Customer"), lambda one: one.line.order.organisation.name),
    Column(_("Product"), lambda one: product_name(one.line.product)),
    Column(_("Quantity"), lambda one: one.line.quantity, Kind.INTEGER),
    Column(_("Bought for"), lambda one: _only(one.trade.bought), Kind.MONEY),
    Column(_("Bought in"), lambda one: _currencies(one.trade.bought)),
    Column(_("Sold for"), lambda one: _only(one.trade.sold), Kind.MONEY),
    Column(_("Sold in"), lambda one: _currencies(one.trade.sold)),
    Column(_("Margin"), lambda one: one.trade.margin, Kind.MONEY),
)


def margins_table(trades: Iterable[LineTrade], made_at: datetime) -> Table[LineTrade]:
    """Amounts before tax; a line in two currencies has none, since they are never added up."""
    return Table(_("Margin per line"), _COLUMNS, trades, made_at)


def _only(amounts: Sequence[Money]) -> Money | None:
    return amounts[0] if len(amounts) == 1 else None


def _currencies(amounts: Sequence[Money]) -> str:
    return ", ".join(amount.currency for amount in amounts)
