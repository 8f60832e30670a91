"""The recurring work of the doors."""

from __future__ import annotations

from vlms.authentication.service.alarm import raise_alarms
from vlms.authentication.service.telling import tell_failures
from vlms.authentication.service.visits import end_lapsed_visits
from vlms.jobs.held import HeldJob
from vlms.jobs.worker import JobKind


def _look_out(held: HeldJob) -> None:
    with held.work() as work:
        raise_alarms(work)


def _tell(held: HeldJob) -> None:
    with held.work() as work:
        tell_failures(work)


def _end_visits(held: HeldJob) -> None:
    with held.work() as work:
        end_lapsed_visits(work)


DOOR_JOBS = (
    JobKind("doors.look_out", _look_out, every_seconds=60),
    JobKind("doors.tell_failures", _tell, every_seconds=600),
    JobKind("doors.end_visits", _end_visits, every_seconds=60),
)
