"""What the operator watches: failed jobs, work that is not taken up, stock that runs low."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vlms.academy.queries.pack_messages import count_unsent
from vlms.catalog.models import CodeSource, Product
from vlms.codes.models import StockCode
from vlms.codes.stock_queries import is_good
from vlms.core.health import is_ready
from vlms.core.work import Actor
from vlms.jobs.models import Job, JobState
from vlms.jobs.queries import SILENCE, count_jobs, worker_seen_at
from vlms.journal.checks import LastCheck, find_last_check, is_unproved


@dataclass(frozen=True)
class Operations:
    """`last_seen_at` is when a worker last took a step; None: never.

    `failed_jobs` are those that somebody asked for, `failed_tasks` the system's own.
    """

    failed_jobs: int
    failed_tasks: int
    is_silent: bool
    last_seen_at: datetime | None
    is_migrated: bool
    low_stock: Sequence[Product]
    # O4: site packs whose message did not leave within 24 hours.
    unsent_packs: int = 0
    # None before the journal was first checked.
    journal: LastCheck | None = None
    # It does not hold, or nobody has looked for two days.
    is_journal_unproved: bool = False


def count_operations(session: Session, actor: Actor, now: datetime) -> Operations:
    """For a System scope."""
    seen_at, journal = worker_seen_at(session), find_last_check(session)
    return Operations(
        count_jobs(session, actor, JobState.FAILED),
        _count_failed_tasks(session),
        seen_at is None or now - seen_at > SILENCE,
        seen_at,
        is_ready(),
        _low_stock(session, now),
        count_unsent(session, now),
        journal,
        is_unproved(session, journal, now),
    )


def _count_failed_tasks(session: Session) -> int:
    failed = select(func.count(Job.id)).where(Job.state == JobState.FAILED, Job.title.is_(None))
    return int(session.scalar(failed) or 0)


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
