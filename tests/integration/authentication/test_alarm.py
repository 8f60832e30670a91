"""Twenty failures within a minute are told to the operators, once (threat 4)."""

from __future__ import annotations

from contextlib import suppress

import pytest
from flask import Flask, g
from structlog.testing import capture_logs

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_user, making
from vlms.accounts.models import OrganisationKind
from vlms.authentication.jobs import DOOR_JOBS
from vlms.authentication.service.alarm import list_alarms, raise_alarms
from vlms.authentication.service.limits import BY_NETWORK, LIMITS, count_sign_in
from vlms.authentication.service.tries import count_success
from vlms.authentication.service.tries import take_try as take_step_try
from vlms.codes.service.tries import LOOK_UPS, REVEALS, give_back, take_try
from vlms.core.errors import TooMany
from vlms.core.permissions import Role
from vlms.core.scope import System
from vlms.core.tokens import new_id
from vlms.core.tries import FAILURES, TryCount
from vlms.core.work import Actor, Terms
from vlms.notices.models import OutboxMessage
from vlms.reactions import JOBS
from vlms.web.unit_of_work import unit_of_work

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


def test_what_a_limit_of_a_network_turns_away_is_counted(app: Flask, clock: StillClock) -> None:
    with app.test_request_context():
        for number in range(LIMITS[BY_NETWORK] + LIMIT):
            if number == LIMITS[BY_NETWORK]:
                clock.move(minutes=1)
            g.now, g.scope, g.actor = clock(), System("test"), Actor("somebody")
            with suppress(TooMany), unit_of_work() as work:
                count_sign_in(work, f"{number}@contoso.example", "192.0.2.1")
    clock.move(minutes=1)
    assert look_out(clock) == 2
    assert mailed(clock) == [("olive@operator.example", LIMITS[BY_NETWORK])]


def test_wrong_codes_at_the_second_step_are_counted_and_right_ones_are_not(
    clock: StillClock,
) -> None:
    with making(clock()) as work:
        user = make_user(work, "ann@contoso.example")
        for _time in range(LIMIT):
            take_step_try(work, user.id, new_id())
        count_success(work, user.id)
    clock.move(minutes=1)
    assert look_out(clock) == 0
    with making(clock()) as work:
        for _time in range(LIMIT):
            take_step_try(work, user.id, new_id())
    clock.move(minutes=1)
    assert look_out(clock) == 1


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
    (job,) = (each for each in DOOR_JOBS if each.kind == "doors.look_out")
    assert job in JOBS
    assert job.every_seconds == 60
