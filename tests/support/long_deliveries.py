"""Makes an invoiced order of many codes, and its delivery as a job."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from tests.support.making import making
from tests.support.making_orders import Shop, make_invoiced, make_shop, wish
from vlms.catalog.models import Product
from vlms.codes.models import Code, CodeBatch
from vlms.core.db import reading
from vlms.core.scope import System
from vlms.core.scoping import seeing_unfinished
from vlms.jobs.models import Job
from vlms.orders.models import OrderLine
from vlms.orders.service.long_delivery import ISSUE, deliver_or_plan


def ask_delivery(
    now: datetime, count: int, product: Product | None = None, shop: Shop | None = None
) -> tuple[Shop, UUID, UUID]:
    """A shop, the line of `count` codes, and the job that is planned for them."""
    with making(now) as work:
        shop = shop or make_shop(work)
        order = make_invoiced(work, shop, wish(product or shop.product, count))
        line = order.lines[0]
    with shop.operating(now) as work:
        job = deliver_or_plan(work, order.id, line.id, count)
        assert job is not None
        return shop, line.id, job.id


def read_job(job_id: UUID) -> Job:
    with reading(System("test")) as session:
        job = session.get_one(Job, job_id)
        session.expunge(job)
        return job


def counts(line_id: UUID) -> dict[str, Any]:
    """What is delivered, seen by everybody, and made so far."""
    with reading(System("test")) as session:
        line = session.get_one(OrderLine, line_id)
        seen = session.scalar(select(func.count(Code.id)))
        batches = session.scalar(select(func.count(CodeBatch.id)))
        with seeing_unfinished(session):
            numbers = session.scalars(select(Code.number)).all()
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), "doubled, or left out"
        return {
            "delivered": line.delivered_quantity,
            "seen": seen,
            "batches": batches,
            "made": len(numbers),
        }


NOTHING = {"delivered": 0, "seen": 0, "batches": 0, "made": 0}
KIND = ISSUE
