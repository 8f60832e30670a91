"""Rows of a file as charges that somebody else states: read, or why they do not count."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from vlms.core.errors import BadInput
from vlms.core.money import UNIT_PRICE_DIGITS, is_currency, minor_digits, round_half_up
from vlms.core.reading import read_currency, read_text
from vlms.core.text import Text, _
from vlms.exports.days import DayOrder, read_file_day
from vlms.exports.mapping import Fixed, FromColumn, Source, fold
from vlms.exports.sheets import RawRow, Value, column_letters, value_text
from vlms.reconciliation.rules.file_layouts import AMOUNTS, DAYS, LABELS, NAMES
from vlms.reconciliation.rules.file_numbers import MOST_DIGITS, minor_of, read_number
from vlms.reconciliation.rules.file_words import FileSource, RowFate

LONGEST = {
    "customer": 200,
    "order_number": 60,
    "line_reference": 80,
    "invoice_number": 60,
    "product": 200,
    "charge_type": 60,
}
_COUNTS = ("quantity", "code_count")
_MOST_COUNT = 2_000_000_000
_TOTAL = re.compile(
    r"(?:(?:grand|sub|overall|net|gross)[\s-]*)?totals?|sum|summe|total general"
    r"|本?[頁期月]?(?:合計|總計|小計|共計|總和)"
)
_SIGNS = re.compile(r"[\s:()=]+")
_CURRENCY_BEHIND = re.compile(r"(?<=.) ?[a-z]{3}$")
_TAIWAN_DOLLAR = frozenset({"NTD", "NT$", "NT", "新台幣", "新臺幣", "台幣", "臺幣"})
# One kind by the words of either published layout.
_KINDS = {
    "new": "new",
    "newpurchasecyclefee": "new",
    "addquantity": "prorated",
    "proratefeeswhenpurchase": "prorated",
}


@dataclass(frozen=True)
class WayOfReading:
    """All that is known about a file before its rows are read."""

    source: FileSource
    heading_row: int
    titles: Sequence[str]
    places: Mapping[str, Source]
    day_order: DayOrder
    decimal: str


@dataclass(frozen=True)
class FileRow:
    """One row: its fate, why it does not count, and what it says by the names of fields."""

    number: int
    fate: RowFate
    remark: Text | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    identity_digest: str | None = None
    content_digest: str | None = None


class RowReader:
    """Reads row by row; knows the sums so far, by which a total without a word is told."""

    def __init__(self, way: WayOfReading) -> None:
        self._way = way
        self._sums: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(AMOUNTS, 0))
        self._titles = [fold(title) for title in way.titles]
        read = (one.place for one in way.places.values() if isinstance(one, FromColumn))
        self._letters = {column_letters(place) for place in read}
        self._readers = {name: read_text(longest) for name, longest in LONGEST.items()}

    def read(self, row: RawRow) -> FileRow:
        """The row's charge, or its fate. Nothing is raised: the remark tells what is wrong."""
        if row.number <= self._way.heading_row or self._is_heading(row):
            return FileRow(row.number, RowFate.HEADING)
        cells = cells_of(row, self._way.places)
        if self._is_total(row, cells):
            return FileRow(row.number, RowFate.TOTAL)
        if not any(value_text(cells.get(name)).strip() for name in (*NAMES, *AMOUNTS)):
            return FileRow(row.number, RowFate.HEADING)
        try:
            self._refuse_problems(row)
            values = self._values(cells)
        except BadInput as refusal:
            return FileRow(row.number, RowFate.UNREADABLE, _remark(refusal))
        if not any(values.get(name) for name in NAMES):
            return self._nameless(row.number, values)
        self._add(values)
        digests = identity_of(self._way.source, values), content_of(self._way.source, values)
        return FileRow(row.number, RowFate.COUNTED, None, values, *digests)

    def _is_heading(self, row: RawRow) -> bool:
        told = 0
        for value, title in zip(row.values, self._titles, strict=False):
            if value is not None and value != "":
                if fold(value_text(value)) != title:
                    return False
                told += 1
        return told > 1

    def _is_total(self, row: RawRow, cells: Mapping[str, Value]) -> bool:
        """A word for totals stands there, and no order, line or invoice is named beside it."""
        named = [cells.get(name) for name in NAMES if value_text(cells.get(name)).strip()]
        return all(map(is_total_word, named)) and any(map(is_total_word, row.values))

    def _refuse_problems(self, row: RawRow) -> None:
        for problem in row.problems:
            letters = (problem.cell or "").rstrip("0123456789")
            if not letters or letters in self._letters:
                raise BadInput(None, problem.sentence, way_out=problem.way_out)

    def _values(self, cells: Mapping[str, Value]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, reader in self._readers.items():
            text = value_text(cells.get(name)).strip()
            found[name] = reader(text, LABELS[name]) if text else None
        for name in DAYS:
            found[name] = self._day(name, cells.get(name))
        for name in _COUNTS:
            found[name] = self._count(name, cells.get(name))
        found["unit_price"] = self._unit_price(cells.get("unit_price"))
        found["currency"] = read_file_currency(value_text(cells.get("currency")))
        return found | self._amounts(cells, minor_digits(found["currency"]))

    def _day(self, name: str, value: Value) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        return read_file_day(value_text(value), self._way.day_order, LABELS[name])

    def _number(self, name: str, value: Value) -> Decimal | None:
        if isinstance(value, Decimal):
            # Through the same gate: a workbook's number may be as large as it likes.
            return read_number(_plain(value), ".", LABELS[name])
        return read_number(value_text(value), self._way.decimal, LABELS[name])

    def _count(self, name: str, value: Value) -> int | None:
        number = self._number(name, value)
        if number is None:
            return None
        if number != int(number) or abs(number) > _MOST_COUNT:
            sentence = _("%(field)s is no whole number.", field=LABELS[name])
            raise BadInput(None, sentence, field=name)
        return int(number)

    def _unit_price(self, value: Value) -> Decimal | None:
        number = self._number("unit_price", value)
        return None if number is None else round_half_up(Fraction(number), UNIT_PRICE_DIGITS)

    def _amounts(self, cells: Mapping[str, Value], digits: int) -> dict[str, int | None]:
        net, tax, gross = (self._minor(name, cells.get(name), digits) for name in AMOUNTS)
        if net is None and gross is None:
            raise BadInput(None, _("%(field)s is missing.", field=LABELS["net"]), field="net")
        if tax is None and net is not None and gross is not None:
            tax = gross - net
        if gross is None and net is not None and tax is not None:
            gross = net + tax
        if net is None and gross is not None and tax is not None:
            net = gross - tax
        return {"net_minor": net, "tax_minor": tax, "gross_minor": gross}

    def _minor(self, name: str, value: Value, digits: int) -> int | None:
        number = self._number(name, value)
        if number is None:
            return None
        return minor_of(number, digits, value_text(value), LABELS[name])

    def _add(self, values: Mapping[str, Any]) -> None:
        sums = self._sums[values["currency"]]
        for name in AMOUNTS:
            sums[name] += values[f"{name}_minor"] or 0

    def _nameless(self, number: int, values: Mapping[str, Any]) -> FileRow:
        """A total without a word when it is the sum of the rows above; else nobody's row."""
        sums = self._sums.get(values["currency"])
        told = {name: values[f"{name}_minor"] for name in AMOUNTS}
        if sums and all(sums[name] == minor for name, minor in told.items() if minor is not None):
            return FileRow(number, RowFate.TOTAL)
        remark = _("It names no order, line or invoice.")
        return FileRow(number, RowFate.UNREADABLE, remark)


def cells_of(row: RawRow, places: Mapping[str, Source]) -> dict[str, Value]:
    """What a row says, by the names of fields."""
    return {name: _cell(row, source) for name, source in places.items()}


def _cell(row: RawRow, source: Source) -> Value:
    if isinstance(source, Fixed):
        return source.value
    return row.values[source.place] if source.place < len(row.values) else None


def is_total_word(value: Value) -> bool:
    """Whether a cell says that its row is a total: "Grand total (TWD)", "合計："."""
    text = unicodedata.normalize("NFKC", value_text(value)).casefold().strip()
    if not text or len(text) > 40:
        return False
    bare = _SIGNS.sub(" ", text).strip()
    return any(_TOTAL.fullmatch(said) for said in (bare, _CURRENCY_BEHIND.sub("", bare)))


def read_file_currency(typed: str) -> str:
    """A currency's code in whatever case, or a name of Taiwan's dollar. Raises BadInput."""
    text = unicodedata.normalize("NFKC", typed).strip().upper()
    if text in _TAIWAN_DOLLAR:
        return "TWD"
    return text if is_currency(text) else read_currency(typed, LABELS["currency"])


def charge_kind(charge_type: str | None) -> str:
    """One word for what both published layouts call by two."""
    word = fold(charge_type or "")
    return _KINDS.get(word, word)


def identity_of(source: FileSource, values: Mapping[str, Any]) -> str:
    """What names a line, so that it is known again with other figures.

    A credit never stands for a charge; the publisher's two layouts name it alike.
    """
    amount = values["net_minor"] if values["net_minor"] is not None else values["gross_minor"]
    parts: list[object] = [source, charge_kind(values["charge_type"]), amount < 0]
    parts += [values["order_number"], values["line_reference"]]
    if not values["line_reference"]:
        parts += [values["product"]]
    if source is FileSource.LEDGER:
        parts += [values["invoice_number"]]
    return _digest(parts)


def content_of(source: FileSource, values: Mapping[str, Any]) -> str:
    """All that a line says; of the publisher's, what both of its layouts say."""
    left_out: tuple[str, ...] = ("charge_type",)
    if source is FileSource.PUBLISHER:
        left_out = ("charge_type", "customer", "invoice_number", "product", "ordered_on")
    told: list[object] = [values[name] for name in sorted(values) if name not in left_out]
    return _digest([source, charge_kind(values["charge_type"]), *told])


def _digest(parts: Sequence[object]) -> str:
    said = "\x1f".join("" if part is None else _said(part) for part in parts)
    return hashlib.sha256(said.encode()).hexdigest()


def _said(part: object) -> str:
    if isinstance(part, Decimal):
        return f"{part.normalize():f}"
    return fold(part) if isinstance(part, str) else str(part)


def _remark(refusal: BadInput) -> Text:
    if refusal.way_out is None:
        return refusal.sentence
    return _("%(sentence)s %(way_out)s", sentence=refusal.sentence, way_out=refusal.way_out)


def _plain(number: Decimal) -> str:
    # Rounding takes only so many digits; what has more is no amount, and is refused as it is.
    return f"{round(number, 6):f}" if number.adjusted() < MOST_DIGITS else str(number)
