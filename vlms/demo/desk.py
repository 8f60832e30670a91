"""The demo's reseller: a newer price list makes one order dearer, and its customer is asked."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from vlms.catalog.service.price_import import import_prices
from vlms.demo.orders import OPERATOR, RESELLER, Stage
from vlms.exports.reading import read_rows
from vlms.exports.sheets import Sheet
from vlms.orders.rules.order_clock import OrderStep
from vlms.orders.service.steps import record_step

_COLUMNS = "Product,Programme,Level,Currency,From quantity,Unit price,Effective from,Sample"
_PRICES = {"A": "54", "B": "52.38", "C": "50.76", "D": "49.14"}


def play_desk(stage: Stage, orders: Mapping[str, UUID]) -> None:
    """P5: the invoice of the order "dearer" waits for the customer's consent."""
    with stage.act(OPERATOR, -8) as work:
        import_prices(work, _newer(stage.cast.day(-7)), "Sample price list, newer", is_sample=True)
    with stage.act(RESELLER, -1.5) as work:
        record_step(work, orders["dearer"], OrderStep.INVOICE, work.now, "INV-77120")


def _newer(day: date) -> Sheet:
    rows = [
        f"e-reference-developer,EA,{level},USD,1,{price},{day.isoformat()},sample"
        for level, price in _PRICES.items()
    ]
    text = "\n".join([_COLUMNS, *rows])
    return read_rows(io.BytesIO(text.encode()), "newer-prices.csv")
