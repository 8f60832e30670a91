"""Tables as values: columns are declared once, the format is chosen later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from vlms.core.money import Money
from vlms.core.text import Text
from vlms.core.zones import bracketed_zone
from vlms.exports.characters import without_controls

Row = TypeVar("Row")
Cell = str | int | Money | Decimal | date | datetime | None
"""What a column yields: datetimes are wall time in the column's zone."""


class Kind(StrEnum):
    """What a column holds, and so how each format shows it."""

    TEXT = "text"
    CODE = "code"
    INTEGER = "integer"
    MONEY = "money"
    UNIT_PRICE = "unit_price"
    # A number that its maker has written out: it is set to the right, and is text elsewhere.
    FIGURE = "figure"
    DATE = "date"
    INSTANT = "instant"


NUMERIC = frozenset({Kind.INTEGER, Kind.MONEY, Kind.UNIT_PRICE, Kind.FIGURE})


class TotalsDiffer(ArithmeticError):
    """The rows of a table do not add up to the total its maker promised."""


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: its heading, and how a row's value is read.

    Money is written as a number without its currency; give the currency a column of its
    own. An instant needs `zone` (IANA), shown in the heading, since Excel knows no zones.
    `meaning` explains the column on the sheet of definitions. `of` is the column of the
    list's page that it belongs to: who chooses columns there gets it with that one.
    """

    heading: Text | str
    value: Callable[[Row], object]
    kind: Kind = Kind.TEXT
    zone: str | None = None
    meaning: Text | str | None = None
    of: str | None = None
    # Filled in by people in a workbook whose other cells are locked.
    is_open: bool = False

    def __post_init__(self) -> None:
        if (self.kind is Kind.INSTANT) != (self.zone is not None):
            raise ValueError("an instant, and nothing else, has a zone")

    @property
    def title(self) -> str:
        heading = without_controls(str(self.heading))
        return f"{heading}{bracketed_zone(self.zone)}" if self.zone else heading

    def cell(self, row: Row) -> Cell:
        """The row's value, checked against the kind; TypeError when it is another."""
        value = self.value(row)
        return None if value is None else _READERS[self.kind](value, self)


@dataclass(frozen=True)
class Total(Generic[Row]):
    """The sum of an integer or money column, written under the rows.

    `expected` are the sums shown elsewhere, one a currency; a writer raises TotalsDiffer
    rather than finish a file that says something else.
    """

    column: Column[Row]
    expected: tuple[Money | int, ...] = ()

    def __post_init__(self) -> None:
        if self.column.kind not in (Kind.INTEGER, Kind.MONEY):
            raise ValueError("only integers and money are added up")


@dataclass(frozen=True)
class Stated(Generic[Row]):
    """What stands in the row of totals and is no sum, as a rate of all rows together."""

    column: Column[Row]
    value: Cell


@dataclass(frozen=True)
class Table(Generic[Row]):
    """A list for people: rows are read once, one at a time.

    `made_at` is aware and shown in its own zone. `marks` stand in the header of each
    page ("Before tax"), `notes` below the rows or on the sheet of definitions.
    """

    title: Text | str
    columns: Sequence[Column[Row]]
    rows: Iterable[Row]
    made_at: datetime
    totals: Sequence[Total[Row]] = ()
    notes: Sequence[Text | str] = ()
    marks: Sequence[Text | str] = ()
    # Written for who chooses them alone.
    extra: Sequence[Column[Row]] = ()
    stated: Sequence[Stated[Row]] = ()
    # Below the title: whose it is, of which days, what it is narrowed by.
    about: Sequence[Text | str] = ()

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError("made_at has no zone")
        ends = [*(one.column for one in self.totals), *(one.column for one in self.stated)]
        if any(column not in self.columns for column in ends):
            raise ValueError("a total belongs to one of the columns")

    def lines(self) -> Iterator[list[Cell]]:
        """The cells of each row."""
        columns = self.columns
        for row in self.rows:
            yield [column.cell(row) for column in columns]


def only_columns(table: Table[Row], chosen: Iterable[str]) -> Table[Row]:
    """The columns that belong to the chosen ones of the list's page, and to its first.

    Where none of them is known the table stays whole.
    """
    first, *others = *table.columns, *table.extra
    wanted = {*chosen} & {first.of, *(column.of for column in others)}
    if not wanted:
        return table
    shown = {first.of, *wanted}
    columns = [first, *(column for column in others if column.of in shown)]
    totals = [total for total in table.totals if total.column in columns]
    stated = [one for one in table.stated if one.column in columns]
    return replace(table, columns=columns, extra=(), totals=totals, stated=stated)


class Tally:
    """The sums of a table's totals, kept while its rows are written."""

    def __init__(self, table: Table[Any]) -> None:
        places = {id(column): index for index, column in enumerate(table.columns)}
        self._expected = {places[id(t.column)]: t.expected for t in table.totals}
        self._sums: dict[int, dict[str, Money | int]] = {i: {} for i in self._expected}
        self._stated = {places[id(one.column)]: one.value for one in table.stated}

    def add(self, cells: Sequence[Cell]) -> None:
        for place, sums in self._sums.items():
            match cells[place]:
                case Money() as money:
                    so_far = sums.get(money.currency, Money(0, money.currency))
                    assert isinstance(so_far, Money)
                    sums[money.currency] = so_far + money
                case int() as count:
                    so_far = sums.get("", 0)
                    assert isinstance(so_far, int)
                    sums[""] = so_far + count

    def check(self) -> None:
        """Raises TotalsDiffer when a promised sum is not what the rows gave."""
        for place, expected in self._expected.items():
            if expected and _nonzero(expected) != _nonzero(self._sums[place].values()):
                sums = ", ".join(map(str, self._sums[place].values()))
                promised = ", ".join(map(str, expected))
                raise TotalsDiffer(f"column {place + 1}: {sums}, not {promised}")

    @property
    def is_single(self) -> bool:
        """Whether each column has one sum at most, so that one row holds them all."""
        return all(len(by) <= 1 for by in self._sums.values())

    def is_sum(self, place: int) -> bool:
        return place in self._sums

    def lines(self, width: int) -> list[tuple[str, list[Cell]]]:
        """The sums as rows of `width` cells, one a currency, with the currency's code.

        Counts stand in the first row. Nothing was added up: no rows.
        """
        keys = {key for by in self._sums.values() for key in by}
        currencies = sorted(keys - {""}) or sorted(keys)
        lines: list[tuple[str, list[Cell]]] = [(c, [None] * width) for c in currencies]
        for place, by in self._sums.items():
            for index, (currency, line) in enumerate(lines):
                line[place] = by.get(currency, by.get("") if index == 0 else None)
        for place, value in self._stated.items():
            for _currency, line in lines[:1]:
                line[place] = value
        return lines


def _nonzero(sums: Iterable[Money | int]) -> set[str]:
    return {str(s) for s in sums if (s.minor if isinstance(s, Money) else s)}


def _text(value: object, column: Column[Any]) -> Cell:
    return without_controls(str(value))


def _integer(value: object, column: Column[Any]) -> Cell:
    return int(_of(int, value, column))


def _money(value: object, column: Column[Any]) -> Cell:
    return _of(Money, value, column)


def _unit_price(value: object, column: Column[Any]) -> Cell:
    return _of(Decimal, value, column)


def _date(value: object, column: Column[Any]) -> Cell:
    if isinstance(value, datetime):
        raise TypeError(f"{column.title}: an instant is no day")
    return _of(date, value, column)


def _instant(value: object, column: Column[Any]) -> Cell:
    instant = _of(datetime, value, column)
    if instant.tzinfo is None or column.zone is None:
        raise TypeError(f"{column.title}: an instant without a zone")
    return instant.astimezone(ZoneInfo(column.zone)).replace(tzinfo=None)


Wanted = TypeVar("Wanted")


def _of(wanted: type[Wanted], value: object, column: Column[Any]) -> Wanted:
    if not isinstance(value, wanted) or isinstance(value, bool):
        raise TypeError(f"{column.title}: {type(value).__name__} is no {column.kind}")
    return value


_READERS: dict[Kind, Callable[[object, Column[Any]], Cell]] = {
    Kind.TEXT: _text,
    Kind.CODE: _text,
    Kind.FIGURE: _text,
    Kind.INTEGER: _integer,
    Kind.MONEY: _money,
    Kind.UNIT_PRICE: _unit_price,
    Kind.DATE: _date,
    Kind.INSTANT: _instant,
}


def plain(cell: Cell) -> str:
    """A cell as the same text in every format that has no types of its own."""
    match cell:
        case None:
            return ""
        case Money():
            return f"{cell.amount:f}"
        case Decimal():
            return f"{cell:f}"
        case datetime():
            return cell.strftime("%Y-%m-%d %H:%M:%S")
        case _:
            return str(cell)
