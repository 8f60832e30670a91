"""Bad input of every sort: recognised, asked about, or told row by row."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest

from tests.support.files_of_others import (
    LEDGER,
    NEW_COMMERCE,
    as_csv,
    confirmed,
    delivered,
    examined,
    ledger_row,
    new_commerce_row,
    rows_read,
)
from vlms.core.errors import BadInput
from vlms.exports.days import DayOrder
from vlms.exports.text_files import delimiter_of, encoding_of
from vlms.reconciliation.rules.file_examination import Answers, Question
from vlms.reconciliation.rules.file_rows import FileRow
from vlms.reconciliation.rules.file_words import Layout, RowFate

HEADING = ("訂單編號", "品項", "數量", "未稅金額", "稅額", "含稅金額", "幣別")
CHINESE = [HEADING, ("O-1", "認證考試券", "2", "4800", "240", "5040", "TWD")]


def the_row(rows: list[FileRow], number: int) -> FileRow:
    return next(row for row in rows if row.number == number)


def said(row: FileRow) -> tuple[RowFate, str]:
    return row.fate, str(row.remark or "")


@pytest.mark.parametrize(
    ("written", "recognised"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp950", "cp950"),
        ("big5", "cp950"),
    ],
)
def test_every_encoding_of_a_chinese_ledger_is_recognised(written: str, recognised: str) -> None:
    body = as_csv(CHINESE, written)
    assert encoding_of(io.BytesIO(body)) == recognised
    row = the_row(rows_read(body), 2)
    assert (row.fate, row.values["product"], row.values["net_minor"]) == (
        RowFate.COUNTED,
        "認證考試券",
        4800,
    )


def test_western_letters_are_not_taken_for_chinese() -> None:
    body = as_csv(
        [("Order", "Customer", "Net", "Currency"), ("1", "Müller Amélie Ñoño", "5", "EUR")]
    )
    western = body.decode("utf-8-sig").encode("cp1252")
    assert encoding_of(io.BytesIO(western)) == "cp1252"
    assert the_row(rows_read(western), 2).values["customer"] == "Müller Amélie Ñoño"


def test_bytes_that_are_no_text_are_refused_with_a_way_out() -> None:
    with pytest.raises(BadInput, match="not readable as text") as refusal:
        delivered(b"Order,Net\n\x81\x8d\x00\x00\xff\xfe\x00\x01" * 9)
    assert "CSV UTF-8" in str(refusal.value)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_delimiter_is_recognised_also_under_a_title(delimiter: str) -> None:
    body = as_csv(
        [["Ledger, March 2026"], LEDGER, ledger_row(1), ledger_row(2)], delimiter=delimiter
    )
    assert delivered(body).table.delimiter == delimiter
    assert [row.fate for row in rows_read(body)][-2:] == [RowFate.COUNTED] * 2


def test_decimal_commas_do_not_look_like_delimiters() -> None:
    assert delimiter_of("a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n") == ";"


@pytest.mark.parametrize(
    ("net", "minor"),
    [
        ("4,800.00", 480_000),
        ("4800", 480_000),
        ("4 800.00", 480_000),
        ("4\u00a0800.00", 480_000),
        ("4'800.00", 480_000),
        ("US$4,800.00", 480_000),
        ("USD 4,800.00", 480_000),
        ("４，８００．００", 480_000),
        ("(4,800.00)", -480_000),
        ("-4,800.00", -480_000),
        ("4,800.00-", -480_000),
        ("\u22124,800.00", -480_000),
        ("-", 0),
    ],
)
def test_amounts_are_read_however_they_are_written(net: str, minor: int) -> None:
    row = the_row(rows_read(as_csv([LEDGER, ledger_row(1, net)])), 2)
    assert (row.fate, row.values["net_minor"]) == (RowFate.COUNTED, minor)


def test_decimal_commas_are_recognised_from_the_whole_file() -> None:
    rows = [ledger_row(1, "1.200"), ledger_row(2, "4.735,07"), ledger_row(3, "12,5")]
    body = as_csv([LEDGER, *rows], delimiter=";")
    assert examined(body).decimal == ","
    assert [row.values["net_minor"] for row in rows_read(body)[1:]] == [120_000, 473_507, 1_250]


def test_a_number_of_the_other_sort_is_not_guessed_at() -> None:
    rows = [ledger_row(n, "1,200.50") for n in (1, 2)] + [ledger_row(3, "1.200,50")]
    body = as_csv([LEDGER, *rows])
    assert Question.DECIMAL in examined(body).questions
    fate, remark = said(the_row(rows_read(body, Answers(decimal=".")), 4))
    assert fate is RowFate.UNREADABLE
    assert remark == (
        'Net amount: "1.200,50" cannot be used. '
        "In this file a number is written as 1,234.50 or 1234.50."
    )


def test_three_digits_behind_a_sign_are_asked_about_where_the_currency_has_three_decimals() -> None:
    row = ["O-1", "1", "MCP-30", "2", "4.800", "", "", "KWD", "2026-03-02"]
    body = as_csv([LEDGER, row], delimiter=";")
    assert Question.DECIMAL in examined(body).questions
    assert the_row(rows_read(body, Answers(decimal=".")), 2).values["net_minor"] == 4_800
    assert the_row(rows_read(body, Answers(decimal=",")), 2).values["net_minor"] == 4_800_000
    dollars = [*row[:7], "USD", row[8]]
    assert examined(as_csv([LEDGER, dollars], delimiter=";")).decimal == ","


@pytest.mark.parametrize(
    ("days", "order"),
    [
        (("13/04/2026", "03/04/2026"), DayOrder.DAY_FIRST),
        (("04/13/2026", "03/04/2026"), DayOrder.MONTH_FIRST),
        (("03.04.2026",), DayOrder.DAY_FIRST),
        (("03/03/2026",), DayOrder.DAY_FIRST),
        (("2026-04-03", "2026/4/3", "20260403", "115/4/3", "民國115年4月3日"), DayOrder.DAY_FIRST),
        (("03/04/2026",), None),
        (("13/04/2026", "04/13/2026"), None),
    ],
)
def test_the_order_of_days_is_found_out_or_asked(
    days: tuple[str, ...], order: DayOrder | None
) -> None:
    body = as_csv([LEDGER, *(ledger_row(n, day=day) for n, day in enumerate(days))])
    found = examined(body)
    assert found.day_order is order
    assert (Question.DAY_ORDER in found.questions) == (order is None)


def test_days_are_read_in_the_order_that_was_answered() -> None:
    body = as_csv([LEDGER, ledger_row(1, day="03/04/2026 0:00")])
    for order, day in (
        (DayOrder.DAY_FIRST, date(2026, 4, 3)),
        (DayOrder.MONTH_FIRST, date(2026, 3, 4)),
    ):
        row = the_row(rows_read(body, Answers(day_order=order)), 2)
        assert row.values["charge_start"] == day


def test_years_of_the_republic_are_read() -> None:
    body = as_csv([LEDGER, ledger_row(1, day="115/3/12"), ledger_row(2, day="民國115年3月12日")])
    assert {row.values["charge_start"] for row in rows_read(body)[1:]} == {date(2026, 3, 12)}


def test_a_day_that_does_not_exist_is_told() -> None:
    body = as_csv([LEDGER, ledger_row(1, day="2026-02-30")])
    assert said(the_row(rows_read(body), 2)) == (
        RowFate.UNREADABLE,
        'Charged from: "2026-02-30" cannot be used. '
        "In this file a day is written as 31/12/2026 or 2026-12-31.",
    )


def test_the_heading_may_stand_in_any_of_the_first_rows_and_come_again() -> None:
    titles = [["Northwind Licensing"], ["Period", "2026-03"]]
    body = as_csv([*titles, LEDGER, ledger_row(1), LEDGER, ledger_row(2)])
    assert examined(body).heading.row == 3
    fates = [row.fate for row in rows_read(body)]
    assert fates == [RowFate.HEADING] * 3 + [RowFate.COUNTED, RowFate.HEADING, RowFate.COUNTED]


def test_a_file_without_heading_is_refused() -> None:
    with pytest.raises(BadInput, match="No row of the file looks like a heading"):
        examined(as_csv([ledger_row(1), ledger_row(2)]))


@pytest.mark.parametrize(
    "total",
    [
        ["Total", "", "", "4", "9,600.00", "", "", "", ""],
        ["", "", "Grand total (USD):", "", "9,600.00", "", "", "", ""],
        ["合計", "", "", "4", "9,600.00", "", "", "USD", ""],
        ["", "", "", "", "9,600.00", "480.00", "10,080.00", "USD", ""],
    ],
)
def test_totals_rows_do_not_count(total: list[str]) -> None:
    rows = rows_read(as_csv([LEDGER, ledger_row(1), ledger_row(2), total]))
    assert [row.fate for row in rows[1:]] == [RowFate.COUNTED] * 2 + [RowFate.TOTAL]


def test_a_customer_or_product_called_total_is_a_line_and_another_sum_is_nobodys() -> None:
    named = ledger_row(1)
    named[2] = "Total"
    nobodys = ["", "", "", "", "77.00", "", "", "USD", ""]
    rows = rows_read(as_csv([LEDGER, named, nobodys]))
    assert said(rows[1])[0] is RowFate.COUNTED
    assert said(rows[2]) == (RowFate.UNREADABLE, "It names no order, line or invoice.")


@pytest.mark.parametrize(
    ("place", "cell", "remark"),
    [
        (3, "2.5", "Quantity is no whole number."),
        (4, "", "Net amount is missing."),
        (4, "12.345", 'Net amount: "12.345" has more decimals than the currency.'),
        (4, "abc", 'Net amount: "abc" cannot be used.'),
        (4, "9" * 30, "cannot be used."),
        (7, "", "Currency is missing."),
        (7, "QQQ", 'Currency: "QQQ" cannot be used.'),
        (0, "O" * 61, "Use at most 60 characters."),
        (2, "MCP\u202e30", "Remove the invisible characters."),
    ],
)
def test_a_cell_that_cannot_be_read_is_told_with_its_row(
    place: int, cell: str, remark: str
) -> None:
    row = ledger_row(1, "4,800.50")
    row[place] = cell
    if place == 4:
        row[5] = row[6] = ""
    found = the_row(rows_read(as_csv([LEDGER, ledger_row(9, "1.25"), row])), 3)
    assert found.fate is RowFate.UNREADABLE
    assert remark in str(found.remark)


def test_quotation_marks_that_do_not_match_refuse_the_file() -> None:
    body = as_csv([LEDGER, ledger_row(1)]) + b'"O-2,1,"MCP"x,2\n'
    with pytest.raises(BadInput, match="quotation marks do not match"):
        rows_read(body)


def test_a_published_layout_is_recognised_in_another_order_and_with_more_columns() -> None:
    titles = ["Note", *reversed(NEW_COMMERCE)]
    body = as_csv([titles, ["x", *reversed(new_commerce_row(1))]])
    found = examined(body)
    assert (found.heading.layout, found.questions) == (Layout.NEW_COMMERCE, ())
    assert the_row(rows_read(body), 2).values["order_number"] == "O-2026-00001"


def test_a_published_layout_that_lacks_a_column_is_asked_about() -> None:
    place = NEW_COMMERCE.index("TaxTotal")
    rows = [NEW_COMMERCE, new_commerce_row(1)]
    found = examined(as_csv([[v for n, v in enumerate(row) if n != place] for row in rows]))
    assert (found.heading.layout, found.questions) == (Layout.MAPPED, (Question.COLUMNS,))


def test_unit_prices_keep_four_decimals() -> None:
    heading = ["Order", "Unit price", "Net amount", "Currency"]
    row = the_row(rows_read(as_csv([heading, ["O-1", "82.041667", "82.04", "USD"]])), 2)
    assert row.values["unit_price"] == Decimal("82.0417")


def test_columns_that_were_confirmed_leave_nothing_to_ask() -> None:
    body = as_csv([LEDGER, ledger_row(1)])
    assert examined(body).questions == (Question.COLUMNS,)
    assert examined(body, confirmed(body)).questions == ()
