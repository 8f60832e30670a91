"""The publisher's layouts of competency history and performance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from vlms.core.text import _
from vlms.exports.table import Column, Kind, Table
from vlms.partners.competencies import asked_on, name_of
from vlms.partners.competency_words import LEVEL_WORDS, STATE_WORDS
from vlms.partners.models.competencies import CompetencySpell
from vlms.partners.queries.competencies import Facts
from vlms.partners.rules.figures import anniversary_until, trailing_until
from vlms.partners.terms import competency_terms

_HISTORY: tuple[Column[CompetencySpell], ...] = (
    Column("CompetencyName", lambda one: name_of(one.competency)),
    Column("CompetencyLevel", lambda one: LEVEL_WORDS[one.level]),
    Column("CompetencyStatus", lambda one: STATE_WORDS[one.state]),
    Column("CompetencyStartDate", lambda one: one.started_on, Kind.DATE),
    Column("CompetencyEndDate", lambda one: one.ended_on, Kind.DATE),
)


@dataclass(frozen=True)
class MonthRow:
    """A line of the performance layout."""

    competency: str
    path: str
    month: date
    metric: str
    contribution: Decimal
    trailing: Decimal
    anniversary: Decimal | None
    gold: Decimal
    silver: Decimal


_PERFORMANCE: tuple[Column[MonthRow], ...] = (
    Column("CompetencyName", lambda one: one.competency),
    Column("CompetencyAttainmentOptionName", lambda one: one.path),
    Column("Month", lambda one: f"{one.month:%Y-%m}"),
    Column("MetricName", lambda one: one.metric),
    Column("MetricMonthlyContribution", lambda one: one.contribution, Kind.UNIT_PRICE),
    Column("TTMAggregate", lambda one: one.trailing, Kind.UNIT_PRICE),
    Column("AnniversaryYearAggregate", lambda one: one.anniversary, Kind.UNIT_PRICE),
    Column("GoldThreshold", lambda one: one.gold, Kind.UNIT_PRICE),
    Column("SilverThreshold", lambda one: one.silver, Kind.UNIT_PRICE),
)


def history_table(spells: Sequence[CompetencySpell], made_at: datetime) -> Table[CompetencySpell]:
    """How each competency stood, the newest first."""
    return Table(_("History of competencies"), _HISTORY, spells, made_at)


def performance_table(facts: Facts, made_at: datetime) -> Table[MonthRow]:
    """Every month of every metric with its sums, as of that month."""
    return Table(_("Performance of competencies"), _PERFORMANCE, _months(facts), made_at)


def _months(facts: Facts) -> list[MonthRow]:
    rows = []
    for (key, path_key, metric_key), months in sorted(facts.months.items()):
        for month in sorted(months):
            asked = next((one.terms for one in asked_on(month) if one.terms.key == key), None)
            path = asked.path(path_key) if asked else None
            if asked is None or path is None:
                continue
            metric = next((one for one in path.path.metrics if one.key == metric_key), None)
            if metric is None:
                continue
            package = facts.package
            rows.append(
                MonthRow(
                    competency=str(asked.name),
                    path=str(path.name),
                    month=month,
                    metric=str(path.names[metric_key]),
                    contribution=_short(months[month]),
                    trailing=_short(trailing_until(months, month, _trailing(month))),
                    anniversary=_short(anniversary_until(months, package[1].anniversary, month))
                    if package
                    else None,
                    gold=metric.gold,
                    silver=metric.silver,
                )
            )
    return rows


def _trailing(month: date) -> int:
    return competency_terms(month).terms.trailing_months


def _short(value: Decimal) -> Decimal:
    """Without zeros at its end."""
    whole = value.to_integral_value()
    return whole if whole == value else value.normalize()
