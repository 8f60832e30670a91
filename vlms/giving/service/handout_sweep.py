"""Drops drafts of handouts that nobody has touched for long: lists of people are not hoarded."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select

from vlms.core.attempts import OpenWork, in_work
from vlms.core.scoping import guarded_update
from vlms.core.work import Work
from vlms.giving.models.handouts import Handout, HandoutRow

KEPT = timedelta(days=30)
_AT_ONCE = 100


def drop_old_drafts(open_work: OpenWork) -> int:
    """Drop the drafts that were left alone for 30 days, each in its own work; how many."""
    with open_work() as work:
        old = select(Handout.id).where(*_is_old(work)).order_by(Handout.touched_at)
        keys = list(work.session.scalars(old.limit(_AT_ONCE)))
    return sum(in_work(open_work, partial(_drop, handout_id=key)) for key in keys)


def _drop(work: Work, handout_id: UUID) -> bool:
    """Locks it first: whoever opens it at this moment and changes it keeps it."""
    as_read = (Handout.id == handout_id, *_is_old(work))
    if guarded_update(work.session, Handout, *as_read, row_count=Handout.row_count) != 1:
        return False
    work.does("handout.dropped")
    rows = delete(HandoutRow).where(HandoutRow.handout_id == handout_id)
    work.session.execute(rows, execution_options={"synchronize_session": False})
    work.session.delete(work.session.get_one(Handout, handout_id))
    work.flush()
    return True


def _is_old(work: Work) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Handout.confirmed_at.is_(None), Handout.touched_at <= work.now - KEPT
