"""Workbooks say what the rows say, and nothing in them calculates but the totals."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet._writer import ALL_TEMP_FILES

from tests.unit.exports.tables import MADE_AT, column, names_table, table
from vlms.core.money import Money
from vlms.exports.table import Column, Kind, Table, Total, TotalsDiffer
from vlms.exports.xlsx import write_xlsx

PAYLOADS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "#REF!",
    "#N/A",
    "=",
    "{=1}",
]


def written(made: Table[Any], **options: Any) -> bytes:
    out = io.BytesIO()
    write_xlsx(made, out, **options)
    return out.getvalue()


def opened(made: Table[Any]) -> Any:
    return load_workbook(io.BytesIO(written(made)))


def values(made: Table[Any]) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in opened(made).worksheets[0].iter_rows()]


def test_every_kind_is_a_typed_cell_that_reads_back() -> None:
    columns = [
        column("Text", 0),
        column("Code", 1, Kind.CODE),
        column("Count", 2, Kind.INTEGER),
        column("Amount", 3, Kind.MONEY),
        column("Unit price", 4, Kind.UNIT_PRICE),
        column("Day", 5, Kind.DATE),
        column("At", 6, Kind.INSTANT, zone="Asia/Taipei"),
    ]
    row = (
        "王小明",
        "000123",
        7,
        Money(120_05, "USD"),
        Decimal("12.3456"),
        date(2026, 6, 30),
        datetime(2026, 6, 30, 16, 0, tzinfo=UTC),
    )
    sheet = opened(table(columns, [row])).worksheets[0]
    cells = list(sheet[2])
    assert [cell.value for cell in cells] == [
        "王小明",
        "000123",
        7,
        120.05,
        12.3456,
        datetime(2026, 6, 30),
        datetime(2026, 7, 1, 0, 0),
    ]
    assert [cell.number_format for cell in cells[1:5]] == ["@", "0", "#,##0.00", "#,##0.00##"]
    assert sheet["G1"].value == "At (Taipei time)"


@pytest.mark.parametrize(
    ("currency", "style"), [("TWD", "#,##0"), ("USD", "#,##0.00"), ("KWD", "#,##0.000")]
)
def test_money_has_the_decimals_of_its_currency(currency: str, style: str) -> None:
    sheet = opened(table([column("Amount", 0, Kind.MONEY)], [(Money(5, currency),)])).worksheets[0]
    assert sheet["A2"].number_format == style


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.CODE])
def test_text_that_looks_like_a_formula_stays_text(payload: str, kind: Kind) -> None:
    made = Table(payload, [Column(payload, lambda row: row, kind)], [payload], MADE_AT)
    for sheet in opened(made):
        for row in sheet.iter_rows():
            assert {cell.data_type for cell in row} <= {"s", "n"}
    assert values(made)[1][0].strip() == payload.strip()


def test_the_bare_library_makes_a_formula_of_such_text() -> None:
    book = Workbook()
    book.active.append([PAYLOADS[0]])
    assert book.active["A1"].data_type == "f"


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(st.characters(), max_size=30), min_size=1, max_size=20))
def test_no_text_breaks_a_workbook_or_calculates(names: list[str]) -> None:
    sheet = opened(names_table(names)).worksheets[0]
    cells = [row[0] for row in sheet.iter_rows(min_row=2, max_row=len(names) + 1)]
    assert all(cell.data_type in ("s", "n") for cell in cells)
    assert all(cell.value is None or isinstance(cell.value, str) for cell in cells)


def test_control_characters_become_a_visible_mark() -> None:
    assert values(names_table(["a\x00b\x1bc\ud800"]))[1] == ["a\ufffdb\ufffdc\ufffd"]


@pytest.mark.parametrize("letter", ["x", "中", "😀"])
def test_a_text_longer_than_a_cell_ends_with_a_mark(letter: str) -> None:
    shown = values(names_table([letter * 40_000]))[1][0]
    assert shown.endswith("…")
    assert 32_765 <= len(shown.encode("utf-16-le")) // 2 <= 32_767


def test_a_text_as_long_as_a_cell_is_whole() -> None:
    assert values(names_table(["x" * 32_767]))[1] == ["x" * 32_767]


def test_totals_are_formulas_over_all_rows_and_their_sum_is_on_the_definitions() -> None:
    columns = [column("Name", 0), column("Count", 1, Kind.INTEGER), column("Sum", 2, Kind.MONEY)]
    rows = [("a", n, Money(n * 10, "TWD")) for n in range(1, 4)]
    made = table(columns, rows, totals=[Total(columns[1]), Total(columns[2])])
    book = opened(made)
    assert [cell.value for cell in book.worksheets[0][5]] == [
        "Total TWD",
        "=SUM(B2:B4)",
        "=SUM(C2:C4)",
    ]
    assert book.worksheets[0].auto_filter.ref == "A1:C4"
    stored = {row[0].value: row[1].value for row in book["Definitions"].iter_rows()}
    assert (stored["Total: Count"], stored["Total TWD: Sum"]) == (6, 60)


def test_currencies_are_added_up_apart_and_without_formulas() -> None:
    columns = [column("Name", 0), column("Sum", 1, Kind.MONEY)]
    rows = [("a", Money(5, "TWD")), ("b", Money(500, "USD")), ("c", Money(7, "TWD"))]
    made = table(columns, rows, totals=[Total(columns[1])])
    assert values(made)[4:] == [["Total TWD", 12], ["Total USD", 5]]


def test_a_promised_total_that_the_rows_do_not_give_stops_the_file() -> None:
    amount = column("Sum", 0, Kind.MONEY)
    rows = [(Money(5, "TWD"),)]
    written(table([amount], rows, totals=[Total(amount, (Money(5, "TWD"),))]))
    with pytest.raises(TotalsDiffer, match="TWD 5, not TWD 6"):
        written(table([amount], rows, totals=[Total(amount, (Money(6, "TWD"),))]))


def test_a_list_that_fails_half_way_leaves_no_temporary_file() -> None:
    with pytest.raises(ZeroDivisionError):
        written(table([Column("X", lambda row: 1 // row, Kind.INTEGER)], [*[1] * 300, 0]))
    assert ALL_TEMP_FILES == []


def test_an_empty_table_has_its_heading_and_no_total() -> None:
    amount = column("Sum", 0, Kind.MONEY)
    assert values(table([amount], [], totals=[Total(amount)])) == [["Sum"]]


def test_the_same_table_gives_the_same_bytes() -> None:
    assert written(names_table(["王"])) == written(names_table(["王"]))


def test_the_heading_stays_in_view_and_on_each_printed_page() -> None:
    sheet = opened(names_table(["a"])).worksheets[0]
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")
    assert sheet["A1"].font.bold


def test_wide_characters_make_a_wider_column() -> None:
    def width(name: str) -> float:
        sheet = opened(names_table([name])).worksheets[0]
        return float(sheet.column_dimensions["A"].width)

    assert width("臺" * 20) == width("x" * 40) > width("x" * 20)


def test_a_number_that_excel_would_round_is_text() -> None:
    count = column("Count", 0, Kind.INTEGER)
    assert values(table([count], [(12345678901234567,)]))[1] == ["12345678901234567"]


def test_a_title_that_no_sheet_may_have_is_made_one() -> None:
    made = Table("'Orders: 1/2 [x]*?" + "長" * 40, [column("A", 0)], [], MADE_AT)
    assert len(opened(made).sheetnames[0]) <= 31


def test_definitions_can_be_left_out() -> None:
    book = load_workbook(io.BytesIO(written(names_table(["a"]), definitions=False)))
    assert len(book.sheetnames) == 1
