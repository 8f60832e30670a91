"""Tables on paper: columns sized by what they hold, repeated headings, totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from reportlab.lib.colors import Color, black
from reportlab.platypus import Flowable
from reportlab.platypus import Table as PaperTable

from vlms.core.errors import BadInput
from vlms.core.money import Money
from vlms.core.text import _
from vlms.exports.fonts import BOLD, REGULAR, code_font, cut, printable, text_width, wrap
from vlms.exports.table import NUMERIC, Cell, Kind, Table, Tally, plain

ROW_LIMIT = 10_000
"""What anybody would print; a longer list belongs in a workbook."""
LINES_PER_ROW = 24
_SIZES = (8.5, 7.5, 6.5, 5.5)
_PAD = 3.0
# What exactly fits must not break because a sum was rounded.
_ROUNDING = 0.01
_NARROW, _WIDE = 45.0, 220.0
_RULE = Color(0.75, 0.75, 0.75)
_SHADE = Color(0.93, 0.93, 0.93)

Lines = list[list[str]]


@dataclass(frozen=True)
class SetTable:
    """A table read and written as text: its heading, rows and totals."""

    kinds: list[Kind]
    heading: list[str]
    rows: Lines
    totals: Lines

    def widths(self, size: float) -> list[tuple[float, float]]:
        """Least and natural width of each column in points at a font size."""
        return [self._width(place, size) for place in range(len(self.kinds))]

    def font(self, place: int) -> str:
        if self.kinds[place] is Kind.CODE:
            return code_font("".join(row[place] for row in self.rows))
        return REGULAR

    def _width(self, place: int, size: float) -> tuple[float, float]:
        words = max(self.heading[place].split() or [""], key=len)
        least = min(text_width(words, BOLD, size), 3 * _NARROW)
        font = self.font(place)
        texts = {line for row in self.rows for line in row[place].split("\n")}
        natural = max((text_width(text, font, size) for text in texts), default=0.0)
        sums = (text_width(row[place], BOLD, size) for row in self.totals)
        heading = min(text_width(self.heading[place], BOLD, size), 2 * _NARROW)
        natural = max(natural, least, heading, *sums) + 2 * _PAD
        if self.kinds[place] is Kind.TEXT:
            return min(max(least + 2 * _PAD, _NARROW), natural), natural
        return natural, natural


def set_table(table: Table[Any]) -> SetTable:
    """Read `table` for paper. Raises BadInput when it is too long, TotalsDiffer."""
    tally = Tally(table)
    rows: Lines = []
    for line in table.lines():
        if len(rows) == ROW_LIMIT:
            raise _too_long()
        tally.add(line)
        rows.append([_shown(cell) for cell in line])
    tally.check()
    totals = [_total(currency, line) for currency, line in tally.lines(len(table.columns))]
    heading = [printable(column.title) for column in table.columns]
    return SetTable([column.kind for column in table.columns], heading, rows, totals)


def is_wide(table: SetTable, width: float) -> bool:
    """Whether the natural widths at the largest size do not fit `width` points."""
    widths = table.widths(_SIZES[0])
    return sum(max(least, min(natural, _WIDE)) for least, natural in widths) > width


def paper_table(table: SetTable, width: float) -> Flowable:
    """The table as one flowable `width` points wide, its heading repeated on each page."""
    size, widths = _fit(table, width)
    leading = size * 1.25
    lines, heights = [], []
    for row, fonts in _set_rows(table):
        cells = [
            cut(wrap(text, font, size, room - 2 * _PAD + _ROUNDING), LINES_PER_ROW)
            for text, font, room in zip(row, fonts, widths, strict=True)
        ]
        lines.append(["\n".join(cell) for cell in cells])
        heights.append(max(map(len, cells)) * leading + 2 * _PAD)
    return PaperTable(
        lines,
        widths,
        heights,
        style=_style(table, size, len(lines)),
        repeatRows=1,
        hAlign="LEFT",
        spaceAfter=6,
    )


def _set_rows(table: SetTable) -> list[tuple[list[str], list[str]]]:
    """Each row with the fonts of its cells, the heading first and the totals last."""
    bold = [BOLD] * len(table.kinds)
    fonts = [table.font(place) for place in range(len(table.kinds))]
    rows = [(row, fonts) for row in table.rows]
    return [(table.heading, bold), *rows, *((row, bold) for row in table.totals)]


def _fit(table: SetTable, width: float) -> tuple[float, list[float]]:
    """The largest size at which only text is broken, and the columns' widths."""
    for size in _SIZES:
        widths = table.widths(size)
        if sum(least for least, _natural in widths) <= width:
            return size, _shared(widths, width)
    scale = width / sum(least for least, _natural in widths)
    return size, [least * scale for least, _natural in widths]


def _shared(widths: list[tuple[float, float]], width: float) -> list[float]:
    """Each column's least width and its share of the room that is left."""
    wanted = sum(natural - least for least, natural in widths)
    room = width - sum(least for least, _natural in widths)
    share = min(room / wanted, 1.0) if wanted else 0.0
    return [least + (natural - least) * share for least, natural in widths]


def _style(table: SetTable, size: float, height: int) -> list[Any]:
    style: list[Any] = [
        ("FONT", (0, 0), (-1, -1), REGULAR, size, size * 1.25),
        ("FONT", (0, 0), (-1, 0), BOLD, size, size * 1.25),
        ("BACKGROUND", (0, 0), (-1, 0), _SHADE),
        ("LINEBELOW", (0, 0), (-1, -1), 0.3, _RULE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), _PAD - 1),
        ("BOTTOMPADDING", (0, 0), (-1, -1), _PAD + 1),
        ("LEFTPADDING", (0, 0), (-1, -1), _PAD),
        ("RIGHTPADDING", (0, 0), (-1, -1), _PAD),
    ]
    for place, kind in enumerate(table.kinds):
        if kind in NUMERIC:
            style.append(("ALIGN", (place, 0), (place, -1), "RIGHT"))
        if kind is Kind.CODE:
            style.append(("FONTNAME", (place, 1), (place, -1), table.font(place)))
    if table.totals:
        first = height - len(table.totals)
        style.append(("FONTNAME", (0, first), (-1, -1), BOLD))
        style.append(("LINEABOVE", (0, first), (-1, first), 0.8, black))
    return style


def _shown(cell: Cell) -> str:
    if isinstance(cell, Money):
        return f"{cell.amount:,f}"
    if isinstance(cell, datetime):
        return f"{printable(cell.date())} {cell:%H:%M}"
    return printable(cell if type(cell) in (date, int) else plain(cell))


def _total(currency: str, line: Sequence[Cell]) -> list[str]:
    shown = [_shown(cell) for cell in line]
    empty = next((place for place, cell in enumerate(line) if cell is None), None)
    if empty is not None:
        label = _("Total %(currency)s", currency=currency) if currency else _("Total")
        shown[empty] = printable(label)
    return shown


def _too_long() -> BadInput:
    return BadInput(
        None,
        _("A PDF list holds at most %(limit)s rows.", limit=ROW_LIMIT),
        reason="too_many_rows",
        way_out=_("Narrow the list with a filter, or take it as Excel or CSV."),
    )
