"""Plants differences of known classes in a publisher's file of the new-commerce layout."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from vlms.reconciliation.rules.differences import DifferenceClass as Kind

Row = dict[str, str]
# How many of each; rows that say so are taken from the file one after the other.
PLANTED = {
    Kind.QUANTITY: 3,
    Kind.PRICE: 4,
    Kind.PRORATION: 3,
    Kind.TAX: 4,
    Kind.CURRENCY: 2,
    Kind.ROUNDING: 3,
    Kind.DUPLICATE: 3,
    Kind.MISSING_THERE: 4,
    Kind.MISSING_HERE: 4,
    Kind.WRONG_END_DATE: 3,
}
_CENT = Decimal("0.01")


def planted(file: bytes, also: list[Row], first: int = 10) -> bytes:
    """The file with the differences, every twentieth row from `first` on; `also` are added."""
    reader = csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline=""))
    titles, rows = list(reader.fieldnames or ()), list(reader)
    # In dollars, so that a cent can be planted, and prorated, so that days differ from months.
    fit = [row for row in rows if row["Currency"] == "USD" and row["ChargeType"] == "addQuantity"]
    waiting = iter(fit[first::20])
    changed: dict[int, list[Row]] = {}
    for kind, count in PLANTED.items():
        for _each in range(count):
            row = next(waiting)
            changed[id(row)] = _INSTEAD[kind](row)
    out = io.StringIO()
    writer = csv.DictWriter(out, titles)
    writer.writeheader()
    for row in rows:
        writer.writerows(changed.get(id(row), [row]))
    writer.writerows(also)
    return out.getvalue().encode("utf-8-sig")


def _quantity(row: Row) -> list[Row]:
    return [row | {"Quantity": str(int(row["Quantity"]) + 1)}]


def _price(row: Row) -> list[Row]:
    ours = Decimal(row["UnitPrice"])
    theirs = ours + 12
    return [_costing(row | {"UnitPrice": str(theirs)}, Decimal(row["Subtotal"]) * theirs / ours)]


def _by_days(row: Row) -> list[Row]:
    year = Decimal(row["UnitPrice"]) * int(row["Quantity"])
    return [_costing(row, year * _days(row) / 365)]


def _tax(row: Row) -> list[Row]:
    tax = Decimal(row["TaxTotal"]) + 7
    return [row | {"TaxTotal": str(tax), "Total": str(Decimal(row["Subtotal"]) + tax)}]


def _rounding(row: Row) -> list[Row]:
    return [_costing(row, Decimal(row["Subtotal"]) + _CENT)]


def _unknown(row: Row) -> list[Row]:
    number = f"O-2099-{row['OrderId'][-6:]}"
    return [row, row | {"OrderId": number, "SubscriptionId": f"{number}/1"}]


def _longer(row: Row) -> list[Row]:
    end = date.fromisoformat(row["ChargeEndDate"]) + timedelta(days=1)
    return [row | {"ChargeEndDate": end.isoformat()}]


def _days(row: Row) -> int:
    start, end = (date.fromisoformat(row[name]) for name in ("ChargeStartDate", "ChargeEndDate"))
    return (end - start).days + 1


def _costing(row: Row, net: Decimal) -> Row:
    """The row with another net amount; its tax stays."""
    rounded = net.quantize(_CENT, ROUND_HALF_UP)
    return row | {"Subtotal": str(rounded), "Total": str(rounded + Decimal(row["TaxTotal"]))}


# What stands in the file instead of a row.
_INSTEAD: dict[Kind, Callable[[Row], list[Row]]] = {
    Kind.QUANTITY: _quantity,
    Kind.PRICE: _price,
    Kind.PRORATION: _by_days,
    Kind.TAX: _tax,
    Kind.CURRENCY: lambda row: [row | {"Currency": "EUR"}],
    Kind.ROUNDING: _rounding,
    Kind.DUPLICATE: lambda row: [row, row | {"ChargeType": "new"}],
    Kind.MISSING_THERE: lambda row: [],
    Kind.MISSING_HERE: _unknown,
    Kind.WRONG_END_DATE: _longer,
}
