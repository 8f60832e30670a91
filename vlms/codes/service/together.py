"""The same step on many codes: each by its own rules, one that is refused stops no other.

What was confirmed is written down first, code by code as its page had shown it. Then the
steps are taken, some a unit of work, each together with what became of it: whoever goes on
after a crash takes none twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select

from vlms.codes.bulk_models import BulkRun, BulkRunCode
from vlms.codes.errors import GivingRefused
from vlms.codes.models import Code
from vlms.codes.service import assigning, reserving
from vlms.codes.service.charging_to import set_cost_centre
from vlms.core.attempts import OpenWork
from vlms.core.errors import DomainError
from vlms.core.packed_text import pack_refusal
from vlms.core.scoping import bulk_insert
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.jobs.pieces import Progress, take_all_pieces

# So many a transaction, so that others are not kept waiting.
AT_ONCE = 50
KEPT = timedelta(days=90)
Act = Callable[[Work, UUID], Code]
STEPS: dict[str, Act] = {
    "assign": assigning.start_assign,
    "release": reserving.release,
    "call-back": assigning.call_back,
}


class Seen(NamedTuple):
    """A code as a page had shown it."""

    code_id: UUID
    version: int
    agreement_id: UUID


def write_down(
    work: Work, act: str, chosen: Sequence[Seen], cost_centre: str | None = None
) -> BulkRun:
    """Keep what was confirmed: the act's word, and the codes in their order.

    A `cost_centre` is to bear them all; None: each stays with its own.
    """
    assert work.actor.organisation_id is not None
    run = BulkRun(
        organisation_id=work.actor.organisation_id,
        act=act,
        asked_by=work.actor.user_id,
        asked_at=work.now,
        code_count=len(chosen),
        cost_centre=cost_centre,
    )
    work.session.add(run)
    work.flush()
    rows = [
        {
            "id": new_id(),
            "organisation_id": run.organisation_id,
            "agreement_id": seen.agreement_id,
            "run_id": run.id,
            "position": position,
            "code_id": seen.code_id,
            "version": seen.version,
            "is_taken": None,
            "refusal": None,
        }
        for position, seen in enumerate(chosen)
    ]
    if rows:
        bulk_insert(work.session, BulkRunCode, rows)
    return run


def take_all(open_work: OpenWork, run_id: UUID) -> None:
    """Take the step on all codes whose turn is to come, some a unit of work."""
    take_all_pieces(open_work, lambda work: take_next(work, run_id))


def take_next(work: Work, run_id: UUID) -> Progress:
    """Take the step on the next of a run's codes.

    What a refused one had begun is undone, and what stands against it is written down.
    """
    run = work.session.get_one(BulkRun, run_id)
    next_ones = (
        select(BulkRunCode)
        .where(BulkRunCode.run_id == run_id, BulkRunCode.is_taken.is_(None))
        .order_by(BulkRunCode.position)
        .limit(AT_ONCE)
    )
    found = work.session.scalars(next_ones).all()
    for each in found:
        refusal = _take(work, each, run)
        each.is_taken = refusal is None
        each.refusal = None if refusal is None else pack_refusal(refusal)
    work.flush()
    return Progress(found[-1].position + 1 if found else run.code_count, run.code_count)


def _take(work: Work, each: BulkRunCode, run: BulkRun) -> DomainError | None:
    event_count = len(work.events)
    try:
        with work.session.begin_nested():
            _check_as_seen(work, each)
            if run.cost_centre is not None:
                set_cost_centre(work, each.code_id, run.cost_centre)
            STEPS[run.act](work, each.code_id)
    except DomainError as refusal:
        del work.events[event_count:]
        return refusal
    return None


def _check_as_seen(work: Work, each: BulkRunCode) -> None:
    """Raises GivingRefused for a code that is not as it was when the step was confirmed."""
    version = work.session.scalar(select(Code.version).where(Code.id == each.code_id))
    if version != each.version:
        raise GivingRefused(
            "C6",
            _("Somebody has changed this code since you confirmed, so it was left as it is."),
            reason="code_moved",
            way_out=_("Look at it, and take the step again."),
        )


def forget_old_runs(work: Work) -> None:
    """What was confirmed long ago goes; the journal tells of each code for good."""
    old = select(BulkRun.id).where(BulkRun.asked_at < work.now - KEPT)
    unsynchronised = {"synchronize_session": False}
    work.session.execute(
        delete(BulkRunCode).where(BulkRunCode.run_id.in_(old)), execution_options=unsynchronised
    )
    work.session.execute(
        delete(BulkRun).where(BulkRun.asked_at < work.now - KEPT), execution_options=unsynchronised
    )
