"""The demo reseller's money: taxes, exchange rates, the publisher's invoices, a payment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from vlms.billing.queries.publisher_invoices import list_unbilled_lines
from vlms.billing.queries.receipts import OpenFilter, list_open
from vlms.billing.rules.exchange import RateRow
from vlms.billing.service.exchange_rates import add_rate
from vlms.billing.service.publisher_invoices import (
    BilledLine,
    NewPublisherInvoice,
    record_publisher_invoice,
)
from vlms.billing.service.receipts import NewReceipt, record_receipt
from vlms.billing.service.taxes import load_sample_taxes
from vlms.demo.orders import OPERATOR, RESELLER, Stage

# What the publisher leaves the reseller, in percent of the price.
_REBATE = 15
_RATES = ((-90, 32_100_000), (-45, 31_850_000), (-10, 31_950_000))


def play_rates(stage: Stage) -> None:
    """Before anything is invoiced: the taxes of the sample, and what a dollar is worth."""
    with stage.act(OPERATOR, -800) as work:
        load_sample_taxes(work)
    for days, millionths in _RATES:
        with stage.act(RESELLER, days) as work:
            row = RateRow("USD", "TWD", work.now.date(), millionths, "臺灣銀行")
            add_rate(work, _reseller_id(stage), row)


def play_money(stage: Stage, orders: Mapping[str, UUID]) -> None:
    """Two invoices of the publisher; another one waits. What is due first is half paid."""
    for number, name, days in (("PUB-0117", "main", -170), ("PUB-0203", "short", -50)):
        _buy(stage, orders[name], number, days)
    reseller_id = _reseller_id(stage)
    with stage.act(RESELLER, -3) as work:
        for one in list_open(work.session, OpenFilter(reseller_id))[:1]:
            new = NewReceipt(
                one.invoice.organisation_id,
                "BANK-000481",
                max(one.open_minor // 2, 1),
                one.invoice.currency,
                work.now.date() - timedelta(days=1),
            )
            record_receipt(work, reseller_id, new)


def _reseller_id(stage: Stage) -> UUID:
    return stage.cast.organisations["northwind"].id


def _buy(stage: Stage, order_id: UUID, number: str, days: float) -> None:
    """The publisher's invoice over all lines of an order."""
    reseller_id = _reseller_id(stage)
    with stage.act(RESELLER, days) as work:
        lines = [
            one.line
            for one in list_unbilled_lines(work.session, reseller_id)
            if one.line.order_id == order_id
        ]
        billed = [
            BilledLine(line.id, (line.amount_minor or 0) * (100 - _REBATE) // 100) for line in lines
        ]
        paper = NewPublisherInvoice(number, lines[0].order.currency, work.now.date(), billed)
        record_publisher_invoice(work, reseller_id, paper)
