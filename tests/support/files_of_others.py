"""Files that resellers and publishers send, made from nothing; and taking them in."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from datetime import date, timedelta

from vlms.core.work import Work
from vlms.exports.raw_rows import open_raw
from vlms.exports.sheets import Limits
from vlms.reconciliation.models.files import ReconciliationFile
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.rules.file_examination import Answers, Examination, examine
from vlms.reconciliation.rules.file_rows import FileRow, RowReader
from vlms.reconciliation.service.taking import Delivered, take_file

NEW_COMMERCE = (
    "PartnerId,CustomerId,CustomerName,CustomerDomainName,CustomerCountry,InvoiceNumber,MpnId,"
    "ResellerMpnId,OrderId,OrderDate,ProductId,SkuId,AvailabilityId,SkuName,ProductName,ChargeType,"
    "UnitPrice,Quantity,Subtotal,TaxTotal,Total,Currency,PriceAdjustmentDescription,PublisherName,"
    "PublisherId,SubscriptionDescription,SubscriptionId,ChargeStartDate,ChargeEndDate,"
    "TermAndBillingCycle,EffectiveUnitPrice,UnitType,AlternateId,BillableQuantity,BillingFrequency,"
    "PricingCurrency,PCToBCExchangeRate,PCToBCExchangeRateDate,MeterDescription,"
    "ReservationOrderId,CreditReasonCode,SubscriptionStartDate,SubscriptionEndDate,ReferenceId,"
    "ProductQualifiers,PromotionId"
).split(",")
LICENSE_BASED = (
    "PartnerId,CustomerId,CustomerName,MpnId,ResellerMpnId,OrderId,SubscriptionId,"
    "SyndicationPartnerSubscriptionNumber,OfferId,DurableOfferId,OfferName,SubscriptionStartDate,"
    "SubscriptionEndDate,ChargeStartDate,ChargeEndDate,ChargeType,UnitPrice,Quantity,Amount,"
    "TotalOtherDiscount,Subtotal,Tax,TotalForCustomer,Currency,DomainName,SubscriptionName,"
    "SubscriptionDescription,BillingCycleType"
).split(",")
LEDGER = ("Order", "Line", "Product", "Quantity", "Net amount", "Tax", "Total", "Currency", "From")
FIRST_DAY = date(2026, 3, 2)


def new_commerce_row(number: int, quantity: int = 5) -> list[str]:
    """A purchase of packs in March, prorated to ten months."""
    told = _told(number, quantity)
    day, end = told.pop("day"), told.pop("end")
    told |= {
        "InvoiceNumber": "G000012345",
        "OrderDate": f"{day}T00:00:00Z",
        "ProductId": "MCP-30",
        "ChargeType": "addQuantity",
        "TaxTotal": told.pop("tax"),
        "Total": told.pop("gross"),
        "ChargeStartDate": day,
        "ChargeEndDate": end,
    }
    return [told.get(title, "") for title in NEW_COMMERCE]


def license_based_row(number: int, quantity: int = 5) -> list[str]:
    """The same purchase as the other layout says it."""
    told = _told(number, quantity)
    start, end = date.fromisoformat(told.pop("day")), date.fromisoformat(told.pop("end"))
    told |= {
        "OfferId": "OF-MCP-30",
        "ChargeType": "Prorate fees when purchase",
        "Tax": told.pop("tax"),
        "TotalForCustomer": told.pop("gross"),
        "ChargeStartDate": f"{start.month}/{start.day}/{start.year} 0:00",
        "ChargeEndDate": f"{end.month}/{end.day}/{end.year} 23:59",
    }
    return [told.get(title, "") for title in LICENSE_BASED]


def _told(number: int, quantity: int) -> dict[str, str]:
    net = 67_500 * quantity
    tax = -(-net * 5 // 100)
    day = FIRST_DAY + timedelta(days=number % 28)
    return {
        "CustomerName": "示範大學",
        "OrderId": f"O-2026-{number:05}",
        "SubscriptionId": f"S-{number:05}",
        "UnitPrice": "81000",
        "Quantity": str(quantity),
        "Subtotal": str(net),
        "Currency": "TWD",
        "tax": str(tax),
        "gross": str(net + tax),
        "day": day.isoformat(),
        "end": "2026-12-31",
    }


def ledger_row(number: int, net: str = "4,800.00", day: str = "2026-03-13") -> list[str]:
    """A line of a reseller's own ledger, with tax of 5 % only where the net is the usual one."""
    tax, gross = ("240.00", "5,040.00") if net == "4,800.00" else ("", "")
    return [f"O-{number}", "1", "MCP-30", "2", net, tax, gross, "USD", day]


def as_csv(
    rows: Sequence[Sequence[str]], encoding: str = "utf-8-sig", delimiter: str = ","
) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def delivered(body: bytes, filename: str = "march.csv") -> Delivered:
    """A file as it came, read in this process."""
    table = open_raw(io.BytesIO(body), filename, Limits(), None)
    return Delivered(filename, hashlib.sha256(body).hexdigest(), table)


def take(
    work: Work,
    period: Period,
    body: bytes,
    filename: str = "march.csv",
    said: Answers | None = None,
) -> ReconciliationFile:
    return take_file(work, period, delivered(body, filename), said)


def confirmed(body: bytes, said: Answers | None = None) -> Answers:
    """What a person says who takes the columns as they were guessed."""
    said = said or Answers()
    columns = examine(delivered(body).table, {}, said).columns
    return Answers(columns, said.day_order, said.decimal)


def examined(body: bytes, said: Answers | None = None, filename: str = "a.csv") -> Examination:
    return examine(delivered(body, filename).table, {}, said or Answers())


def rows_read(body: bytes, said: Answers | None = None, filename: str = "a.csv") -> list[FileRow]:
    """The rows of a file whose columns are taken as guessed, with no database."""
    table = delivered(body, filename).table
    guessed = examine(table, {}, said or Answers())
    way = examine(table, {}, Answers(guessed.columns, guessed.day_order, guessed.decimal)).way()
    reader = RowReader(way)
    return [reader.read(row) for row in table.rows()]
