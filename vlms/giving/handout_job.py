"""Long handouts, given or taken back as jobs that are left and come back to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from vlms.core.packed_text import pack_text
from vlms.core.text import Text, _, ngettext
from vlms.core.work import Work
from vlms.giving.models.handouts import Handout
from vlms.giving.queries.handouts import count_outcomes
from vlms.giving.rules.handouts import Outcome
from vlms.giving.service.handout_giving import give_next, take_back_next
from vlms.giving.service.handout_sweep import drop_old_drafts
from vlms.jobs.held import HeldJob
from vlms.jobs.models import Job
from vlms.jobs.pieces import Progress, work_off
from vlms.jobs.service import plan_asked
from vlms.jobs.worker import JobKind

GIVE, TAKE_BACK = "giving.give", "giving.take_back"
_TITLES: dict[str, Callable[[int], Text]] = {
    GIVE: lambda count: ngettext(
        "Give codes to %(number)s row", "Give codes to %(number)s rows", count
    ),
    TAKE_BACK: lambda count: ngettext(
        "Take back a handout of %(number)s row", "Take back a handout of %(number)s rows", count
    ),
}


def plan_handout(work: Work, handout: Handout, kind: str) -> Job:
    """Plan what was confirmed. What is done of it stays when it is cancelled."""
    facts = {"handout_id": str(handout.id), "stays": True}
    once = f"{kind}:{handout.id}:{work.now.isoformat()}"
    title = _TITLES[kind](handout.row_count)
    job = plan_asked(work, kind, once, facts, title=title, total=handout.row_count)
    assert job is not None
    job.result = _result(handout.id)
    handout.job_id = job.id
    work.flush()
    return job


def summary(counts: dict[Outcome | None, int]) -> Text:
    """How it ended, in one sentence."""
    return _(
        "Given: %(given)s. Skipped: %(skipped)s. Failed: %(failed)s. Taken back: %(undone)s.",
        given=counts.get(Outcome.GIVEN, 0),
        skipped=counts.get(Outcome.SKIPPED, 0),
        failed=counts.get(Outcome.FAILED, 0),
        undone=counts.get(Outcome.UNDONE, 0),
    )


def _give(held: HeldJob) -> None:
    _work_off(held, give_next)


def _take_back(held: HeldJob) -> None:
    _work_off(held, take_back_next)


def _work_off(held: HeldJob, take_next: Callable[[Work, UUID], Progress]) -> None:
    handout_id = UUID(held.facts["handout_id"])

    def told(work: Work) -> dict[str, Any]:
        counts = count_outcomes(work.session, handout_id)
        return {**_result(handout_id), "summary": pack_text(summary(counts))}

    work_off(held, lambda work: take_next(work, handout_id), told)


def _result(handout_id: UUID) -> dict[str, Any]:
    return {
        "endpoint": "handouts.result",
        "values": {"handout_id": str(handout_id)},
        "label": pack_text(_("See what became of each row")),
    }


def _drop_old_drafts(held: HeldJob) -> None:
    drop_old_drafts(held.work)


HANDOUT_JOBS = (
    JobKind(GIVE, _give),
    JobKind(TAKE_BACK, _take_back),
    JobKind("giving.drop_drafts", _drop_old_drafts, every_seconds=3600),
)
