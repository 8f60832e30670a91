"""Makes charges and rows of the two sides; what a test is about is always named by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from vlms.reconciliation.rules.sides import OurCharge, TheirRow


def charge(number: int = 1, **facts: Any) -> OurCharge:
    """Ten for eight months of 120.00: 800.00 USD, from 15 October to 30 June."""
    order = f"O-2026-{number:06d}"
    made = OurCharge(
        key=f"charge-{number}",
        reference=f"{order}/1",
        order_number=order,
        customer="contoso",
        product="voucher",
        reason="purchase",
        quantity=10,
        unit_price=Decimal("120.00"),
        months=8,
        net=80_000,
        currency="USD",
        start=date(2025, 10, 15),
        end=date(2026, 6, 30),
        charged_on=date(2025, 10, 15),
        percent=Decimal(5),
    )
    return replace(made, **facts)


def row_of(one: OurCharge, number: int = 2, **facts: Any) -> TheirRow:
    """A row that says what the charge says."""
    made = TheirRow(
        key=f"row-{number}",
        row=number,
        net=one.net,
        currency=one.currency,
        order_number=one.order_number,
        customer=one.customer,
        product=one.product,
        quantity=one.quantity,
        unit_price=one.unit_price,
        start=one.start,
        end=one.end,
    )
    return replace(made, **facts)
