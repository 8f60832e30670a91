"""Tables of what codes led to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from vlms.core.text import Text, _
from vlms.exports.table import Column, Kind, Stated, Table, Total
from vlms.planning.exports import product_name
from vlms.planning.queries.yields import LedNowhere, Period
from vlms.planning.rules.yields import End, Yield, all_by_currency
from vlms.planning.yield_words import END_WORDS, NOTES, team_name

Row = TypeVar("Row")
_MARKS = (_("Before tax"),)


def _about(period: Period) -> tuple[Text | str, ...]:
    """Whose codes, of which days and agreement: what else the file says refers to them."""
    days = _("From %(first)s to %(last)s", first=period.first, last=period.last)
    return (period.organisation.name, *period.told_agreement, days)


def for_rows(table: Table[Row], period: Period) -> Table[Row]:
    """With whose they are and the days in each row: a file of rows alone has no head."""
    facts: tuple[Column[Row], ...] = (
        Column(_("Organisation"), lambda _row: period.organisation.name),
        Column(_("First day"), lambda _row: period.first, Kind.DATE),
        Column(_("Last day"), lambda _row: period.last, Kind.DATE),
    )
    return replace(table, columns=(*facts, *table.columns))


_CERTIFICATIONS: Column[Yield] = Column(
    _("Certifications"), lambda row: row.certifications, Kind.INTEGER
)
_COST: Column[Yield] = Column(_("Cost"), lambda row: row.cost, Kind.MONEY)
_LOST: Column[Yield] = Column(_("Cost of what led nowhere"), lambda row: row.lost, Kind.MONEY)
_RATE: Column[Yield] = Column(_("Pass rate (%)"), lambda row: row.pass_rate, Kind.UNIT_PRICE)
_EACH: Column[Yield] = Column(
    _("Cost per certification"), lambda row: row.cost_per_certification, Kind.MONEY
)


def _counted(end: End) -> Column[Yield]:
    return Column(END_WORDS[end], lambda row: row.counts[end], Kind.INTEGER)


_COUNTS = tuple(_counted(end) for end in End)
YIELD_COLUMNS: tuple[Column[Yield], ...] = (
    Column(_("Team"), lambda row: team_name(row.team)),
    *_COUNTS,
    _RATE,
    _CERTIFICATIONS,
    Column(_("Currency"), lambda row: row.team.currency),
    _COST,
    _EACH,
    _LOST,
)
NOWHERE_COLUMNS: tuple[Column[LedNowhere], ...] = (
    Column(_("Code"), lambda row: f"{row.code.batch.number}/{row.code.number}"),
    Column(_("Product"), lambda row: product_name(row.code.product)),
    Column(_("Person"), lambda row: row.code.person.name if row.code.person else None),
    Column(_("Team"), lambda row: team_name(row.team)),
    Column(_("What became of it"), lambda row: END_WORDS[row.end]),
    Column(_("Exam"), lambda row: row.exam),
    Column(_("Ended"), lambda row: row.ended_at, Kind.INSTANT, zone="UTC"),
    Column(_("Currency"), lambda row: row.team.currency),
    Column(_("Cost"), lambda row: row.cost, Kind.MONEY),
)


def yield_table(rows: Sequence[Yield], period: Period, made_at: datetime) -> Table[Yield]:
    """What the codes of each team came to."""
    sums = [Total(one) for one in (*_COUNTS, _CERTIFICATIONS, _COST, _LOST)]
    together = all_by_currency(rows)
    stated = [Stated(_RATE, together[0].pass_rate)] if len(together) == 1 else []
    return Table(
        _("From codes to certifications"),
        YIELD_COLUMNS,
        rows,
        made_at,
        totals=sums,
        notes=NOTES,
        marks=_MARKS,
        about=_about(period),
        stated=stated,
    )


def nowhere_table(
    rows: Sequence[LedNowhere], period: Period, made_at: datetime
) -> Table[LedNowhere]:
    """The codes that led nowhere, one by one."""
    return Table(
        _("Codes that led nowhere"),
        NOWHERE_COLUMNS,
        rows,
        made_at,
        notes=NOTES,
        marks=_MARKS,
        about=_about(period),
    )
