"""The same step on very many codes, as a job that is left and come back to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from vlms.codes.bulk_models import BulkRun
from vlms.codes.bulk_queries import count_run
from vlms.codes.service.together import forget_old_runs, take_next
from vlms.core.packed_text import pack_text
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.jobs.held import HeldJob
from vlms.jobs.models import Job
from vlms.jobs.pieces import work_off
from vlms.jobs.service import plan_asked
from vlms.jobs.worker import JobKind

TAKE_STEPS = "codes.take_steps"


def plan_steps(work: Work, run: BulkRun, title: Text) -> Job:
    """Plan the steps that were written down. What is done of them stays when it is cancelled."""
    facts = {"run_id": str(run.id), "stays": True}
    job = plan_asked(work, TAKE_STEPS, f"bulk:{run.id}", facts, title=title, total=run.code_count)
    assert job is not None
    job.result = _result(run.id)
    run.job_id = job.id
    work.flush()
    return job


def take_steps(held: HeldJob) -> None:
    """Go on where the last worker was, until no code is left whose turn is to come."""
    run_id = UUID(held.facts["run_id"])

    def told(work: Work) -> dict[str, Any]:
        counts = count_run(work.session, run_id)
        done = _("Done: %(done)s. Left out: %(left)s.", done=counts.taken, left=counts.left_out)
        return {**_result(run_id), "summary": pack_text(done)}

    work_off(held, lambda work: take_next(work, run_id), told)


def _result(run_id: UUID) -> dict[str, Any]:
    return {
        "endpoint": "codes.bulk_done",
        "values": {"run_id": str(run_id)},
        "label": pack_text(_("See what became of each code")),
    }


def _forget(held: HeldJob) -> None:
    with held.work() as work:
        forget_old_runs(work)


BULK_JOBS = (
    JobKind(TAKE_STEPS, take_steps),
    JobKind("codes.forget_steps", _forget, every_seconds=86_400),
)
