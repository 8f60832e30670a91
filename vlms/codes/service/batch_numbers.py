"""The human numbers of batches: B-000012, and B-000012/7 for its seventh code."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vlms.core.scoping import guarded_update
from vlms.core.work import Work
from vlms.orders.models import NumberSeries

SERIES = "code_batch"


def take_batch_number(work: Work) -> str:
    """The next number; one that is rolled back leaves no gap, as the row is held till then."""
    if not _advance(work):
        _begin_series(work)
    following = work.session.scalar(
        select(NumberSeries.next_number).where(NumberSeries.series == SERIES)
    )
    assert following is not None
    return f"B-{following - 1:06d}"


def _advance(work: Work) -> bool:
    changed = guarded_update(
        work.session,
        NumberSeries,
        NumberSeries.series == SERIES,
        next_number=NumberSeries.next_number + 1,
    )
    return changed == 1


def _begin_series(work: Work) -> None:
    try:
        with work.session.begin_nested():
            work.session.add(NumberSeries(series=SERIES, next_number=2))
    except IntegrityError:
        # Another transaction began the series first, and has committed.
        _advance(work)
