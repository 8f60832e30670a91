"""Tables as Excel workbooks, written row by row.

Data is never a formula: text is written as text whatever it begins with. The only
formulas are the totals a table declares. The same table gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as BookCell
from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, Protection
from openpyxl.utils import get_column_letter

from vlms.core.errors import BadInput
from vlms.core.money import Money, minor_digits
from vlms.core.text import Text, _
from vlms.exports.archive import discard, save
from vlms.exports.characters import cut_for_cell, display_width, without_controls
from vlms.exports.table import NUMERIC, Cell, Column, Kind, Table, Tally, plain

Sheet = Any
"""A write-only sheet; openpyxl's types leave out most of what it has."""

ROW_LIMIT = 1_048_576
"""Rows of one Excel sheet, the heading and the totals among them."""
_SAMPLE = 200
_NARROWEST, _WIDEST = 6, 60
_EXACT_DIGITS = 15
_BOLD = Font(bold=True)
_UNLOCKED = Protection(locked=False)
_FORMATS = {
    Kind.CODE: "@",
    Kind.INTEGER: "0",
    Kind.UNIT_PRICE: "#,##0.00##",
    Kind.DATE: "yyyy-mm-dd",
    Kind.INSTANT: "yyyy-mm-dd hh:mm:ss",
}
# Days begin where their heading does; figures end before the next column begins.
_LEFT, _RIGHT = Alignment(horizontal="left"), Alignment(horizontal="right", indent=1)
_FIGURES = NUMERIC - {Kind.FIGURE}
_PLACES = dict.fromkeys((_FORMATS[k] for k in (Kind.CODE, Kind.DATE, Kind.INSTANT)), _LEFT)
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")


def write_xlsx(table: Table[Any], out: BinaryIO, *, definitions: bool = True) -> None:
    """Write `table` as a workbook to `out`, with a second sheet of definitions.

    Raises BadInput when a sheet cannot hold the rows, TotalsDiffer (see `Total`).
    """
    write_book([table], out, definitions=definitions)


def write_book(tables: Sequence[Table[Any]], out: BinaryIO, *, definitions: bool = True) -> None:
    """Write each table on a sheet of its own, in one workbook; raises as `write_xlsx` does."""
    book = Workbook(write_only=True)
    tallies = [(table, Tally(table)) for table in tables]
    try:
        for table, tally in tallies:
            _write_rows(book, table, tally)
            tally.check()
        if definitions:
            _write_definitions(book, tallies)
    except BaseException:
        discard(book)
        raise
    save(book, out, tables[0].made_at)


class _Pen:
    """Makes the cells of one sheet.

    A styled cell is used again for each row, since the writer is done with it at once.
    """

    def __init__(self, sheet: Sheet, columns: Sequence[Column[Any]]) -> None:
        self._sheet = sheet
        self._kinds = [column.kind for column in columns]
        self._open = [place for place, column in enumerate(columns) if column.is_open]
        self._cells: dict[tuple[int, str], BookCell] = {}

    def row(self, line: Sequence[Cell]) -> list[Any]:
        cells = [self.cell(place, value) for place, value in enumerate(line)]
        for place in self._open:
            cells[place] = self._unlocked(line[place])
        return cells

    def _unlocked(self, value: Cell) -> BookCell:
        """A cell that can be filled in while its sheet is protected; text for ever."""
        cell = self.text("" if value is None else plain(value))
        cell.protection = _UNLOCKED
        return cell

    def cell(self, place: int, value: Cell) -> object:
        match value:
            case None | "":
                return None
            case str():
                return self._text(place, value)
            case Money():
                return self._number(place, value.amount, money_format(value.currency))
            case date():
                return self._day(place, value)
            case _:
                return self._number(place, value, _FORMATS[self._kinds[place]])

    def text(self, text: object, style: Font | None = None) -> BookCell:
        """A cell that is text for ever, also when it looks like a formula or an error."""
        cell: BookCell = WriteOnlyCell(self._sheet, cut_for_cell(without_controls(str(text))))
        cell.data_type = "s"
        if style:
            cell.font = style
            cell.alignment = Alignment(vertical="top", wrap_text=True)
        return cell

    def heading(self, column: Column[Any]) -> BookCell:
        """A column's heading, on the side on which its cells stand."""
        cell = self.text(column.title, _BOLD)
        if column.kind in _FIGURES:
            cell.alignment = Alignment(horizontal="right", vertical="top", wrap_text=True, indent=1)
        return cell

    def _text(self, place: int, text: str) -> object:
        text = cut_for_cell(text)
        if self._kinds[place] is not Kind.CODE:
            # Only these two beginnings make openpyxl see more than text.
            return text if text[:1] not in ("=", "#") else self.text(text)
        cell = self._styled(place, _FORMATS[Kind.CODE])
        cell.value = text
        cell.data_type = "s"
        return cell

    def _day(self, place: int, day: date) -> object:
        if day.year < 1900:  # Excel's calendar begins there.
            return plain(day)
        kind = Kind.INSTANT if isinstance(day, datetime) else Kind.DATE
        return self._valued(place, day, _FORMATS[kind])

    def _number(self, place: int, number: int | Decimal, style: str) -> object:
        # Excel keeps 15 digits and makes the rest zeros.
        if len(Decimal(number).as_tuple().digits) > _EXACT_DIGITS:
            return self.text(f"{number:f}" if isinstance(number, Decimal) else number)
        return self._valued(place, number, style)

    def _valued(self, place: int, value: int | Decimal | date, style: str) -> BookCell:
        cell = self._styled(place, style)
        cell.value = value
        return cell

    def _styled(self, place: int, style: str) -> BookCell:
        found = self._cells.get((place, style))
        if found is None:
            found = self._cells[place, style] = WriteOnlyCell(self._sheet)
            found.number_format = style
            found.alignment = _PLACES.get(style, _RIGHT)
        return found


def money_format(currency: str) -> str:
    """Excel's number format with the currency's decimals: USD #,##0.00, TWD #,##0."""
    digits = minor_digits(currency)
    return "#,##0" + ("." + "0" * digits if digits else "")


def _write_rows(book: Workbook, table: Table[Any], tally: Tally) -> None:
    sheet = _sheet(book, str(table.title))
    lines = table.lines()
    sample = list(islice(lines, _SAMPLE))
    _set_widths(sheet, _widths(table.columns, sample))
    _set_paper(sheet, table)
    sheet.protection.sheet = any(column.is_open for column in table.columns)
    pen = _Pen(sheet, table.columns)
    sheet.append([pen.heading(column) for column in table.columns])
    count = 0
    for line in chain(sample, lines):
        count += 1
        _refuse_too_many(count)
        tally.add(line)
        sheet.append(pen.row(line))
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(table.columns))}{count + 1}"
    # Cells of their own: those of the rows share a style, which would turn bold with them.
    for row in _totals(_Pen(sheet, table.columns), table, tally, count):
        sheet.append(row)


def _sheet(book: Workbook, title: str) -> Sheet:
    name = _NOT_IN_NAMES.sub(" ", without_controls(title)).replace("\n", " ")
    sheet: Sheet = book.create_sheet(name.strip(" '")[:31].strip() or "Sheet")
    return sheet


def _refuse_too_many(count: int) -> None:
    if count > ROW_LIMIT - 100:  # room for the heading and the totals
        raise BadInput(
            None,
            _("An Excel sheet holds at most %(limit)s rows.", limit=ROW_LIMIT - 100),
            reason="too_many_rows",
            way_out=_("Narrow the list with a filter, or take it as CSV."),
        )


def _widths(columns: Sequence[Column[Any]], sample: list[list[Cell]]) -> list[int]:
    widths = []
    for place, column in enumerate(columns):
        shown = (display_width(plain(line[place])) for line in sample)
        widest = max(chain([display_width(column.title) + 3], shown))
        # Thousands' separators and signs of the totals need room too.
        extra = 6 if column.kind in NUMERIC else 2
        widths.append(min(max(widest + extra, _NARROWEST), _WIDEST))
    return widths


def _set_widths(sheet: Sheet, widths: Iterable[int]) -> None:
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def _set_paper(sheet: Sheet, table: Table[Any]) -> None:
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    # An ampersand begins a command in Excel's headers and footers.
    header = " · ".join(str(part) for part in (table.title, *table.about, *table.marks))
    sheet.oddHeader.left.text = without_controls(header).replace("&", "&&")[:200]
    sheet.oddFooter.right.text = "&P / &N"


def _totals(
    pen: _Pen, table: Table[Any], tally: Tally, count: int
) -> Iterator[list[BookCell | None]]:
    width = len(table.columns)
    for currency, line in tally.lines(width):
        row: list[Any] = pen.row(line)
        for place, amount in enumerate(line):
            if amount is not None and tally.is_single and tally.is_sum(place):
                row[place].value = total_formula(place, count)
            if amount is not None:
                row[place].font = _BOLD
        label = next((i for i, cell in enumerate(line) if cell is None), None)
        if label is not None:
            row[label] = pen.text(_total_label(currency), _BOLD)
        yield row


def total_formula(place: int, count: int) -> str:
    """The one formula there is: the sum of a column's `count` rows below the heading."""
    letter = get_column_letter(place + 1)
    return f"=SUM({letter}2:{letter}{count + 1})"


def _total_label(currency: str) -> Text:
    if currency:
        return _("Total %(currency)s", currency=currency)
    return _("Total")


def _write_definitions(book: Workbook, tallies: Sequence[tuple[Table[Any], Tally]]) -> None:
    """One sheet for all: what several tables say alike stands there once."""
    sheet = _sheet(book, str(_("Definitions")))
    _set_widths(sheet, (36, 80))
    said: set[tuple[str, str]] = set()
    for table, tally in tallies:
        pen = _Pen(sheet, table.columns)
        for name, meaning in _facts(table):
            if (str(name), str(meaning)) not in said:
                said.add((str(name), str(meaning)))
                sheet.append([pen.text(name, _BOLD), pen.text(meaning, Font())])
        _write_sums(sheet, pen, table, tally)


def _facts(table: Table[Any]) -> list[tuple[object, object]]:
    return [
        (_("List"), table.title),
        (_("Made at"), table.made_at.strftime("%Y-%m-%d %H:%M:%S %Z")),
        *((_("Note"), note) for note in (*table.about, *table.marks, *table.notes)),
        *((column.title, column.meaning) for column in table.columns if column.meaning),
    ]


def _write_sums(sheet: Sheet, pen: _Pen, table: Table[Any], tally: Tally) -> None:
    for _currency, line in tally.lines(len(table.columns)):
        for place, amount in enumerate(line):
            if amount is not None and tally.is_sum(place):
                currency = amount.currency if isinstance(amount, Money) else ""
                title = f"{_total_label(currency)}: {table.columns[place].title}"
                sheet.append([pen.text(title, _BOLD), pen.cell(place, amount)])
