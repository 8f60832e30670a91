"""CSV files open in a spreadsheet with the right characters and nothing to calculate."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.exports.tables import column, names_table, table
from vlms.core.money import Money
from vlms.exports.csv import disarmed, write_csv
from vlms.exports.table import Kind, Table, Total, TotalsDiffer

TRIGGERS = "=+-@\t\r\n＝＋－＠"


def text(made: Table[Any]) -> str:
    out = io.BytesIO()
    write_csv(made, out)
    assert out.getvalue().startswith(b"\xef\xbb\xbf")
    return out.getvalue().decode("utf-8-sig")


def lines(made: Table[Any]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text(made), newline=""), strict=True))


def test_every_field_is_quoted_and_reads_back() -> None:
    columns = [
        column("Name", 0),
        column("Amount", 1, Kind.MONEY),
        column("Unit price", 2, Kind.UNIT_PRICE),
    ]
    made = table(columns, [('O"Neil, 王\n小明', Money(-500, "USD"), Decimal("12.3400"))])
    assert text(made).startswith('"Name","Amount","Unit price"\r\n"O""Neil, 王')
    assert lines(made)[1] == ['O"Neil, 王\n小明', "-5.00", "12.3400"]


@pytest.mark.parametrize("trigger", TRIGGERS)
def test_text_that_a_spreadsheet_would_calculate_is_disarmed(trigger: str) -> None:
    assert disarmed(f"{trigger}1+1")[0] == "'"
    assert disarmed(f" {trigger}1+1")[0] == "'"


@pytest.mark.parametrize("plain", ["", "a=b", "王小明", "O'Neil", "1-2", "a@b.org"])
def test_other_text_is_left_alone(plain: str) -> None:
    assert disarmed(plain) == plain


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(st.characters(), max_size=20), min_size=1, max_size=20))
def test_no_field_begins_as_a_formula(names: list[str]) -> None:
    fields = [line[0] for line in lines(names_table(names))]
    assert len(fields) == len(names) + 1
    assert not [field for field in fields if field[:1] in set(TRIGGERS)]


def test_totals_are_checked_but_not_written() -> None:
    amount = column("Sum", 0, Kind.MONEY)
    rows = [(Money(5, "TWD"),)]
    assert lines(table([amount], rows, totals=[Total(amount)])) == [["Sum"], ["5"]]
    with pytest.raises(TotalsDiffer):
        text(table([amount], rows, totals=[Total(amount, (Money(6, "TWD"),))]))


def test_the_file_stays_open_for_its_owner() -> None:
    out = io.BytesIO()
    write_csv(names_table(["a"]), out)
    assert not out.closed
