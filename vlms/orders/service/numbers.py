"""The human numbers of orders: O-2026-000123, counted up by the year of the first draft."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vlms.core.scoping import guarded_update
from vlms.core.work import Work
from vlms.orders.models import NumberSeries


def take_number(work: Work, year: int) -> str:
    """The next number of the year; the row is held until the work ends, so none is given twice."""
    series = f"order-{year}"
    if not _advance(work, series):
        _begin(work, series)
    following = work.session.scalar(
        select(NumberSeries.next_number).where(NumberSeries.series == series)
    )
    assert following is not None
    return f"O-{year}-{following - 1:06d}"


def _advance(work: Work, series: str) -> bool:
    changed = guarded_update(
        work.session,
        NumberSeries,
        NumberSeries.series == series,
        next_number=NumberSeries.next_number + 1,
    )
    return changed == 1


def _begin(work: Work, series: str) -> None:
    try:
        with work.session.begin_nested():
            work.session.add(NumberSeries(series=series, next_number=2))
    except IntegrityError:
        # Another transaction began the series first, and has committed.
        _advance(work, series)
