"""Jobs: claimed once, taken over from the dead, closed to sleepers."""

from __future__ import annotations

import threading
from collections.abc import Callable
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.racing import race
from vlms.core.attempts import retrying
from vlms.core.backoff import PAUSES
from vlms.jobs.models import Job, JobState
from vlms.jobs.service import LEASE, HeldJob, LeaseLost, claim, fail, finish, plan
from vlms.jobs.worker import MOST_CLAIMS, JobKind, plan_recurring, run_due, run_until

KIND = "count"


def plan_one(clock: StillClock, once_key: str = "one", **facts: int) -> None:
    with making(clock()) as work:
        plan(work, KIND, once_key, facts)


def held(clock: StillClock) -> HeldJob:
    found = claim(clock, KIND)
    assert found is not None
    return found


def only_job(clock: StillClock) -> Job:
    with making(clock()) as work:
        job = work.session.query(Job).one()
        work.session.expunge(job)
        return job


def test_one_occasion_plans_one_job(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        assert plan(work, KIND, "one") is not None
        assert plan(work, KIND, "one") is None


def test_one_occasion_at_the_same_moment_plans_one_job(app: Flask, clock: StillClock) -> None:
    def ask() -> bool:
        with making(clock()) as work:
            return plan(work, "count", "key") is not None

    for _round in range(5):
        results = race(app, [ask] * 4)
        assert results.count(True) == 1, results
        assert results.count(False) == 3
        with making(clock()) as work:
            for job in work.session.scalars(select(Job)):
                work.session.delete(job)


def test_a_job_is_not_claimed_before_its_time(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        plan(work, KIND, "one", at=work.now + LEASE)
    assert claim(clock, KIND) is None
    clock.set(clock() + LEASE)
    assert claim(clock, "another kind") is None
    assert claim(clock, KIND) is not None


def test_two_workers_claim_each_job_once(app: Flask, clock: StillClock) -> None:
    for number in range(20):
        plan_one(clock, f"job {number}")
    claimed: list[HeldJob] = []
    barrier = threading.Barrier(4)

    def work_off() -> None:
        with app.app_context():
            barrier.wait()
            misses = 0
            while misses < 3:
                found = retrying(lambda: claim(clock, KIND))
                misses += found is None
                if found is not None:
                    claimed.append(found)

    _in_threads(work_off, 4)
    assert len(claimed) == 20
    assert len({job.id for job in claimed}) == 20


def _in_threads(target: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=target) for _each in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_the_lease_of_a_killed_worker_is_taken_over(app: Flask, clock: StillClock) -> None:
    plan_one(clock)
    killed = held(clock)
    clock.set(clock() + LEASE)
    assert claim(clock, KIND) is None
    clock.move(seconds=1)
    heir = held(clock)
    assert heir.id == killed.id
    assert (heir.attempt, heir.token) == (2, killed.token + 1)
    finish(heir)
    assert only_job(clock).state is JobState.DONE


def test_a_sleeper_can_no_longer_write(app: Flask, clock: StillClock) -> None:
    plan_one(clock)
    sleeper = held(clock)
    clock.move(seconds=LEASE.total_seconds() + 1)
    heir = held(clock)
    for write in (finish, lambda job: fail(job, "late")):
        with pytest.raises(LeaseLost):
            write(sleeper)
    with pytest.raises(LeaseLost), sleeper.work() as work:
        plan(work, "never", "never")
    with heir.work() as work:
        heir.tell_progress(work, 3, 10)
    finish(heir)
    job = only_job(clock)
    assert (job.done_count, job.total_count, job.state) == (3, 10, JobState.DONE)
    with pytest.raises(LeaseLost):
        finish(heir)


def test_each_step_prolongs_the_lease(app: Flask, clock: StillClock) -> None:
    plan_one(clock)
    job = held(clock)
    for _step in range(5):
        clock.move(seconds=LEASE.total_seconds() - 1)
        with job.work():
            pass
        assert claim(clock, KIND) is None


def test_a_job_that_fails_is_tried_later_and_later_then_given_up(
    app: Flask, clock: StillClock
) -> None:
    plan_one(clock)
    for pause in PAUSES:
        fail(held(clock), "Trouble")
        assert claim(clock, KIND) is None
        clock.set(clock() + pause)
    fail(held(clock), "Trouble")
    job = only_job(clock)
    assert (job.state, job.last_error) == (JobState.FAILED, "Trouble")


def test_a_recurring_job_comes_again_and_never_gives_up(app: Flask, clock: StillClock) -> None:
    ran: list[int] = []

    def run(job: HeldJob) -> None:
        ran.append(job.attempt)
        if len(ran) < 12:
            raise RuntimeError("a secret address")

    kinds = (JobKind(KIND, run, every_seconds=30),)
    plan_recurring(kinds, clock)
    plan_recurring(kinds, clock)
    for _try in range(12):
        assert run_due(kinds, clock, Event()) == 1
        clock.move(hours=6)
    job = only_job(clock)
    assert (job.state, job.attempt, job.last_error) == (JobState.WAITING, 0, None)


def test_so_many_workers_run_a_recurring_job_at_once_as_it_says(
    app: Flask, clock: StillClock
) -> None:
    kinds = (JobKind(KIND, lambda _job: None, every_seconds=30, at_once=2),)
    for _again in range(2):
        plan_recurring(kinds, clock)
    held = [claim(clock, KIND) for _worker in range(3)]
    assert [each is None for each in held] == [False, False, True]


def test_a_job_whose_worker_is_killed_each_time_is_given_up_and_undone(
    app: Flask, clock: StillClock
) -> None:
    plan_one(clock)
    begun: list[int] = []
    undone: list[int] = []
    kind = JobKind(KIND, lambda job: begun.append(job.attempt), undo=lambda job: undone.append(1))
    for _killed in range(MOST_CLAIMS):
        held(clock)
        clock.move(seconds=LEASE.seconds + 1)
    run_due((kind,), clock, Event())
    assert (begun, undone) == ([], [1])
    assert only_job(clock).state is JobState.FAILED
    assert only_job(clock).last_error == "WorkerKeepsDying"


def test_the_worker_does_not_repeat_what_an_error_says(
    app: Flask, clock: StillClock, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(_job: HeldJob) -> None:
        raise RuntimeError("bob@contoso.example")

    plan_one(clock)
    run_due((JobKind(KIND, run),), clock, Event())
    assert only_job(clock).last_error == "RuntimeError"
    told = capsys.readouterr()
    assert "bob@" not in told.out + told.err


def test_a_new_rhythm_reaches_a_recurring_job(app: Flask, clock: StillClock) -> None:
    plan_recurring((JobKind(KIND, finish, every_seconds=30),), clock)
    plan_recurring((JobKind(KIND, finish, every_seconds=5),), clock)
    assert only_job(clock).every_seconds == 5


def test_a_worker_that_is_told_to_stop_claims_nothing_more(app: Flask, clock: StillClock) -> None:
    stop = Event()
    for number in range(3):
        plan_one(clock, f"job {number}")
    kinds = (JobKind(KIND, lambda _job: stop.set()),)
    assert run_due(kinds, clock, stop) == 1


def test_mail_does_not_wait_behind_a_long_job_and_both_end_gracefully(
    app: Flask, clock: StillClock
) -> None:
    stop, has_begun, may_end = Event(), Event(), Event()
    ended: list[str] = []

    def run_long(_job: HeldJob) -> None:
        has_begun.set()
        assert may_end.wait(30)
        ended.append("long")

    def run_short(_job: HeldJob) -> None:
        assert has_begun.wait(30)
        ended.append("short")
        stop.set()
        may_end.set()

    plan_one(clock)
    kinds = (JobKind(KIND, run_long), JobKind("mail", run_short, every_seconds=3600))
    run_until(stop, kinds, clock, app.app_context)
    assert ended == ["short", "long"]
    assert claim(clock, KIND, "mail") is None
