"""Lists that people upload are read as they stand; what is wrong is named by its place."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import MAC_EPOCH

from tests.unit.exports.uploads import inline, with_parts, with_sheet, with_strings, workbook
from vlms.core.errors import BadInput
from vlms.exports.parsing import parse
from vlms.exports.reading import read_rows
from vlms.exports.sheets import Limits, Row, Sheet, column_letters
from vlms.exports.wire import dump_sheet, load

LIMITS = Limits()


def read(body: bytes, filename: str = "list.xlsx", limits: Limits = LIMITS) -> Sheet:
    return parse(body, filename, limits)


def read_text(text: str, encoding: str = "utf-8") -> Sheet:
    return read(text.encode(encoding), "list.csv")


def places(sheet: Sheet) -> list[tuple[int | None, str | None]]:
    return [(problem.row, problem.cell) for problem in sheet.problems]


def test_a_workbook_is_read_with_its_types() -> None:
    body = workbook(
        [
            ["Name 姓名", "Count", "Day", "At", "Yes", "Code"],
            ["王小明", 7, date(2026, 6, 30), datetime(2026, 6, 30, 9, 5), True, "000123"],
            [],
            [None, 1.5, None, None, None, "1E5"],
        ]
    )
    sheet = read(body)
    assert sheet.headers == ("Name 姓名", "Count", "Day", "At", "Yes", "Code")
    assert sheet.rows == (
        Row(
            2,
            (
                "王小明",
                Decimal(7),
                date(2026, 6, 30),
                datetime(2026, 6, 30, 9, 5),
                "TRUE",
                "000123",
            ),
        ),
        Row(4, (None, Decimal("1.5"), None, None, None, "1E5")),
    )
    assert sheet.problems == ()
    assert [sheet.rows[0].text(place) for place in range(4)] == [
        "王小明",
        "7",
        "2026-06-30",
        "2026-06-30 09:05:00",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp950"])
def test_csv_is_read_in_every_encoding_that_excel_writes(encoding: str) -> None:
    sheet = read_text("Name,City\r\n王小明,臺北市\r\n", encoding)
    assert (sheet.headers, sheet.rows) == (("Name", "City"), (Row(2, ("王小明", "臺北市")),))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found_in_the_heading(separator: str) -> None:
    heading = separator.join(["Name", '"A,;\tB"', "C"])
    sheet = read_text(f"{heading}\n" + separator.join(["a", "b", "c"]))
    assert sheet.headers == ("Name", "A,;\tB", "C")
    assert sheet.rows[0].values == ("a", "b", "c")


def test_quoted_csv_fields_hold_separators_quotes_and_lines() -> None:
    sheet = read_text('Name,Note\n"O""Neil, Pat","two\nlines"\n')
    assert sheet.rows[0].values == ('O"Neil, Pat', "two\nlines")


def test_a_list_of_one_column_needs_no_separator() -> None:
    assert read_text("Code\nAAAA\nBBBB").rows == (Row(2, ("AAAA",)), Row(3, ("BBBB",)))


@pytest.mark.parametrize("line", ["a", "a,b,c"])
def test_a_row_with_too_few_or_too_many_values_is_named(line: str) -> None:
    assert places(read_text(f"Name,City\nx,y\n{line}\n")) == [(3, None)]


def test_a_heading_that_is_missing_or_double_is_named() -> None:
    assert places(read_text("A,,A\n1,2,3")) == [(1, "B1"), (1, "C1")]


def test_control_characters_are_named_by_cell() -> None:
    assert places(read_text("Name\na\x07b")) == [(2, "A2")]


def test_a_cell_that_is_too_long_is_named() -> None:
    assert places(read_text("Name\n" + "x" * 32_768)) == [(2, "A2")]
    assert places(read_text("Name\n" + "x" * 32_767)) == []


def _merge(book: Workbook) -> None:
    book.active.merge_cells("A2:B2")


def _hide_row(book: Workbook) -> None:
    book.active.row_dimensions[2].hidden = True


def _hide_column(book: Workbook) -> None:
    book.active.column_dimensions["B"].hidden = True


def _formula(book: Workbook) -> None:
    book.active["B2"] = "=1+1"


def _error(book: Workbook) -> None:
    book.active["B2"] = "#REF!"


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (_merge, (None, "A2:B2")),
        (_hide_row, (2, None)),
        (_hide_column, (None, "B")),
        (_formula, (2, "B2")),
        (_error, (2, "B2")),
    ],
)
def test_what_a_workbook_hides_or_calculates_is_named(change: Any, place: Any) -> None:
    rows = [["A", "B"], ["a", "b"], ["c", "d"]]
    assert read(workbook(rows)).problems == ()
    assert place in places(read(workbook(rows, change)))


@pytest.mark.parametrize(
    ("row", "before", "place"),
    [
        ('ht="0" customHeight="1"', "", (2, None)),
        ('hidden="true"', "", (2, None)),
        ("", '<sheetFormatPr zeroHeight="1"/>', (2, None)),
        ("", '<cols><col min="1" max="3" width="0"/></cols>', (None, "A")),
        ("", '<cols><col min="1" max="16384" hidden="1"/></cols>', (None, "A")),
    ],
)
def test_what_has_no_height_or_width_is_hidden(row: str, before: str, place: Any) -> None:
    rows = f'<row r="1">{inline("A1", "A")}</row><row r="2" {row}>{inline("A2", "b")}</row>'
    assert place in places(read(with_sheet(rows, before)))


@pytest.mark.parametrize("serial", ["-1", "0", "0.5", "1e999", "99999999"])
def test_a_date_that_excel_does_not_know_is_named(serial: str) -> None:
    body = workbook([["Day"], [date(2026, 1, 1)]])
    with ZipFile(io.BytesIO(body)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b"<v>46023</v>" in sheet
    changed = sheet.replace(b"<v>46023</v>", f"<v>{serial}</v>".encode())
    assert places(read(with_parts(body, {"xl/worksheets/sheet1.xml": changed}))) == [(2, "A2")]


def test_the_first_visible_sheet_is_read_and_the_others_are_named() -> None:
    def change(book: Workbook) -> None:
        book.active.sheet_state = "hidden"
        book.create_sheet("Shown").append(["B"])
        book.create_sheet("Third").append(["C"])

    sheet = read(workbook([["A"]], change))
    assert sheet.headers == ("B",)
    assert sheet.ignored_sheets == ("Sheet", "Third")


def test_empty_rows_far_below_do_not_count() -> None:
    rows = f'<row r="1">{inline("A1", "Name")}</row><row r="1048576"><c r="A1048576"/></row>'
    assert read(with_sheet(rows)).headers == ("Name",)


def test_shared_strings_with_runs_are_read_without_their_phonetic_guides() -> None:
    strings = (
        "<si><t>Name</t></si><si><r><t>王</t></r><r><rPr><b/></rPr><t>小明</t></r>"
        "<rPh><t>ㄨㄤˊ</t></rPh></si>"
    )
    cell = '<row r="{0}"><c r="A{0}" t="s"><v>{1}</v></c></row>'
    body = with_strings(with_sheet(cell.format(1, 0) + cell.format(2, 1)), strings)
    assert read(body).rows == (Row(2, ("王小明",)),)


def test_days_count_from_1904_when_the_workbook_says_so() -> None:
    def change(book: Workbook) -> None:
        book.epoch = MAC_EPOCH

    body = workbook([["Day"], [date(2026, 6, 30)]], change)
    assert read(body).rows[0].values == (date(2026, 6, 30),)


def test_a_style_of_ones_own_that_shows_a_day_makes_a_day() -> None:
    def change(book: Workbook) -> None:
        book.active["A2"].number_format = "[$-404]e/m/d"
        book.active["B2"].number_format = "0.00"

    sheet = read(workbook([["Day", "Sum"], [46023, 46023]], change))
    assert sheet.rows[0].values == (date(2026, 1, 1), Decimal(46023))


def test_formatted_empty_cells_far_to_the_right_do_not_count() -> None:
    rows = f'<row r="1">{inline("A1", "Name")}<c r="XFD1" s="0"/></row>'
    assert read(with_sheet(rows)).headers == ("Name",)


def test_cells_without_addresses_are_read_in_order() -> None:
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    rows = f"<row>{cell.format('A')}{cell.format('B')}</row><row>{cell.format('c')}</row>"
    sheet = read(with_sheet(rows))
    assert (sheet.headers, sheet.rows) == (("A", "B"), (Row(2, ("c", None)),))


def test_clickable_links_are_no_data_from_elsewhere() -> None:
    def change(book: Workbook) -> None:
        book.active["A2"].hyperlink = "mailto:a@example.org"

    assert read(workbook([["Mail"], ["a@example.org"]], change)).rows[0].values == (
        "a@example.org",
    )


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(rows=2), "too_many_rows"),
        (Limits(columns=1), "too_many_columns"),
        (Limits(body_bytes=10), "too_large"),
        (Limits(text_characters=5), "too_much_text"),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_beyond_a_limit_is_refused(limits: Limits, reason: str, ending: str) -> None:
    rows = [["A", "B"], ["aa", "bb"], ["cc", "dd"], ["ee", "ff"]]
    body = "\n".join(map(",".join, rows)).encode() if ending == "csv" else workbook(rows)
    assert len(read(body, f"list.{ending}").rows) == 3
    with pytest.raises(BadInput) as refused:
        read(body, f"list.{ending}", limits)
    assert refused.value.reason == reason


def test_a_sheet_with_problems_may_not_be_used() -> None:
    read_text("A\nb").require_sound()
    with pytest.raises(BadInput, match=r"Row 2 has 2 values.*There is 1 more problem"):
        read_text("A\nb,c\nd,e").require_sound()


def test_a_sheet_passes_the_wire_unchanged() -> None:
    body = workbook([["A", "B", "C"], ["王\n😀", 1.25, date(2026, 1, 1)], ["=x", 3, None]])
    for sheet in (read(body), read_text("A,A\n1,2,3\n")):
        assert load(dump_sheet(sheet)) == sheet


def test_a_file_is_read_in_a_process_of_its_own() -> None:
    body = workbook([["Name"], ["王小明"]])
    assert read_rows(io.BytesIO(body), "list.xlsx") == read(body)
    with pytest.raises(BadInput) as refused:
        read_rows(io.BytesIO(b"%PDF-1.7"), "list.xlsx")
    assert (refused.value.reason, refused.value.field) == ("wrong_kind", "file")


@pytest.mark.parametrize(
    ("place", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_columns_have_excels_letters(place: int, letters: str) -> None:
    assert column_letters(place) == letters
