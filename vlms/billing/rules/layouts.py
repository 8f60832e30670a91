"""The two layouts of reconciliation files as partners know them, byte for byte.

Version 1 of both: UTF-8 with a byte-order mark, commas, quotes only where they are needed,
lines that end in CR LF.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from vlms.billing.rules.statement import StatementLine
from vlms.core.money import Money, round_half_up
from vlms.orders.rules.proration import TERM_MONTHS
from vlms.orders.rules.trace import price_text

LAYOUT_VERSION = 1
_TERM = "One-Year commitment for yearly billing"
_CYCLE, _UNIT, _SKU, _AVAILABILITY, _RATE = "Annual", "License", "0001", "AV1", "1"
_PURCHASE = "purchase"
_LICENSE_TYPES = {
    "new": "New purchase cycle fee",
    "addQuantity": "Prorate fees when purchase",
    "renew": "renew",
}


@dataclass(frozen=True, slots=True)
class Parties:
    """Who stands in every row: the partner's numbers."""

    partner_number: str = ""
    mpn_number: str = ""


Field = Callable[[StatementLine, Parties], str]


@dataclass(frozen=True)
class Layout:
    """Columns in their order, and which of them hold net and gross amounts."""

    name: str
    columns: tuple[tuple[str, Field], ...]
    nets: tuple[str, ...]
    gross: str

    @property
    def titles(self) -> list[str]:
        return [title for title, _field in self.columns]

    def row(self, line: StatementLine, parties: Parties) -> list[str]:
        return [field(line, parties) for _title, field in self.columns]


def _empty(_line: StatementLine, _parties: Parties) -> str:
    return ""


def _of_line(read: Callable[[StatementLine], str]) -> Field:
    return lambda line, _parties: read(line)


def _constant(text: str) -> Field:
    return lambda _line, _parties: text


def _amount(money: Money) -> str:
    return f"{money.amount:f}"


def _effective_price(line: StatementLine) -> str:
    """A unit's price for the months charged, with six decimals."""
    exact = Fraction(line.unit_price) * line.months / TERM_MONTHS
    return f"{round_half_up(exact, 6):f}"


def _american(day: date, clock: str) -> str:
    return f"{day.month}/{day.day}/{day.year} {clock}"


def _iso(day: date) -> str:
    return day.isoformat()


_PARTNER: Field = lambda _line, parties: parties.partner_number  # noqa: E731
_MPN: Field = lambda _line, parties: parties.mpn_number  # noqa: E731
_CUSTOMER_ID = _of_line(lambda line: line.customer.number)
_CUSTOMER = _of_line(lambda line: line.customer.name)
_DOMAIN = _of_line(lambda line: line.customer.domain_name)
_ORDER = _of_line(lambda line: line.order_number)
_NAME = _of_line(lambda line: line.item.name)
_KEY = _of_line(lambda line: line.item.key)
_REFERENCE = _of_line(lambda line: line.reference)
_QUANTITY = _of_line(lambda line: str(line.quantity))
_PRICE = _of_line(lambda line: price_text(line.unit_price, line.currency, ""))
_NET = _of_line(lambda line: _amount(line.net))
_TAX = _of_line(lambda line: _amount(line.tax))
_GROSS = _of_line(lambda line: _amount(line.gross))
_CURRENCY = _of_line(lambda line: line.currency)
_FIRST = _of_line(lambda line: _iso(line.start))
_LAST = _of_line(lambda line: _iso(line.end))
_AT_ZERO = _of_line(lambda line: _american(line.start, "0:00"))

NEW_COMMERCE = Layout(
    "new-commerce",
    (
        ("PartnerId", _PARTNER),
        ("CustomerId", _CUSTOMER_ID),
        ("CustomerName", _CUSTOMER),
        ("CustomerDomainName", _DOMAIN),
        ("CustomerCountry", _of_line(lambda line: line.customer.country)),
        ("InvoiceNumber", _of_line(lambda line: line.invoice_number)),
        ("MpnId", _MPN),
        ("ResellerMpnId", _MPN),
        ("OrderId", _ORDER),
        ("OrderDate", _of_line(lambda line: f"{_iso(line.ordered_on)}T00:00:00Z")),
        ("ProductId", _KEY),
        ("SkuId", _constant(_SKU)),
        ("AvailabilityId", _constant(_AVAILABILITY)),
        ("SkuName", _NAME),
        ("ProductName", _NAME),
        ("ChargeType", _of_line(lambda line: line.charge_type)),
        ("UnitPrice", _PRICE),
        ("Quantity", _QUANTITY),
        ("Subtotal", _NET),
        ("TaxTotal", _TAX),
        ("Total", _GROSS),
        ("Currency", _CURRENCY),
        ("PriceAdjustmentDescription", _empty),
        ("PublisherName", _of_line(lambda line: line.item.publisher_name)),
        ("PublisherId", _of_line(lambda line: line.item.publisher_number)),
        ("SubscriptionDescription", _NAME),
        ("SubscriptionId", _REFERENCE),
        ("ChargeStartDate", _FIRST),
        ("ChargeEndDate", _LAST),
        ("TermAndBillingCycle", _constant(_TERM)),
        ("EffectiveUnitPrice", _of_line(_effective_price)),
        ("UnitType", _constant(_UNIT)),
        ("AlternateId", _empty),
        ("BillableQuantity", _QUANTITY),
        ("BillingFrequency", _constant(_CYCLE)),
        ("PricingCurrency", _CURRENCY),
        ("PCToBCExchangeRate", _constant(_RATE)),
        ("PCToBCExchangeRateDate", _of_line(lambda line: _iso(line.ordered_on))),
        ("MeterDescription", _empty),
        ("ReservationOrderId", _empty),
        (
            "CreditReasonCode",
            _of_line(lambda line: "" if line.reason == _PURCHASE else line.reason),
        ),
        ("SubscriptionStartDate", _FIRST),
        ("SubscriptionEndDate", _LAST),
        ("ReferenceId", _of_line(lambda line: f"{line.reference}/{line.sequence}")),
        ("ProductQualifiers", _empty),
        ("PromotionId", _empty),
    ),
    ("Subtotal",),
    "Total",
)
LICENSE_BASED = Layout(
    "license-based",
    (
        ("PartnerId", _PARTNER),
        ("CustomerId", _CUSTOMER_ID),
        ("CustomerName", _CUSTOMER),
        ("MpnId", _MPN),
        ("ResellerMpnId", _MPN),
        ("OrderId", _ORDER),
        ("SubscriptionId", _REFERENCE),
        ("SyndicationPartnerSubscriptionNumber", _REFERENCE),
        ("OfferId", _KEY),
        ("DurableOfferId", _KEY),
        ("OfferName", _NAME),
        ("SubscriptionStartDate", _AT_ZERO),
        ("SubscriptionEndDate", _of_line(lambda line: _american(line.end, "0:00"))),
        ("ChargeStartDate", _AT_ZERO),
        ("ChargeEndDate", _of_line(lambda line: _american(line.end, "23:59"))),
        ("ChargeType", _of_line(lambda line: _LICENSE_TYPES[line.charge_type])),
        ("UnitPrice", _PRICE),
        ("Quantity", _QUANTITY),
        ("Amount", _NET),
        ("TotalOtherDiscount", _constant("0")),
        ("Subtotal", _NET),
        ("Tax", _TAX),
        ("TotalForCustomer", _GROSS),
        ("Currency", _CURRENCY),
        ("DomainName", _DOMAIN),
        ("SubscriptionName", _NAME),
        ("SubscriptionDescription", _NAME),
        ("BillingCycleType", _constant(_CYCLE)),
    ),
    ("Amount", "Subtotal"),
    "TotalForCustomer",
)
LAYOUTS = {layout.name: layout for layout in (NEW_COMMERCE, LICENSE_BASED)}
