"""`vlms worker`: delivers mail and does what is due. `vlms jobs`: what people asked for."""

from __future__ import annotations

import json
import signal
from threading import Event
from typing import Any
from uuid import UUID

import click
from flask import current_app

from vlms.core.clock import system_clock
from vlms.core.commands import OPERATOR, SCOPE, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import Conflict
from vlms.core.packed_text import unpack_text
from vlms.core.text import _
from vlms.jobs.cancelling import ask_to_stop
from vlms.jobs.models import ENDED, Job, JobState
from vlms.jobs.queries import get_job, list_jobs
from vlms.jobs.words import title_of
from vlms.jobs.worker import LaneDied, plan_recurring, run_due, run_until

_LISTED = 1_000
_LOOK_SECONDS = 1.0


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
@with_app
def worker(once: bool) -> None:
    """Run the worker alone."""
    kinds = current_app.extensions["vlms.jobs"]
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_told: stop.set())
    if once:
        plan_recurring(kinds, system_clock)
        click.echo(f"{run_due(kinds, system_clock, stop)} jobs done.")
        return
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        run_until(stop, kinds, system_clock, app.app_context)
    except LaneDied as died:
        # Whoever keeps us running sees it by the exit code, and begins us anew.
        raise click.ClickException(f"a lane of the worker has died: {died}") from died


@click.group()
def jobs() -> None:
    """Long work that somebody asked for: big deliveries, imports, exports."""


@jobs.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@with_app
def list_(as_json: bool) -> None:
    """The newest thousand jobs."""
    with reading(SCOPE) as session:
        found = list_jobs(session, OPERATOR, _LISTED)
        print_rows([_row(job) for job in found], as_json=as_json)


@jobs.command()
@click.argument("job_id", metavar="ID", type=click.UUID)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@with_app
def show(job_id: UUID, as_json: bool) -> None:
    """Show how far the job ID is, and what came of it."""
    with reading(SCOPE) as session:
        told = _whole(get_job(session, job_id, OPERATOR))
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for name, value in told.items():
        if value not in (None, []):
            click.echo(f"{name}: {value}")


@jobs.command()
@click.argument("job_id", metavar="ID", type=click.UUID)
@with_app
def cancel(job_id: UUID) -> None:
    """Cancel the job ID; what it has made so far is taken back."""
    with command_work() as work:
        job = ask_to_stop(work, job_id)
        click.echo(f"{job.id} {job.state.value}")


@jobs.command()
@click.argument("job_id", metavar="ID", type=click.UUID)
@click.option("--seconds", type=click.IntRange(0), default=3600, help="For how long at most.")
@with_app
def wait(job_id: UUID, seconds: int) -> None:
    """Wait until the job ID has ended; fails unless it is done."""
    pause = Event()
    for _second in range(seconds + 1):
        with reading(SCOPE) as session:
            job = get_job(session, job_id, OPERATOR)
            state = job.state
        if state in ENDED:
            break
        pause.wait(_LOOK_SECONDS)
    click.echo(f"{job_id} {state.value}")
    if state is not JobState.DONE:
        raise Conflict(
            None,
            _("The job is not done."),
            way_out=_("Look at it: vlms jobs show %(job)s", job=job_id),
        )


def _row(job: Job) -> dict[str, Any]:
    return {
        "id": str(job.id),
        "state": job.state.value,
        "title": title_of(job),
        "done": job.done_count,
        "total": job.total_count,
        "asked_by": job.asker["name"] if job.asker else None,
        "created_at": job.created_at.isoformat(),
        "finished_at": job.finished_at.isoformat() if job.finished_at else None,
    }


def _whole(job: Job) -> dict[str, Any]:
    refusal, result = job.refusal or {}, job.result or {}
    return {
        **_row(job),
        "attempt": job.attempt,
        "cancel_asked_at": job.cancel_asked_at.isoformat() if job.cancel_asked_at else None,
        "refused": _said(refusal.get("sentence")) if refusal else job.last_error,
        "summary": _said(result.get("summary")),
        "left_out": [{"row": row, "why": _said(why)} for row, why in result.get("failed") or []],
    }


def _said(packed: dict[str, Any] | None) -> str | None:
    text = unpack_text(packed)
    return None if text is None else str(text)
