"""Finds the steps that somebody took on many codes, and what became of each code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from vlms.codes.bulk_models import BulkRun, BulkRunCode
from vlms.codes.models import Code
from vlms.core.errors import NotFound
from vlms.core.text import _
from vlms.core.work import Actor


class RunCounts(NamedTuple):
    """On how many codes the step was taken, which were left out, and whose turn is to come."""

    taken: int
    left_out: int
    waiting: int


_WITH_CODE = joinedload(BulkRunCode.code).options(
    joinedload(Code.batch),
    selectinload(Code.product),
    selectinload(Code.person),
    selectinload(Code.agreement),
)


def get_run(session: Session, run_id: UUID, actor: Actor) -> BulkRun:
    """Raises NotFound, also for what somebody else has confirmed."""
    own = (BulkRun.id == run_id, BulkRun.asked_by == actor.user_id)
    run = session.scalar(select(BulkRun).where(*own))
    if run is None:
        raise NotFound(None, _("There is no such result here; results are kept for 90 days."))
    return run


def count_run(session: Session, run_id: UUID) -> RunCounts:
    statement = (
        select(BulkRunCode)
        .where(BulkRunCode.run_id == run_id)
        .with_only_columns(BulkRunCode.is_taken, func.count(BulkRunCode.id))
        .group_by(BulkRunCode.is_taken)
    )
    found = {is_taken: int(count) for is_taken, count in session.execute(statement)}
    return RunCounts(found.get(True, 0), found.get(False, 0), found.get(None, 0))


def last_final_at(session: Session, run_id: UUID) -> datetime | None:
    """C2: when the last assignment that the run has started becomes final; None without a delay."""
    taken = select(BulkRunCode.code_id).where(
        BulkRunCode.run_id == run_id, BulkRunCode.is_taken.is_(True)
    )
    started = select(Code).where(Code.id.in_(taken), Code.assign_due_at.is_not(None))
    return session.scalar(started.with_only_columns(func.max(Code.assign_due_at)))


def list_run_codes(
    session: Session, run_id: UUID, is_taken: bool | None, limit: int
) -> Sequence[BulkRunCode]:
    """The first of a run's codes on which the step was taken, left out, or is to come."""
    statement = _of_run(run_id).where(BulkRunCode.is_taken.is_(is_taken))
    return session.scalars(statement.options(_WITH_CODE).limit(limit)).all()


def list_whole_run(session: Session, run_id: UUID) -> Sequence[BulkRunCode]:
    return session.scalars(_of_run(run_id).options(_WITH_CODE)).all()


def _of_run(run_id: UUID) -> Select[BulkRunCode]:
    statement = select(BulkRunCode).where(BulkRunCode.run_id == run_id)
    return statement.order_by(BulkRunCode.position)


def left_out_of(run_id: UUID) -> Select[UUID]:
    """The keys of the codes that a run has left out."""
    return select(BulkRunCode.code_id).where(
        BulkRunCode.run_id == run_id, BulkRunCode.is_taken.is_(False)
    )
