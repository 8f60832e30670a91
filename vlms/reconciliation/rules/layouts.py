"""The two layouts in which partners know charges: column by column, to the byte.

The order of columns and the forms of days and numbers are the published ones (see
docs/rules.md, "Reconciliation formats"); what this system has no value for is empty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from vlms.core.money import Money, minor_digits, round_half_up

YEAR_MONTHS = 12
_ONE_YEAR = "One-Year commitment for yearly billing"


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutLine:
    """One charge as a file says it; amounts in minor units of the currency.

    `charge_type` is a word of the new-commerce layout, `adjustment` why the amount is no
    plain purchase's ("" for one). `rate` is what one unit of the pricing currency is worth.
    """

    partner_number: str
    mpn_number: str
    customer_number: str
    customer_name: str
    customer_domain: str
    customer_country: str
    invoice_number: str
    order_number: str
    line_reference: str
    ordered_on: date
    product_key: str
    product_name: str
    charge_type: str
    unit_price: Decimal
    quantity: int
    months: int
    net: int
    tax: int
    currency: str
    charge_start: date
    charge_end: date
    publisher_name: str = ""
    adjustment: str = ""
    reference: str = ""

    @property
    def gross(self) -> int:
        return self.net + self.tax


Column = tuple[str, Callable[[LayoutLine], str]]
LICENSE_WORDS = {
    "new": "New purchase cycle fee",
    "addQuantity": "Prorate fees when purchase",
    "renew": "renew",
    "cancelImmediate": "Prorate fees when cancel",
}
"""The license-based layout's words for charge types, by the new-commerce layout's."""


def _nothing(_line: LayoutLine) -> str:
    return ""


def _always(word: str) -> Callable[[LayoutLine], str]:
    return lambda _line: word


def _amount(minor: int, currency: str) -> str:
    return f"{Money(minor, currency).amount:f}"


def _unit_price(line: LayoutLine) -> str:
    """As many decimals as the currency has, or as the price needs beyond them."""
    least = minor_digits(line.currency)
    exact = line.unit_price.normalize()
    digits = max(least, -int(exact.as_tuple().exponent))
    return f"{exact:.{digits}f}"


def _effective_price(line: LayoutLine) -> str:
    """What one unit costs for the months charged (P1), to six decimals."""
    exact = Fraction(line.unit_price) * line.months / YEAR_MONTHS
    return f"{round_half_up(exact, 6):f}"


def _short_day(day: date, time: str) -> str:
    """The license-based layout's form: M/D/YYYY H:MM."""
    return f"{day.month}/{day.day}/{day.year} {time}"


NEW_COMMERCE: tuple[Column, ...] = (
    ("PartnerId", lambda line: line.partner_number),
    ("CustomerId", lambda line: line.customer_number),
    ("CustomerName", lambda line: line.customer_name),
    ("CustomerDomainName", lambda line: line.customer_domain),
    ("CustomerCountry", lambda line: line.customer_country),
    ("InvoiceNumber", lambda line: line.invoice_number),
    ("MpnId", lambda line: line.mpn_number),
    ("ResellerMpnId", lambda line: line.mpn_number),
    ("OrderId", lambda line: line.order_number),
    ("OrderDate", lambda line: f"{line.ordered_on.isoformat()}T00:00:00Z"),
    ("ProductId", lambda line: line.product_key),
    ("SkuId", _always("0001")),
    ("AvailabilityId", _nothing),
    ("SkuName", lambda line: line.product_name),
    ("ProductName", lambda line: line.product_name),
    ("ChargeType", lambda line: line.charge_type),
    ("UnitPrice", _unit_price),
    ("Quantity", lambda line: str(line.quantity)),
    ("Subtotal", lambda line: _amount(line.net, line.currency)),
    ("TaxTotal", lambda line: _amount(line.tax, line.currency)),
    ("Total", lambda line: _amount(line.gross, line.currency)),
    ("Currency", lambda line: line.currency),
    ("PriceAdjustmentDescription", lambda line: line.adjustment),
    ("PublisherName", lambda line: line.publisher_name),
    ("PublisherId", _nothing),
    ("SubscriptionDescription", lambda line: line.product_name),
    ("SubscriptionId", lambda line: line.line_reference),
    ("ChargeStartDate", lambda line: line.charge_start.isoformat()),
    ("ChargeEndDate", lambda line: line.charge_end.isoformat()),
    ("TermAndBillingCycle", _always(_ONE_YEAR)),
    ("EffectiveUnitPrice", _effective_price),
    ("UnitType", _always("License")),
    ("AlternateId", _nothing),
    ("BillableQuantity", lambda line: str(line.quantity)),
    ("BillingFrequency", _always("Annual")),
    ("PricingCurrency", lambda line: line.currency),
    ("PCToBCExchangeRate", _always("1")),
    ("PCToBCExchangeRateDate", lambda line: line.ordered_on.isoformat()),
    ("MeterDescription", _nothing),
    ("ReservationOrderId", _nothing),
    ("CreditReasonCode", _nothing),
    ("SubscriptionStartDate", lambda line: line.charge_start.isoformat()),
    ("SubscriptionEndDate", lambda line: line.charge_end.isoformat()),
    ("ReferenceId", lambda line: line.reference),
    ("ProductQualifiers", _nothing),
    ("PromotionId", _nothing),
)
"""The new-commerce layout: 46 columns."""

LICENSE_BASED: tuple[Column, ...] = (
    ("PartnerId", lambda line: line.partner_number),
    ("CustomerId", lambda line: line.customer_number),
    ("CustomerName", lambda line: line.customer_name),
    ("MpnId", lambda line: line.mpn_number),
    ("ResellerMpnId", lambda line: line.mpn_number),
    ("OrderId", lambda line: line.order_number),
    ("SubscriptionId", lambda line: line.line_reference),
    ("SyndicationPartnerSubscriptionNumber", lambda line: line.reference),
    ("OfferId", lambda line: line.product_key),
    ("DurableOfferId", lambda line: line.product_key),
    ("OfferName", lambda line: line.product_name),
    ("SubscriptionStartDate", lambda line: _short_day(line.charge_start, "0:00")),
    ("SubscriptionEndDate", lambda line: _short_day(line.charge_end, "0:00")),
    ("ChargeStartDate", lambda line: _short_day(line.charge_start, "0:00")),
    ("ChargeEndDate", lambda line: _short_day(line.charge_end, "23:59")),
    ("ChargeType", lambda line: LICENSE_WORDS[line.charge_type]),
    ("UnitPrice", _unit_price),
    ("Quantity", lambda line: str(line.quantity)),
    ("Amount", lambda line: _amount(line.net, line.currency)),
    ("TotalOtherDiscount", _always("0")),
    ("Subtotal", lambda line: _amount(line.net, line.currency)),
    ("Tax", lambda line: _amount(line.tax, line.currency)),
    ("TotalForCustomer", lambda line: _amount(line.gross, line.currency)),
    ("Currency", lambda line: line.currency),
    ("DomainName", lambda line: line.customer_domain),
    ("SubscriptionName", lambda line: line.product_name),
    ("SubscriptionDescription", lambda line: line.product_name),
    ("BillingCycleType", _always("Annual")),
)
"""The license-based layout: 28 columns."""


NUMBERS = frozenset(
    {
        "UnitPrice",
        "Quantity",
        "Amount",
        "Subtotal",
        "Tax",
        "TaxTotal",
        "Total",
        "TotalForCustomer",
        "TotalOtherDiscount",
        "EffectiveUnitPrice",
        "BillableQuantity",
        "PCToBCExchangeRate",
    }
)
"""Columns of numbers; a minus in front of one is no formula."""
