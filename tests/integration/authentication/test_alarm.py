"""Twenty failures within a minute are told to the operators, once (threat 4)."""

from __future__ import annotations

import pytest
from flask import Flask
from structlog.testing import capture_logs

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from vlms.accounts.models import OrganisationKind
from vlms.authentication.jobs import DOOR_JOBS
from vlms.authentication.service.alarm import list_alarms, raise_alarms
from vlms.codes.service.tries import LOOK_UPS, REVEALS, give_back, take_try
from vlms.core.permissions import Role
from vlms.core.tries import FAILURES, TryCount
from vlms.core.work import Terms
from vlms.notices.models import OutboxMessage
from vlms.reactions import JOBS

LIMIT = Terms().alarm_failures


@pytest.fixture(autouse=True)
def operators(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        place = make_organisation(work, "operations", OrganisationKind.OPERATOR)
        make_member(work, place, Role.OPERATOR, "olive@operator.example")
        make_member(work, place, Role.AUDITOR, "aud@operator.example")


def fail(clock: StillClock, count: int, kind: str = LOOK_UPS) -> None:
    """So many strangers fail once each."""
    with making(clock()) as work:
        for stranger in range(count):
            take_try(work, kind, f"source:{stranger}")


def look_out(clock: StillClock) -> int:
    with making(clock()) as work:
        return raise_alarms(work)


def mailed(clock: StillClock) -> list[tuple[str, object]]:
    with making(clock()) as work:
        found = work.session.query(OutboxMessage).filter_by(template="failure_alarm")
        return [(one.to_address, one.facts["count"]) for one in found]


def test_twenty_failures_of_a_minute_are_told_once(clock: StillClock) -> None:
    fail(clock, LIMIT)
    assert look_out(clock) == 0
    clock.move(minutes=1)
    with capture_logs() as logs:
        assert look_out(clock) == 1
        assert look_out(clock) == 0
    assert [one["event"] for one in logs] == ["many failures"]
    assert (logs[0]["count"], logs[0][LOOK_UPS]) == (LIMIT, LIMIT)
    assert mailed(clock) == [("olive@operator.example", LIMIT)]
    with making(clock()) as work:
        assert [one.count for one in list_alarms(work.session, clock())] == [LIMIT]


def test_another_minute_of_the_hour_is_told_without_a_mail(clock: StillClock) -> None:
    for _minute in range(2):
        fail(clock, LIMIT)
        clock.move(minutes=1)
    assert look_out(clock) == 2
    assert len(mailed(clock)) == 1
    clock.move(hours=1)
    fail(clock, LIMIT)
    clock.move(minutes=1)
    assert look_out(clock) == 1
    assert len(mailed(clock)) == 2


def test_fewer_successes_and_what_is_no_guess_raise_no_alarm(clock: StillClock) -> None:
    """The control: the same number of tries, but not twenty failures of one minute."""
    fail(clock, LIMIT - 1)
    with making(clock()) as work:
        take_try(work, LOOK_UPS, "holder")
        give_back(work, LOOK_UPS, "holder")
    fail(clock, LIMIT, REVEALS)
    clock.move(minutes=1)
    fail(clock, 1)
    clock.move(minutes=1)
    assert look_out(clock) == 0
    with making(clock()) as work:
        rows = work.session.query(TryCount).filter_by(kind=FAILURES)
        assert sorted(row.count for row in rows) == [1, LIMIT - 1]


def test_the_worker_looks_out_every_minute() -> None:
    (job,) = DOOR_JOBS
    assert job in JOBS
    assert job.every_seconds == 60
