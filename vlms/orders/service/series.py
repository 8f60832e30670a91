"""Human numbers, counted up without a gap: of orders, batches, packs, sittings."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vlms.core.scoping import guarded_update
from vlms.core.work import Work
from vlms.orders.models import NumberSeries


def next_in_series(work: Work, series: str) -> int:
    """The next number; one that is rolled back leaves no gap.

    The row is held until the work ends, so none is given twice.
    """
    if not _advance(work, series):
        _begin(work, series)
    following = work.session.scalar(
        select(NumberSeries.next_number).where(NumberSeries.series == series)
    )
    assert following is not None
    return following - 1


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
