"""Deliveries of many codes: checked at once, done by a job, seen when all codes are made (C1)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from vlms.catalog.models import CodeSource
from vlms.core.errors import Conflict, Topic
from vlms.core.text import Name, _
from vlms.core.work import Work
from vlms.jobs.models import ENDED, Job
from vlms.jobs.service import plan_asked
from vlms.orders.events import LongDeliveryAsked
from vlms.orders.models import OrderLine
from vlms.orders.queries import get_line, get_order
from vlms.orders.service.delivery import deliver

ISSUE = "codes.issue"
# 2026-11: 500 codes take about 0.1 s, short enough to wait for and to hold the database.
AT_ONCE = 500


def deliver_or_plan(
    work: Work, order_id: UUID, line_id: UUID, quantity: int, note: str | None = None
) -> Job | None:
    """Deliver now (None), or plan the job that makes many codes and then delivers.

    Raises what `deliver` raises, and Conflict while a job is making codes for the line.
    """
    line = get_line(work.session, get_order(work.session, order_id), line_id)
    once_key = f"deliver:{line.id}:{line.delivered_quantity}"
    _check_idle(work, once_key)
    if not is_long(line, quantity):
        deliver(work, order_id, line_id, quantity, note)
        return None
    _try(work, order_id, line_id, quantity, note)
    work.events.append(LongDeliveryAsked(line.id, quantity))
    return _plan(work, line, once_key, {"quantity": quantity, "note": note})


def is_long(line: OrderLine, quantity: int) -> bool:
    """Whether so many units are too many codes for one transaction."""
    makes_codes = line.product.code_source is not CodeSource.NONE
    return makes_codes and quantity * line.product.units > AT_ONCE


def find_running(work: Work, once_key: str) -> Job | None:
    """The job that is making codes for a line as it stands."""
    waiting = (Job.once_key == once_key, Job.state.not_in(ENDED))
    return work.session.scalar(select(Job).where(*waiting))


def _check_idle(work: Work, once_key: str) -> None:
    if find_running(work, once_key) is not None:
        raise _being_made()


def _being_made() -> Conflict:
    return Conflict(
        "C1",
        _("Codes are being made for this line at this moment."),
        reason="being_issued",
        way_out=_("Wait until that has ended, or cancel it on its page."),
        ask=Topic.CODES,
    )


def _try(work: Work, order_id: UUID, line_id: UUID, quantity: int, note: str | None) -> None:
    """Raises what the delivery would; nothing of it stays, and no code is made."""
    told = len(work.events)
    with work.session.begin_nested() as attempt:
        deliver(work, order_id, line_id, quantity, note)
        attempt.rollback()
    del work.events[told:]
    work.session.expire_all()


def _plan(work: Work, line: OrderLine, once_key: str, facts: dict[str, Any]) -> Job:
    count = facts["quantity"] * line.product.units
    title = _(
        "Codes for order %(order)s: %(count)s × %(product)s",
        order=line.order.number,
        count=count,
        product=Name(line.product.name_en, chinese=line.product.name_zh),
    )
    keys = {"order_id": str(line.order_id), "line_id": str(line.id)}
    job = plan_asked(work, ISSUE, once_key, {**keys, **facts}, title=title, total=count)
    if job is None:
        # Somebody else has asked for it since the line was looked at.
        raise _being_made()
    return job
