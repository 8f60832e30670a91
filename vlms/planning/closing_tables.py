"""What a closing certificate says, as facts and tables, in the language that is being spoken.

Page, paper and workbook say what its content holds and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from vlms.core.money import Money
from vlms.core.text import Text, _
from vlms.core.zones import bracketed_zone
from vlms.exports.table import Column, Kind, Table, Total
from vlms.planning.closing_words import END_MEANINGS, END_WORDS, NOTES, product_of
from vlms.planning.models.closings import Closing
from vlms.planning.rules.closing import End, sums_of

Line = Mapping[str, Any]
# These are told whether there are any or not.
_ALWAYS = (End.USED, End.FORFEITED, End.LAPSED)
_NOT_SIGNED = _("Not signed yet")


@dataclass(frozen=True)
class Certificate:
    """A certificate with what its tables need."""

    closing: Closing

    @property
    def rows(self) -> Sequence[Line]:
        found: list[Line] = self.closing.content["rows"]
        return found

    @property
    def next_order(self) -> Sequence[Line]:
        found: list[Line] = self.closing.content["next"]
        return found

    @property
    def changes(self) -> Sequence[Line]:
        follows = self.closing.content["follows"]
        return follows["changes"] if follows else ()

    @property
    def ends(self) -> list[End]:
        """The ends that have a column."""
        found = {end for row in self.rows for end in row["ends"]}
        return [end for end in End if end in _ALWAYS or end.value in found]

    @property
    def sums(self) -> dict[str, dict[str, tuple[int, int]]]:
        return sums_of(self.rows)

    @property
    def is_so_far(self) -> bool:
        return not self.closing.number

    @property
    def title(self) -> Text:
        if self.is_so_far:
            return _("What became of it so far")
        follows = self.closing.content["follows"]
        return _("Supplement to the closing certificate") if follows else _("Closing certificate")

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        number = self.closing.number or self.closing.content["agreement"]["number"] + "-so-far"
        return f"closing-{number}"

    @property
    def made_at(self) -> datetime:
        at = self.closing.signed_at or self.closing.drawn_at
        return at.astimezone(ZoneInfo(self.closing.content["agreement"]["zone"]))


def count_of(row: Line, end: End) -> int:
    count: int = row["ends"].get(end.value, (0, 0))[0]
    return count


def worth_of(row: Line, end: End) -> Money:
    return Money(row["ends"].get(end.value, (0, 0))[1], row["currency"])


def bought_of(row: Line) -> int:
    return sum(count_of(row, end) for end in End)


def paid_of(row: Line) -> Money:
    return Money(sum(worth_of(row, end).minor for end in End), row["currency"])


def heads_of(one: Certificate) -> Iterator[tuple[Text, object]]:
    """What stands above the tables, on the page and on paper."""
    content, closing = one.closing.content, one.closing
    agreement = content["agreement"]
    first, last = (date.fromisoformat(agreement[name]) for name in ("first_day", "last_day"))
    if closing.number:
        yield _("Number"), closing.number
    if content["follows"]:
        yield _("Follows"), content["follows"]["number"]
    yield _("Organisation"), agreement["organisation"]
    yield _("Agreement"), f"{agreement['number']} ({agreement['programme']})"
    yield _("Agreement term"), _("%(first)s – %(last)s", first=first, last=last)
    yield _("Reseller"), agreement["reseller"] or "–"
    yield _("Until"), _("%(day)s, until its end", day=date.fromisoformat(content["until"]))
    for currency, ends in one.sums.items():
        paid = Money(sum(minor for _count, minor in ends.values()), currency)
        yield _("Paid, %(currency)s", currency=currency), paid
        for end in (End.USED, End.LAPSED):
            amount = Money(ends.get(end.value, (0, 0))[1], currency)
            yield (
                _("%(end)s, %(currency)s", end=END_WORDS[end], currency=currency),
                amount,
            )


def sign_off_of(one: Certificate) -> Iterator[tuple[Text, object]]:
    """The hash of what it says, and who answers for it."""
    closing = one.closing
    yield _("Content hash (SHA-256)"), closing.digest
    if follows := closing.content["follows"]:
        yield _("Hash of what it follows"), follows["digest"]
    if closing.signed_at is None:
        yield _("Signed by"), _NOT_SIGNED
        return
    zone = closing.content["agreement"]["zone"]
    moment = {"day": one.made_at.date(), "time": one.made_at.strftime("%H:%M")}
    yield _("Signed by"), closing.signed_name
    yield (
        _("Signed at"),
        Text("%(day)s %(time)s%(zone)s", values={**moment, "zone": bracketed_zone(zone)}),
    )


def tables_of(one: Certificate) -> list[Table[Any]]:
    """What became of it, what that was worth, what changed, and figures for the next order."""
    changed = [_changes_table(one)] if one.changes else []
    return [_counts_table(one), _worth_table(one), *changed, _next_table(one)]


_PRODUCT = Column[Line](_("Product"), product_of)
_SCHOOL = Column[Line](_("School"), lambda row: row["school"])
_CURRENCY = Column[Line](_("Currency"), lambda row: row["currency"])


def _places(one: Certificate) -> list[Column[Line]]:
    has_schools = any(row["school"] for row in one.rows)
    return [_PRODUCT, *([_SCHOOL] if has_schools else [])]


def _counts_table(one: Certificate) -> Table[Line]:
    bought = Column[Line](_("Bought"), bought_of, Kind.INTEGER)
    given = Column[Line](_("Given"), lambda row: row["given"], Kind.INTEGER)
    ends = [_count_column(end) for end in one.ends]
    totals = [
        Total(bought, (sum(map(bought_of, one.rows)),)),
        Total(given, (sum(row["given"] for row in one.rows),)),
        *(
            Total(column, (sum(count_of(row, end) for row in one.rows),))
            for column, end in zip(ends, one.ends, strict=True)
        ),
    ]
    columns = (*_places(one), bought, given, *ends)
    return Table(_("What became of it"), columns, one.rows, one.made_at, totals, notes=NOTES)


def _count_column(end: End) -> Column[Line]:
    return Column(
        END_WORDS[end], lambda row: count_of(row, end), Kind.INTEGER, meaning=END_MEANINGS[end]
    )


def _worth_column(end: End) -> Column[Line]:
    return Column(END_WORDS[end], lambda row: worth_of(row, end), Kind.MONEY)


def _worth_table(one: Certificate) -> Table[Line]:
    paid = Column[Line](_("Paid"), paid_of, Kind.MONEY)
    ends = [_worth_column(end) for end in one.ends]
    currencies = one.sums
    promised = [
        Total(
            column,
            tuple(Money(of.get(end.value, (0, 0))[1], c) for c, of in currencies.items()),
        )
        for column, end in zip(ends, one.ends, strict=True)
    ]
    whole = tuple(Money(sum(m for _n, m in of.values()), c) for c, of in currencies.items())
    return Table(
        _("What it was worth"),
        (*_places(one), _CURRENCY, paid, *ends),
        one.rows,
        one.made_at,
        [Total(paid, whole), *promised],
        notes=NOTES,
        marks=(_("Before tax"),),
    )


def _changes_table(one: Certificate) -> Table[Line]:
    columns = (
        _PRODUCT,
        Column[Line](_("What changed"), lambda row: END_WORDS[End(row["end"])]),
        Column[Line](_("Before"), lambda row: row["before"], Kind.INTEGER),
        Column[Line](_("Now"), lambda row: row["after"], Kind.INTEGER),
    )
    title = _("Recorded since %(number)s", number=one.closing.content["follows"]["number"])
    return Table(title, columns, one.changes, one.made_at, notes=NOTES)


def a_month(row: Line) -> str:
    """What went in a month of use, to one decimal."""
    return f"{row['spent'] / row['months']:.1f}" if row["months"] else "–"


def _next_table(one: Certificate) -> Table[Line]:
    columns = (
        _PRODUCT,
        Column[Line](_("Used or forfeited"), lambda row: row["spent"], Kind.INTEGER),
        Column[Line](_("Months of use"), lambda row: row["months"], Kind.INTEGER),
        Column[Line](_("A month"), a_month, Kind.FIGURE),
        Column[Line](_("Needed in 12 months"), lambda row: row["exams"], Kind.INTEGER),
        Column[Line](_("To order"), lambda row: row["quantity"], Kind.INTEGER),
    )
    return Table(_("Figures for the next order"), columns, one.next_order, one.made_at, notes=NOTES)
