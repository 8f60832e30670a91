"""In a workbook no column touches the next: days stand left, figures keep off the right edge."""

from __future__ import annotations

import io
from datetime import date, datetime

from openpyxl import load_workbook

from tests.unit.exports.tables import TAIPEI, column, table
from vlms.core.money import Money
from vlms.exports.table import Kind, Total
from vlms.exports.xlsx import write_xlsx


def test_days_stand_below_their_heading_and_figures_before_the_next_column() -> None:
    columns = [
        column("Last day", 0, Kind.DATE),
        column("Made", 1, Kind.INSTANT, zone="Asia/Taipei"),
        column("Zone", 2),
        column("Count", 3, Kind.INTEGER),
        column("Sum", 4, Kind.MONEY),
        column("Note", 2),
    ]
    made = datetime(2026, 3, 1, 9, tzinfo=TAIPEI)
    row = (date(2026, 6, 30), made, "Asia/Taipei", 27, Money(100, "TWD"))
    out = io.BytesIO()
    write_xlsx(table(columns, [row], totals=[Total(columns[3])]), out)
    sheet = load_workbook(out).worksheets[0]
    sides = [[(c.alignment.horizontal, c.alignment.indent) for c in line] for line in sheet.rows]
    heading, first, total = sides
    assert first[0] == first[1] == ("left", 0)
    assert first[3] == first[4] == heading[3] == heading[4] == total[3] == ("right", 1)
    assert heading[0] == heading[2] == (None, 0)
