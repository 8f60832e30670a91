"""The worker: claims due jobs one after the other and runs what belongs to their kind.

It has two lanes: what is short and must be in time (mail, lapses) never waits behind what
somebody asked for, which may take minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Event, Thread

import structlog
from sqlalchemy import select

from vlms.core.attempts import retrying
from vlms.core.backoff import pause_after
from vlms.core.clock import Clock
from vlms.core.errors import DomainError, frames_of
from vlms.core.scope import System
from vlms.core.work import Work, working
from vlms.jobs.held import WORKER, HeldJob, JobCancelled, LeaseLost
from vlms.jobs.models import Job
from vlms.jobs.service import claim, fail, finish, has_finished, plan, refuse, stop

_log = structlog.get_logger()
IDLE_SECONDS = 1.0
# So often a job is begun; more only when each time its worker was killed.
MOST_CLAIMS = 20


class WorkerKeepsDying(RuntimeError):
    """Whoever runs this job is killed each time: it is given up, and undone."""


class LaneDied(RuntimeError):
    """A lane of the worker ended, though nobody had told it to."""


Context = AbstractContextManager[object]


@dataclass(frozen=True)
class JobKind:
    """What runs jobs of a kind; with `every_seconds` one such job recurs for ever.

    `run` does its writing within `held.work()`, in steps that are shorter than a lease.
    """

    kind: str
    run: Callable[[HeldJob], None]
    every_seconds: int | None = None
    # Takes back what a job has made that is cancelled or given up.
    undo: Callable[[HeldJob], None] | None = None
    is_short: bool = False
    # So many that recur may run at once, each in a worker of its own.
    at_once: int = 1

    @property
    def belongs_to_short(self) -> bool:
        """Whether it takes seconds at most; what recurs does."""
        return self.is_short or self.every_seconds is not None


def plan_recurring(kinds: Sequence[JobKind], clock: Clock) -> None:
    """Make sure that each recurring job is there, at its present rhythm."""
    with working(WORKER, System("recurring jobs"), clock()) as work:
        for each in kinds:
            if each.every_seconds is not None:
                for place in range(1, each.at_once + 1):
                    _plan_again(work, each, place)


def _plan_again(work: Work, kind: JobKind, place: int) -> None:
    key = f"recurring:{kind.kind}" + (f":{place}" if place > 1 else "")
    if plan(work, kind.kind, key, every_seconds=kind.every_seconds) is None:
        known = work.session.scalar(select(Job).where(Job.once_key == key))
        assert known is not None
        known.every_seconds = kind.every_seconds


def run_due(kinds: Sequence[JobKind], clock: Clock, stop: Event) -> int:
    """Run jobs until none is due, or `stop`; returns how many were run."""
    by_kind = {each.kind: each for each in kinds}
    count = 0
    while not stop.is_set():
        held = retrying(lambda: claim(clock, *by_kind))
        if held is None:
            break
        _run(by_kind[held.kind], held)
        count += 1
    return count


def run_until(
    stop: Event, kinds: Sequence[JobKind], clock: Clock, enter: Callable[[], Context]
) -> None:
    """Work in both lanes until `stop`; the jobs at hand are finished first.

    `enter` gives each lane's thread the application it works for. Raises LaneDied when one
    ends by itself: whoever keeps the worker running begins it anew.
    """
    retrying(lambda: plan_recurring(kinds, clock))
    threads = [
        Thread(target=_run_lane, args=(stop, lane, clock, enter), name=name)
        for name, lane in lanes(kinds).items()
    ]
    for thread in threads:
        thread.start()
    dead: list[str] = []
    while not stop.wait(IDLE_SECONDS):
        # A thread that died would leave its lane standing: the other stops as well.
        dead = [thread.name for thread in threads if not thread.is_alive()]
        if stop.is_set():
            dead = []
        elif dead:
            stop.set()
    for thread in threads:
        thread.join()
    if dead:
        raise LaneDied(", ".join(dead))


def lanes(kinds: Sequence[JobKind]) -> Mapping[str, Sequence[JobKind]]:
    """What is short, and what may be long."""
    return {
        "short": [each for each in kinds if each.belongs_to_short],
        "long": [each for each in kinds if not each.belongs_to_short],
    }


def _run_lane(
    stop: Event, kinds: Sequence[JobKind], clock: Clock, enter: Callable[[], Context]
) -> None:
    with enter():
        while not stop.is_set():
            try:
                run_due(kinds, clock, stop)
            except Exception as error:
                # The database is away: the worker outlives it and looks again.
                _tell("no job could be claimed", "", error)
            stop.wait(IDLE_SECONDS)


def _run(kind: JobKind, held: HeldJob) -> None:
    try:
        _attempt(kind, held)
    except LeaseLost:
        _log.warning("job was taken over", kind=held.kind, job=str(held.id))
    except Exception as error:
        # What was to be written down could not be: the lease ends, and another tries.
        _tell("job could not be ended", held.kind, error)


def _attempt(kind: JobKind, held: HeldJob) -> None:
    try:
        if held.every_seconds is None and held.attempt > MOST_CLAIMS:
            raise WorkerKeepsDying
        held.check_asker()
        kind.run(held)
        if not has_finished(held):
            retrying(lambda: finish(held))
    except LeaseLost:
        raise
    except JobCancelled:
        _undo(kind, held)
        retrying(lambda: stop(held))
    except Exception as error:
        _tell("job failed", held.kind, error)
        _fail(kind, held, error)


def _fail(kind: JobKind, held: HeldJob, error: Exception) -> None:
    """A refusal is final, as another try would meet it again; anything else may pass."""
    if isinstance(error, DomainError) and held.every_seconds is None:
        _undo(kind, held)
        retrying(lambda: refuse(held, error))
        return
    if pause_after(held.attempt) is None:
        _undo(kind, held)
    retrying(lambda: fail(held, type(error).__name__))


def _undo(kind: JobKind, held: HeldJob) -> None:
    if kind.undo is not None:
        kind.undo(held)


def _tell(what: str, kind: str, error: Exception) -> None:
    _log.error(what, kind=kind, error=type(error).__name__, frames=frames_of(error))
