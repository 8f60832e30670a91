"""Charts as values: what a table shows and a drawing repeats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from vlms.core.text import Text
from vlms.web.locales import show_number


@dataclass(frozen=True)
class Cell:
    """A figure as it is drawn, and as it reads; None: nothing is drawn there."""

    value: Decimal | int | None
    words: str


@dataclass(frozen=True)
class Chart:
    """Rows of figures under headings; `note` says what is counted.

    Drawn as bars that stand on each other, or with `is_line` as lines.
    """

    key: str
    title: Text
    note: Text
    first_heading: Text
    headings: Sequence[object]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    is_line: bool = False


def count_cell(number: int) -> Cell:
    """A whole number."""
    return Cell(number, show_number(number))


NO_CELL = Cell(None, "–")
