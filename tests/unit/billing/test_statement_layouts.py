"""The published layouts, byte for byte; what does not add up is withheld."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from vlms.billing.queries.statements import Statement, StatementFilter
from vlms.billing.rules.layouts import LICENSE_BASED, NEW_COMMERCE, Layout, Parties
from vlms.billing.rules.statement import (
    ChargeKind,
    Customer,
    Item,
    StatementLine,
    kind_of,
    sums_by_kind,
    totals,
)
from vlms.billing.rules.tie_out import StatementWithheld
from vlms.billing.statement_exports import write_layout

KEY = UUID(int=1)
PARTIES = Parties("P-7", "99")
FILTER = StatementFilter(date(2026, 3, 1), date(2026, 3, 31), datetime(2026, 4, 1, tzinfo=UTC))
SCHOOL = Customer(KEY, "c1", "範例大學", "school.example", "TW")
FIRM = Customer(KEY, "c2", "Fabrikam, Ltd.", "fabrikam.example", "US")


def line(**facts: Any) -> StatementLine:
    told = {
        "customer": SCHOOL,
        "item": Item("PACK", "Class pack", "考試券套件", "Sample Publisher", "PB9"),
        "order_id": KEY,
        "line_id": KEY,
        "order_number": "O-1",
        "position": 1,
        "sequence": 1,
        "ordered_on": date(2026, 3, 2),
        "charged_on": date(2026, 3, 2),
        "reason": "purchase",
        "charge_type": "addQuantity",
        "quantity": 5,
        "unit_price": Decimal("81000.0000"),
        "months": 11,
        "net_minor": 371_250,
        "tax_minor": 18_563,
        "currency": "TWD",
        "start": date(2026, 3, 2),
        "end": date(2027, 2, 28),
        "invoice_number": "G1",
        **facts,
    }
    return StatementLine(**told)


DOLLARS = line(
    customer=FIRM,
    order_number="O-2",
    unit_price=Decimal("89.5000"),
    quantity=40,
    net_minor=328_167,
    tax_minor=16_408,
    currency="USD",
)


def written(layout: Layout, *lines: StatementLine) -> bytes:
    out = io.BytesIO()
    write_layout(Statement(FILTER, PARTIES, lines, sums_by_kind(lines)), layout, out)
    return out.getvalue()


def test_new_commerce_byte_for_byte() -> None:
    header = (
        "PartnerId,CustomerId,CustomerName,CustomerDomainName,CustomerCountry,InvoiceNumber,MpnId,"
        "ResellerMpnId,OrderId,OrderDate,ProductId,SkuId,AvailabilityId,SkuName,ProductName,"
        "ChargeType,UnitPrice,Quantity,Subtotal,TaxTotal,Total,Currency,"
        "PriceAdjustmentDescription,PublisherName,PublisherId,SubscriptionDescription,"
        "SubscriptionId,ChargeStartDate,ChargeEndDate,TermAndBillingCycle,EffectiveUnitPrice,"
        "UnitType,AlternateId,BillableQuantity,BillingFrequency,PricingCurrency,"
        "PCToBCExchangeRate,PCToBCExchangeRateDate,MeterDescription,ReservationOrderId,"
        "CreditReasonCode,SubscriptionStartDate,SubscriptionEndDate,ReferenceId,"
        "ProductQualifiers,PromotionId"
    )
    rows = (
        "P-7,c1,範例大學,school.example,TW,G1,99,99,O-1,2026-03-02T00:00:00Z,PACK,0001,AV1,"
        "Class pack,Class pack,addQuantity,81000,5,371250,18563,389813,TWD,,Sample Publisher,PB9,"
        "Class pack,O-1/1,2026-03-02,2027-02-28,One-Year commitment for yearly billing,"
        "74250.000000,License,,5,Annual,TWD,1,2026-03-02,,,,2026-03-02,2027-02-28,O-1/1/1,,",
        'P-7,c2,"Fabrikam, Ltd.",fabrikam.example,US,G1,99,99,O-2,2026-03-02T00:00:00Z,PACK,'
        "0001,AV1,Class pack,Class pack,addQuantity,89.50,40,3281.67,164.08,3445.75,USD,,"
        "Sample Publisher,PB9,Class pack,O-2/1,2026-03-02,2027-02-28,"
        "One-Year commitment for yearly billing,82.041667,License,,40,Annual,USD,1,2026-03-02,"
        ",,,2026-03-02,2027-02-28,O-2/1/1,,",
    )
    expected = "\r\n".join([header, *rows, ""]).encode("utf-8-sig")
    assert written(NEW_COMMERCE, line(), DOLLARS) == expected
    assert len(NEW_COMMERCE.columns) == 46


def test_license_based_byte_for_byte() -> None:
    header = (
        "PartnerId,CustomerId,CustomerName,MpnId,ResellerMpnId,OrderId,SubscriptionId,"
        "SyndicationPartnerSubscriptionNumber,OfferId,DurableOfferId,OfferName,"
        "SubscriptionStartDate,SubscriptionEndDate,ChargeStartDate,ChargeEndDate,ChargeType,"
        "UnitPrice,Quantity,Amount,TotalOtherDiscount,Subtotal,Tax,TotalForCustomer,Currency,"
        "DomainName,SubscriptionName,SubscriptionDescription,BillingCycleType"
    )
    rows = (
        "P-7,c1,範例大學,99,99,O-1,O-1/1,O-1/1,PACK,PACK,Class pack,3/2/2026 0:00,2/28/2027 0:00,"
        "3/2/2026 0:00,2/28/2027 23:59,Prorate fees when purchase,81000,5,371250,0,371250,18563,"
        "389813,TWD,school.example,Class pack,Class pack,Annual",
        'P-7,c2,"Fabrikam, Ltd.",99,99,O-2,O-2/1,O-2/1,PACK,PACK,Class pack,3/2/2026 0:00,'
        "2/28/2027 0:00,3/2/2026 0:00,2/28/2027 23:59,New purchase cycle fee,89.50,40,3281.67,0,"
        "3281.67,164.08,3445.75,USD,fabrikam.example,Class pack,Class pack,Annual",
    )
    expected = "\r\n".join([header, *rows, ""]).encode("utf-8-sig")
    assert written(LICENSE_BASED, line(), replace(DOLLARS, charge_type="new")) == expected
    assert len(LICENSE_BASED.columns) == 28


def test_a_cancellation_is_negative_and_says_why() -> None:
    back = line(reason="cancellation", sequence=2, quantity=-5, net_minor=-371_250, tax_minor=0)
    row = written(NEW_COMMERCE, back).decode("utf-8-sig").splitlines()[1]
    assert ",-5,-371250,0,-371250,TWD," in row
    assert ",cancellation," in row
    assert back.formula == "81,000 × -5 × 11 / 12 = -371,250"


def test_a_change_of_price_tells_the_new_amount_less_the_former() -> None:
    dearer = line(reason="repricing", sequence=2, quantity=0, net_minor=12_000, tax_minor=600)
    assert dearer.formula == ""
    assert replace(dearer, ordered=5).formula == (
        "81,000 × 5 × 11 / 12 = 371,250; 371,250 − 359,250 = 12,000"
    )
    cents = replace(dearer, ordered=1, unit_price=Decimal("10"), months=12, currency="USD")
    assert replace(cents, net_minor=-50).formula == (
        "10.00 × 1 × 12 / 12 = 10.00; 10.00 − 10.50 = -0.50"
    )


def test_a_name_that_a_spreadsheet_would_calculate_is_disarmed() -> None:
    bad = line(customer=replace(SCHOOL, name='=HYPERLINK("x")'))
    assert b"'=HYPERLINK" in written(NEW_COMMERCE, bad)


@pytest.mark.parametrize("layout", [NEW_COMMERCE, LICENSE_BASED])
def test_a_file_that_says_other_sums_is_withheld(layout: Layout) -> None:
    lines = [line(), DOLLARS]
    sums = [replace(one, tax_minor=one.tax_minor + 1) for one in sums_by_kind(lines)]
    with pytest.raises(StatementWithheld, match="TWD 389,814"):
        write_layout(Statement(FILTER, PARTIES, lines, sums), layout, io.BytesIO())


def test_sums_by_kind_never_add_currencies_up() -> None:
    again = line(reason="repricing", sequence=2, quantity=0, net_minor=10, tax_minor=1)
    sums = sums_by_kind([DOLLARS, again, line()])
    assert [(one.currency, one.kind) for one in sums] == [
        ("TWD", ChargeKind.PRORATE),
        ("TWD", ChargeKind.REPRICING),
        ("USD", ChargeKind.PRORATE),
    ]
    assert [(one.currency, one.count, one.net_minor) for one in totals(sums)] == [
        ("TWD", 2, 371_260),
        ("USD", 1, 328_167),
    ]
    assert again.formula == ""


@pytest.mark.parametrize(
    ("reason", "charge_type", "kind"),
    [
        ("purchase", "new", ChargeKind.NEW),
        ("purchase", "renew", ChargeKind.RENEW),
        ("purchase", "addQuantity", ChargeKind.PRORATE),
        ("repricing", "new", ChargeKind.REPRICING),
        ("cancellation", "new", ChargeKind.CANCEL),
        ("handover", "new", ChargeKind.HANDOVER),
    ],
)
def test_each_charge_has_its_kind(reason: str, charge_type: str, kind: ChargeKind) -> None:
    assert kind_of(reason, charge_type) is kind
