"""What was ordered before under an agreement: anchor (O3), points (P4), initial order (P5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.agreements.models import Agreement, LevelMode
from vlms.catalog.models import PriceLevel
from vlms.core.term import ONE_DAY
from vlms.orders.models import OrderLine
from vlms.orders.queries import list_placed_lines
from vlms.orders.rules.coterm import EarlierLine, anchor_of
from vlms.orders.rules.dated import in_effect
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.rules.points import (
    POINT_LEVELS,
    HeldLevel,
    PooledLine,
    agreement_year,
    level_of_order,
    points_of_year,
)
from vlms.orders.rules.proration import line_start
from vlms.orders.rules.repricing import InitialOrder


@dataclass(frozen=True)
class PastOrders:
    """The placed lines of an agreement, the earliest order first; cancelled ones too.

    `renewed` are those of the agreement that it renews: they anchor nothing here and have no
    points.
    """

    agreement: Agreement
    lines: Sequence[OrderLine]
    renewed: Sequence[OrderLine] = ()

    def anchor_end(self, on: date) -> date | None:
        """The day that lines ordered on `on` end with, None while no anchor runs (O3)."""
        return self._anchor_end_from(line_start(on, self.agreement.first_day))

    def following_end(self, anchor_end: date | None) -> date | None:
        """The day that lines end with which begin after the anchor (O3)."""
        if anchor_end is None or anchor_end >= self.agreement.last_day:
            return None
        return self._anchor_end_from(anchor_end + ONE_DAY)

    def _anchor_end_from(self, start: date) -> date | None:
        earlier = [_earlier(line) for line in self.lines if line.charge_start is not None]
        anchor = anchor_of(earlier, start)
        return None if anchor is None else anchor.charge_end

    @property
    def initial(self) -> InitialOrder | None:
        """The earliest uncancelled order, whose products keep their price list (P5)."""
        first = next((line.order for line in self.lines if not _is_cancelled(line)), None)
        if first is None or first.ordered_on is None:
            return None
        products = {str(line.product_id) for line in self.lines if line.order_id == first.id}
        return InitialOrder(first.ordered_on, frozenset(products))

    def level(self, on: date, new_points: int) -> tuple[PriceLevel, int | None]:
        """The level of an order of `on`, and the year's points with its own (P4)."""
        agreement = self.agreement
        if agreement.level_mode is LevelMode.FIXED:
            return agreement.price_level, None
        pooled = [_pooled(line) for line in self.lines if line.order.ordered_on is not None]
        points = points_of_year(pooled, agreement.first_day, on) + new_points
        level = level_of_order(
            in_effect(POINT_LEVELS, on),
            points,
            held=self._held(on),
            term_start=agreement.first_day,
            day=on,
        )
        return PriceLevel(level), points

    def _held(self, on: date) -> HeldLevel | None:
        """The highest level that an order of the same agreement year was placed at."""
        year = agreement_year(self.agreement.first_day, on)
        held = [
            HeldLevel(line.order.price_level.value, line.order.ordered_on)
            for line in self.lines
            if line.order.price_level is not None
            and line.order.ordered_on is not None
            and agreement_year(self.agreement.first_day, line.order.ordered_on) == year
        ]
        return max(held, key=lambda one: one.level, default=None)

    def ended_before(self, product_id: UUID, start: date) -> bool:
        """Whether a 12-month line of the product ended the day before `start`."""
        return any(
            line.product_id == product_id
            and line.is_twelve_months
            and not _is_cancelled(line)
            and line.charge_end == start - ONE_DAY
            for line in (*self.lines, *self.renewed)
        )


def load_past(session: Session, agreement: Agreement) -> PastOrders:
    """What was placed under the agreement so far, and under the one that it renews."""
    former_id = agreement.predecessor_id
    renewed = list_placed_lines(session, former_id) if former_id else ()
    return PastOrders(agreement, list_placed_lines(session, agreement.id), renewed)


def _earlier(line: OrderLine) -> EarlierLine:
    order = line.order
    assert order.placed_at is not None
    assert line.charge_start is not None
    assert line.charge_end is not None
    return EarlierLine(
        order.number,
        order.placed_at,
        line.charge_start,
        line.charge_end,
        line.is_twelve_months,
        _is_cancelled(line),
    )


def _pooled(line: OrderLine) -> PooledLine:
    assert line.order.ordered_on is not None
    return PooledLine(
        line.order.ordered_on, line.quantity, line.product.points, _is_cancelled(line)
    )


def _is_cancelled(line: OrderLine) -> bool:
    return line.order.state is OrderState.CANCELLED
