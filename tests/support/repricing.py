"""An order on whose invoice day another price list is in effect (P5)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_catalog import make_price
from tests.support.making_orders import make_placed, make_shop, make_voucher, wish
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage
from vlms.orders.events import LineRepriced
from vlms.orders.models import ConsentState, Order, PriceConsent
from vlms.orders.queries import get_order
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.service import steps
from vlms.orders.service.invoicing import decline_consent, give_consent


@contextmanager
def counted_events(work: Work, told: list[LineRepriced]) -> Iterator[None]:
    """What the work tells of lines priced again."""
    yield
    told += [event for event in work.events if isinstance(event, LineRepriced)]


class Trade:
    """A second order of ten at 120.00, acknowledged, with a new list from its next day on.

    The first order is another product's: it alone keeps its list.
    """

    def __init__(self, clock: StillClock, new_price: str = "132.00", **facts: Any) -> None:
        self.clock = clock
        with making(clock()) as work:
            self.shop = make_shop(work, **facts)
            other = make_voucher(work, "first")
            make_placed(work, self.shop, wish(other, 1))
            make_price(work, other, "999.00", effective_from=self._tomorrow())
        with self.shop.buying(clock()) as work:
            self.order = make_placed(work, self.shop, wish(self.shop.product, 10))
        clock.move(hours=1)
        for step in (OrderStep.PROCESS, OrderStep.ACKNOWLEDGE):
            with self.seller() as work:
                steps.record_step(work, self.order.id, step, clock())
        with making(clock()) as work:
            make_price(work, self.shop.product, new_price, effective_from=self._tomorrow())
        self.told: list[LineRepriced] = []

    def _tomorrow(self) -> date:
        return (self.clock() + timedelta(days=1)).date()

    def seller(self) -> AbstractContextManager[Work]:
        return (
            self.shop.selling(self.clock())
            if self.shop.agreement.reseller_id
            else self.shop.operating(self.clock())
        )

    def invoice(self, days: int = 3, **facts: Any) -> Order:
        self.clock.move(days=days)
        with self.seller() as work, counted_events(work, self.told):
            return steps.record_step(
                work, self.order.id, OrderStep.INVOICE, self.clock(), "PI-7", **facts
            )

    def consent(self, **facts: Any) -> Order:
        with self.shop.buying(self.clock()) as work, counted_events(work, self.told):
            return give_consent(work, self.order.id, **facts)

    def decline(self) -> Order:
        with self.shop.buying(self.clock()) as work:
            return decline_consent(work, self.order.id, "too dear")

    def found(self) -> tuple[OrderState, int, Decimal | None]:
        with making(self.clock()) as work:
            order = get_order(work.session, self.order.id)
            return order.state, order.total_minor, order.lines[0].unit_price

    def consents(self) -> list[ConsentState]:
        with making(self.clock()) as work:
            rows = work.session.scalars(select(PriceConsent).order_by(PriceConsent.id))
            return [row.state for row in rows]

    def mails(self, template: str) -> list[OutboxMessage]:
        with making(self.clock()) as work:
            found = select(OutboxMessage).where(OutboxMessage.template == template)
            return list(work.session.scalars(found))


AS_ORDERED = (OrderState.ACKNOWLEDGED, 120000, Decimal(120))
AS_NOW = (OrderState.INVOICED, 132000, Decimal(132))
