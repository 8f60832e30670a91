"""The two published layouts, to the byte; numbers as written here, days in each layout's form."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from vlms.reconciliation.exports.partner_files import write_partner_file
from vlms.reconciliation.rules.file_words import Layout
from vlms.reconciliation.rules.layouts import LICENSE_BASED, NEW_COMMERCE, NUMBERS, LayoutLine

LINE = LayoutLine(
    partner_number="P-7",
    mpn_number="815",
    customer_number="c-1",
    customer_name="Fabrikam, Inc.",
    customer_domain="fabrikam.example",
    customer_country="US",
    invoice_number="G1",
    order_number="O-2026-000001",
    line_reference="O-2026-000001/1",
    ordered_on=date(2026, 3, 5),
    product_key="e-reference",
    product_name="E-Reference Library",
    charge_type="addQuantity",
    unit_price=Decimal("89.5"),
    quantity=40,
    months=11,
    net=328167,
    tax=16408,
    currency="USD",
    charge_start=date(2026, 3, 19),
    charge_end=date(2027, 2, 28),
    reference="r-1",
)
NEW_COMMERCE_BYTES = (
    b"\xef\xbb\xbfPartnerId,CustomerId,CustomerName,CustomerDomainName,CustomerCountry,"
    b"InvoiceNumber,MpnId,ResellerMpnId,OrderId,OrderDate,ProductId,SkuId,AvailabilityId,SkuName,"
    b"ProductName,ChargeType,UnitPrice,Quantity,Subtotal,TaxTotal,Total,Currency,"
    b"PriceAdjustmentDescription,PublisherName,PublisherId,SubscriptionDescription,SubscriptionId,"
    b"ChargeStartDate,ChargeEndDate,TermAndBillingCycle,EffectiveUnitPrice,UnitType,AlternateId,"
    b"BillableQuantity,BillingFrequency,PricingCurrency,PCToBCExchangeRate,PCToBCExchangeRateDate,"
    b"MeterDescription,ReservationOrderId,CreditReasonCode,SubscriptionStartDate,"
    b"SubscriptionEndDate,ReferenceId,ProductQualifiers,PromotionId\r\n"
    b'P-7,c-1,"Fabrikam, Inc.",fabrikam.example,US,G1,815,815,O-2026-000001,2026-03-05T00:00:00Z,'
    b"e-reference,0001,,E-Reference Library,E-Reference Library,addQuantity,89.50,40,3281.67,"
    b"164.08,3445.75,USD,,,,E-Reference Library,O-2026-000001/1,2026-03-19,2027-02-28,"
    b"One-Year commitment for yearly billing,82.041667,License,,40,Annual,USD,1,2026-03-05,,,,"
    b"2026-03-19,2027-02-28,r-1,,\r\n"
)
LICENSE_BASED_BYTES = (
    b"\xef\xbb\xbfPartnerId,CustomerId,CustomerName,MpnId,ResellerMpnId,OrderId,SubscriptionId,"
    b"SyndicationPartnerSubscriptionNumber,OfferId,DurableOfferId,OfferName,SubscriptionStartDate,"
    b"SubscriptionEndDate,ChargeStartDate,ChargeEndDate,ChargeType,UnitPrice,Quantity,Amount,"
    b"TotalOtherDiscount,Subtotal,Tax,TotalForCustomer,Currency,DomainName,SubscriptionName,"
    b"SubscriptionDescription,BillingCycleType\r\n"
    b'P-7,c-1,"Fabrikam, Inc.",815,815,O-2026-000001,O-2026-000001/1,r-1,e-reference,e-reference,'
    b"E-Reference Library,3/19/2026 0:00,2/28/2027 0:00,3/19/2026 0:00,2/28/2027 23:59,"
    b"Prorate fees when purchase,89.50,40,3281.67,0,3281.67,164.08,3445.75,USD,fabrikam.example,"
    b"E-Reference Library,E-Reference Library,Annual\r\n"
)


def written(layout: Layout, *lines: LayoutLine) -> bytes:
    out = io.BytesIO()
    write_partner_file(layout, lines, out)
    return out.getvalue()


def row(layout: Layout, line: LayoutLine) -> dict[str, str]:
    text = written(layout, line).decode("utf-8-sig")
    return next(csv.DictReader(io.StringIO(text)))


def test_the_layouts_have_their_columns() -> None:
    assert (len(NEW_COMMERCE), len(LICENSE_BASED)) == (46, 28)
    assert {title for title, _value in (*NEW_COMMERCE, *LICENSE_BASED)} >= NUMBERS


def test_a_line_is_written_to_the_byte() -> None:
    assert written(Layout.NEW_COMMERCE, LINE) == NEW_COMMERCE_BYTES
    assert written(Layout.LICENSE_BASED, LINE) == LICENSE_BASED_BYTES


@pytest.mark.parametrize(
    ("price", "currency", "shown"),
    [
        ("81000", "TWD", "81000"),
        ("81000.5", "TWD", "81000.5"),
        ("2700", "USD", "2700.00"),
        ("89.5", "USD", "89.50"),
        ("0.1234", "USD", "0.1234"),
        ("12.5", "KWD", "12.500"),
    ],
)
def test_a_price_has_the_decimals_that_it_needs(price: str, currency: str, shown: str) -> None:
    line = replace(LINE, unit_price=Decimal(price), currency=currency)
    assert row(Layout.NEW_COMMERCE, line)["UnitPrice"] == shown


def test_money_has_the_decimals_of_its_currency() -> None:
    line = replace(LINE, net=371250, tax=18563, currency="TWD")
    said = row(Layout.LICENSE_BASED, line)
    assert (said["Amount"], said["Tax"], said["TotalForCustomer"]) == ("371250", "18563", "389813")


def test_what_is_given_back_stays_a_number_and_names_are_no_formulas() -> None:
    line = replace(
        LINE, net=-500, tax=-25, quantity=-1, charge_type="cancelImmediate", customer_name="=1+1"
    )
    said = row(Layout.NEW_COMMERCE, line)
    assert (said["Subtotal"], said["Quantity"], said["CustomerName"]) == ("-5.00", "-1", "'=1+1")
    assert row(Layout.LICENSE_BASED, line)["ChargeType"] == "Prorate fees when cancel"
