"""What the operator watches: failed jobs, work that is not taken up, stock that runs low."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vlms.catalog.models import CodeSource, Product
from vlms.codes.models import StockCode
from vlms.codes.stock_queries import is_good
from vlms.core.health import is_ready
from vlms.jobs.models import Job, JobState

# A job that nobody has taken up for so long means that no worker runs.
_PATIENCE = timedelta(minutes=2)


@dataclass(frozen=True)
class Operations:
    """`last_seen_at` is when a worker was last done with something; None: never."""

    failed_jobs: int
    untaken_jobs: int
    last_seen_at: datetime | None
    is_migrated: bool
    low_stock: Sequence[Product]

    @property
    def worker_runs(self) -> bool:
        return self.last_seen_at is not None and self.untaken_jobs == 0


def count_operations(session: Session, now: datetime) -> Operations:
    """For a System scope."""
    return Operations(
        _count(session, Job.state == JobState.FAILED),
        _count(session, Job.state == JobState.WAITING, Job.next_at < now - _PATIENCE),
        _last_seen(session),
        is_ready(),
        _low_stock(session, now),
    )


def _count(session: Session, *conditions: object) -> int:
    statement = select(func.count(Job.id)).where(*conditions)  # type: ignore[arg-type]
    return int(session.scalar(statement) or 0)


def _last_seen(session: Session) -> datetime | None:
    """A recurring job's next time is its rhythm after it was done."""
    recurring = select(Job).where(Job.every_seconds.is_not(None), Job.lease_token > 0)
    return max(
        (
            job.next_at - timedelta(seconds=job.every_seconds or 0)
            for job in session.scalars(recurring)
            if job.state is JobState.WAITING
        ),
        default=None,
    )


def _low_stock(session: Session, now: datetime) -> Sequence[Product]:
    """Products from provider's lists of which fewer are free than are wanted (C7)."""
    counted = session.execute(
        select(StockCode.product_id, func.count(StockCode.id))
        .where(is_good(session, now), StockCode.order_line_id.is_(None))
        .group_by(StockCode.product_id)
    )
    free = {product_id: count for product_id, count in counted}
    products = session.scalars(
        select(Product).where(Product.code_source == CodeSource.PROVIDER).order_by(Product.key)
    )
    return [each for each in products if free.get(each.id, 0) < each.low_stock_count]
