"""One row of a price list: what it says, and whether two of them can hold together (P3, P6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from vlms.core.errors import BadInput, DomainError
from vlms.core.reading import (
    Reader,
    optional,
    read_currency,
    read_day,
    read_text,
    read_unit_price,
    read_whole,
    refuse,
)
from vlms.core.text import Text, _

MOST_UNITS = 1_000_000
_FIRST_YEAR, _LAST_YEAR = 2000, 2100

LABELS: Mapping[str, Text] = {
    "product": _("Product"),
    "programme": _("Programme"),
    "level": _("Price level"),
    "currency": _("Currency"),
    "from_quantity": _("From quantity"),
    "unit_price": _("Unit price"),
    "reference_price": _("Reference price"),
    "effective_from": _("Effective from"),
    "effective_to": _("Effective to"),
}


@dataclass(frozen=True, order=True)
class PriceKey:
    """What a price is for; `product` is the product's key."""

    product: str
    programme: str
    level: str
    currency: str
    from_quantity: int


@dataclass(frozen=True)
class PriceRow:
    """A 12-month unit price, net, and the days on which it holds; no last day: until replaced."""

    key: PriceKey
    unit_price: Decimal
    reference_price: Decimal | None
    effective_from: date
    effective_to: date | None

    def overlaps(self, first: date, last: date | None) -> bool:
        """Whether it holds on any day from `first` until `last`."""
        begins_in_time = last is None or self.effective_from <= last
        return begins_in_time and (self.effective_to is None or first <= self.effective_to)


def one_of(words: Sequence[str]) -> Reader[str]:
    """A reader of one of some words, in whatever case it is typed."""
    by_fold = {_fold(word): word for word in words}

    def read(typed: str, label: Text) -> str:
        text = read_text(60)(typed, label)
        if _fold(text) not in by_fold:
            way_out = _("Use one of: %(words)s.", words=tuple(words))
            raise refuse(typed, label, way_out, "unknown")
        return by_fold[_fold(text)]

    return read


def _fold(word: str) -> str:
    return "".join(word.casefold().split())


def _read_sensible_day(typed: str, label: Text) -> date:
    day = read_day(typed, label)
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        way_out = _("Choose a year from %(first)s to %(last)s.", first="2000", last="2100")
        raise refuse(typed, label, way_out, "year")
    return day


def read_price_row(
    typed: Mapping[str, str], programmes: Sequence[str], levels: Sequence[str]
) -> tuple[PriceRow | None, list[DomainError]]:
    """What a row says, or all that is wrong with it; each refusal names its field."""
    readers: dict[str, Reader[Any]] = {
        "product": read_text(60),
        "programme": one_of(programmes),
        "level": one_of(levels),
        "currency": read_currency,
        "from_quantity": read_whole(1, MOST_UNITS),
        "unit_price": read_unit_price,
        "reference_price": optional(read_unit_price),
        "effective_from": _read_sensible_day,
        "effective_to": optional(_read_sensible_day),
    }
    values: dict[str, Any] = {}
    refusals: list[DomainError] = []
    for name, reader in readers.items():
        try:
            values[name] = reader(typed.get(name, ""), LABELS[name])
        except DomainError as refusal:
            refusal.field = name
            refusals.append(refusal)
    if refusals:
        return None, refusals
    row = _row_of(values)
    if row.effective_to is not None and row.effective_to < row.effective_from:
        return None, [_reversed(row)]
    return row, []


def _row_of(values: Mapping[str, Any]) -> PriceRow:
    key = PriceKey(
        values["product"],
        values["programme"],
        values["level"],
        values["currency"],
        values["from_quantity"],
    )
    return PriceRow(
        key,
        values["unit_price"],
        values["reference_price"],
        values["effective_from"],
        values["effective_to"],
    )


def _reversed(row: PriceRow) -> BadInput:
    return BadInput(
        None,
        _(
            "Effective to: %(last)s is before the first day, %(first)s.",
            last=row.effective_to,
            first=row.effective_from,
        ),
        reason="reversed",
        field="effective_to",
        way_out=_("Exchange the two days, or leave the last one empty."),
    )


def clashes(rows: Sequence[tuple[int, PriceRow]]) -> Iterator[tuple[int, BadInput]]:
    """Rows of one file that say two things for the same day, each with the row before it."""
    by_key: dict[PriceKey, list[tuple[int, PriceRow]]] = defaultdict(list)
    for number, row in rows:
        by_key[row.key].append((number, row))
    for group in by_key.values():
        ordered = sorted(group, key=lambda numbered: (numbered[1].effective_from, numbered[0]))
        for (earlier, before), (number, row) in pairwise(ordered):
            if before.overlaps(row.effective_from, row.effective_to):
                yield number, _clash(earlier, is_same_day=_begin_together(before, row))


def _begin_together(one: PriceRow, other: PriceRow) -> bool:
    return one.effective_from == other.effective_from


def _clash(earlier: int, *, is_same_day: bool) -> BadInput:
    if is_same_day:
        return BadInput(
            None,
            _("The same price stands in row %(other)s already.", other=earlier),
            reason="double",
            field="product",
            way_out=_("Remove one of the two rows."),
        )
    return BadInput(
        None,
        _("Its days overlap those of row %(other)s.", other=earlier),
        reason="overlap",
        field="effective_from",
        way_out=_("Give row %(other)s a last day before this row's first day.", other=earlier),
    )
