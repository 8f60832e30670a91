"""Works out an invoice: each line's price, rate and tax on a day (P3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.billing.models.invoices import Invoice, InvoiceLine
from vlms.billing.queries.exchange_rates import find_rate
from vlms.billing.queries.profiles import list_selling_prices
from vlms.billing.queries.taxes import TaxTerms, tax_terms
from vlms.billing.rules.exchange import shown_rate
from vlms.billing.rules.selling import OwnPrice, Sale, own_price, sale
from vlms.billing.rules.tax import Taxable, line_taxes
from vlms.core.errors import BadInput
from vlms.core.text import _
from vlms.orders.models import OrderLine
from vlms.orders.rules.trace import LineTrace


@dataclass(frozen=True)
class Rate:
    """What the pricing currency is worth in the invoice's, and since when."""

    currency: str
    millionths: int
    on: date


@dataclass(frozen=True)
class Figures:
    """All amounts of an invoice on a day; the lines' values by their columns."""

    terms: TaxTerms
    rate: Rate | None
    lines: Sequence[Mapping[str, Any]]

    @property
    def net_minor(self) -> int:
        return sum(line["net_minor"] for line in self.lines)

    @property
    def tax_minor(self) -> int:
        return sum(line["tax_minor"] for line in self.lines)

    def write_to(self, invoice: Invoice) -> None:
        """Give a draft these amounts (I14); its lines are written by the caller."""
        invoice.tax_mode = self.terms.mode
        invoice.net_minor, invoice.tax_minor = self.net_minor, self.tax_minor
        invoice.gross_minor = self.net_minor + self.tax_minor
        invoice.pricing_currency = self.rate.currency if self.rate else None
        invoice.rate_millionths = self.rate.millionths if self.rate else None
        invoice.rate_on = self.rate.on if self.rate else None

    def is_of(self, invoice: Invoice) -> bool:
        """Whether a draft, worked out earlier, still says the same."""
        rate = (invoice.pricing_currency, invoice.rate_millionths)
        mine = (self.rate.currency, self.rate.millionths) if self.rate else (None, None)
        kept = [{name: getattr(line, name) for name in _COMPARED} for line in invoice.lines]
        found = [{name: line[name] for name in _COMPARED} for line in self.lines]
        return (kept, rate, invoice.tax_mode) == (found, mine, self.terms.mode)


_COMPARED = ("net_minor", "tax_percent", "tax_minor")


def work_out(
    session: Session, invoice: Invoice, order_lines: Sequence[OrderLine], day: date
) -> Figures:
    """The figures of a draft's lines; raises BadInput when a rate is missing."""
    pricing = order_lines[0].order.currency
    rate = _rate(session, invoice, pricing, day) if pricing != invoice.currency else None
    own = _own_prices(session, invoice, order_lines)
    sales = [_sale(invoice, line, own[line.product_id], rate) for line in order_lines]
    if all(one.trace.currency == invoice.currency for one in sales):
        rate = None
    terms = tax_terms(session, invoice.tax_country, day)
    percents = [terms.percent_of(line.product.key) for line in order_lines]
    taxables = [Taxable(s.net_minor, p) for s, p in zip(sales, percents, strict=True)]
    taxes = line_taxes(taxables, terms.mode)
    found = zip(order_lines, sales, percents, taxes, strict=True)
    lines = [
        {**_facts(line, sold), "tax_percent": percent, "tax_minor": tax}
        for line, sold, percent, tax in found
    ]
    return Figures(terms, rate, lines)


def _rate(session: Session, invoice: Invoice, pricing: str, day: date) -> Rate | None:
    found = find_rate(session, invoice.reseller_id, (pricing, invoice.currency), day)
    return None if found is None else Rate(pricing, found.rate_millionths, found.effective_on)


def _own_prices(
    session: Session, invoice: Invoice, lines: Sequence[OrderLine]
) -> Mapping[UUID, list[OwnPrice]]:
    found: dict[UUID, list[OwnPrice]] = {line.product_id: [] for line in lines}
    for price in list_selling_prices(session, invoice.reseller_id, found):
        found[price.product_id].append(
            OwnPrice(
                price.organisation_id,
                price.currency,
                price.unit_price,
                price.effective_from,
                price.effective_until,
            )
        )
    return found


def _sale(invoice: Invoice, line: OrderLine, prices: list[OwnPrice], rate: Rate | None) -> Sale:
    trace = LineTrace.from_json(line.trace or {})
    wanted = (invoice.currency, trace.currency)
    own = own_price(prices, invoice.organisation_id, trace.ordered_on, wanted)
    try:
        return sale(trace, own, invoice.currency, rate.millionths if rate else None)
    except ValueError:
        raise BadInput(
            "P3",
            _(
                "Order %(number)s is priced in %(pricing)s, and there is no rate to "
                "%(currency)s of this day or earlier.",
                number=line.order.number,
                pricing=trace.currency,
                currency=invoice.currency,
            ),
            reason="no_rate",
            field="currency",
            way_out=_("Enter the exchange rate first, or invoice in the order's currency."),
        ) from None


def _facts(line: OrderLine, sold: Sale) -> dict[str, Any]:
    return {
        "unit_price": sold.unit_price,
        "is_own_price": sold.is_own_price,
        "net_minor": sold.net_minor,
        "trace": sold.trace.to_json(),
    }


def copied(line: OrderLine, invoice: Invoice, position: int) -> InvoiceLine:
    """A line of an invoice without its amounts: what is asked for, and for which days."""
    return InvoiceLine(
        organisation_id=invoice.organisation_id,
        reseller_id=invoice.reseller_id,
        agreement_id=line.agreement_id,
        invoice=invoice,
        position=position,
        order_id=line.order_id,
        order_number=line.order.number,
        purchase_order=line.order.purchase_order,
        cost_centre=line.order.cost_centre,
        order_line_id=line.id,
        product_id=line.product_id,
        charge_type=line.charge_type,
        quantity=line.quantity,
        months=line.months,
        charge_start=line.charge_start,
        charge_end=line.charge_end,
    )


def rate_text(invoice: Invoice) -> str | None:
    """The rate in signs: `1 USD = 31.25 TWD`; None where there is none."""
    if invoice.rate_millionths is None:
        return None
    shown = shown_rate(invoice.rate_millionths)
    return f"1 {invoice.pricing_currency} = {shown} {invoice.currency}"
