"""One row of the competency performance layout: which metric, which month, how much (K3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from vlms.core.errors import BadInput, DomainError
from vlms.core.reading import Reader, optional, read_day, refuse
from vlms.core.text import Text, _
from vlms.partners.rules.row_reading import read_cells

_MONTH = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})")
_NUMBER = re.compile(r"-?[0-9]{1,13}(?:\.[0-9]{1,4})?")

LABELS: Mapping[str, Text] = {
    "competency": _("Competency"),
    "path": _("Path"),
    "month": _("Month"),
    "metric": _("Metric"),
    "contribution": _("Contribution of the month"),
    "trailing": _("Sum of twelve months"),
}
# As the publisher's layout spells them.
HEADINGS: Mapping[str, str] = {
    "competency": "CompetencyName",
    "path": "CompetencyAttainmentOptionName",
    "month": "Month",
    "metric": "MetricName",
    "contribution": "MetricMonthlyContribution",
    "trailing": "TTMAggregate",
}
# Names in any language, folded, to (competency, path, metric).
Metrics = Mapping[tuple[str, str, str], tuple[str, str, str]]


@dataclass(frozen=True)
class FigureRow:
    """What a month contributed; `trailing` is the file's own sum, if it has one."""

    key: tuple[str, str, str]
    month: date
    contribution: Decimal
    trailing: Decimal | None


def read_month(typed: str, label: Text) -> date:
    """A month as 2026-10 or a day in it; its first day."""
    if (found := _MONTH.fullmatch(typed.strip())) and 1 <= int(found[2]) <= 12:
        if int(found[1]) >= 1:
            return date(int(found[1]), int(found[2]), 1)
        raise refuse(typed, label, _("Enter a month, as 2026-10."))
    try:
        return read_day(typed, label).replace(day=1)
    except BadInput:
        raise refuse(typed, label, _("Enter a month, as 2026-10.")) from None


def read_contribution(typed: str, label: Text) -> Decimal:
    """A number with at most four decimals; corrections may lie below zero."""
    if not _NUMBER.fullmatch(typed.strip()):
        raise refuse(
            typed, label, _("Enter a number with at most four decimals, without separators.")
        )
    return Decimal(typed.strip())


def read_figure(
    typed: Mapping[str, str], metrics: Metrics
) -> tuple[FigureRow | None, list[DomainError]]:
    """What a row says, or all that is wrong with it; each refusal names its field."""
    readers: Mapping[str, Reader[Any]] = {
        "month": read_month,
        "contribution": read_contribution,
        "trailing": optional(read_contribution),
    }
    found, refusals = read_cells(typed, readers, LABELS)
    key = metrics.get(folded(typed["competency"], typed["path"], typed["metric"]))
    if key is None:
        refusals.append(_unknown(typed))
    if refusals or key is None:
        return None, refusals
    return FigureRow(key, found["month"], found["contribution"], found["trailing"]), []


def folded(*names: str) -> tuple[str, str, str]:
    """Names as they are compared: without case and outer spaces."""
    first, second, third = (" ".join(name.split()).casefold() for name in names)
    return first, second, third


def _unknown(typed: Mapping[str, str]) -> BadInput:
    return BadInput(
        "K3",
        _(
            'No competency has the metric "%(metric)s" on the path "%(path)s" of "%(name)s".',
            metric=typed["metric"][:60],
            path=typed["path"][:60],
            name=typed["competency"][:60],
        ),
        reason="unknown_metric",
        field="metric",
        way_out=_("Use the names or keys as the page of the competency shows them."),
    )
