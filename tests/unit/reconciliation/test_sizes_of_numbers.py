"""Numbers that are larger than any amount are refused, whatever kind of file they stand in."""

from __future__ import annotations

from decimal import Decimal

import pytest

from vlms.exports.days import DayOrder
from vlms.exports.mapping import FromColumn
from vlms.exports.sheets import RawRow, Value
from vlms.reconciliation.rules.file_rows import FileRow, RowReader, WayOfReading
from vlms.reconciliation.rules.file_words import FileSource, RowFate

NAMES = ("order_number", "quantity", "unit_price", "currency", "net", "gross")
LARGEST = 2**63 - 1


def read(quantity: Value, unit_price: Value, net: Value, gross: Value = None) -> FileRow:
    places = {name: FromColumn(place) for place, name in enumerate(NAMES)}
    way = WayOfReading(FileSource.PUBLISHER, 1, NAMES, places, DayOrder.DAY_FIRST, ".")
    return RowReader(way).read(RawRow(2, ("O-1", quantity, unit_price, "KWD", net, gross)))


@pytest.mark.parametrize("huge", [Decimal("1E+30"), Decimal("1E+308"), "9" * 13, "9" * 30, "1e30"])
def test_a_row_with_a_number_that_is_too_large_does_not_count(huge: Value) -> None:
    for row in (read(huge, "1", "1"), read("1", huge, "1"), read("1", "1", huge)):
        assert row.fate is RowFate.UNREADABLE
        assert row.remark is not None


@pytest.mark.parametrize("largest", ["9" * 12, Decimal("9" * 12), "-" + "9" * 12])
def test_the_largest_number_fits_into_a_column(largest: Value) -> None:
    row = read("1", largest, largest, "1")
    assert row.fate is RowFate.COUNTED
    stored = [row.values["net_minor"], row.values["tax_minor"], row.values["unit_price"] * 10**4]
    assert all(abs(each) <= LARGEST for each in stored)
