"""Packs that go to another reseller with their order (O4)."""

from __future__ import annotations

from sqlalchemy import select

from vlms.academy.models.packs import Pack
from vlms.core.scoping import guarded_update
from vlms.core.work import Work
from vlms.orders.events import OrderHandedOver
from vlms.orders.models import OrderLine


def hand_over_packs(work: Work, handed: OrderHandedOver) -> None:
    """A site pack opens before the publisher's invoice, so it may be there already."""
    lines = select(OrderLine.id).where(OrderLine.order_id == handed.order_id)
    guarded_update(
        work.session, Pack, Pack.order_line_id.in_(lines), reseller_id=handed.reseller_id
    )
