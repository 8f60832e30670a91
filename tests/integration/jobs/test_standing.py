"""A job does nothing for somebody who has lost, meanwhile, the right to ask for it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from threading import Event
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_role, making
from vlms.accounts.models import RoleGrant
from vlms.core.packed_text import unpack_text
from vlms.core.permissions import Role
from vlms.core.scope import Organisation, System
from vlms.core.text import _
from vlms.core.work import Actor
from vlms.jobs.held import HeldJob
from vlms.jobs.models import Job, JobState
from vlms.jobs.service import plan_asked
from vlms.jobs.standing import covers
from vlms.jobs.worker import JobKind, LaneDied, run_due, run_until

KIND = "count"


def ask(clock: StillClock) -> None:
    """Ann, who is a licensing admin and in finance, asks for a job."""
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        ann = make_member(work, contoso, Role.LICENSING_ADMIN, "ann@contoso.example")
        make_role(work, contoso, ann, Role.FINANCE)
        roles = frozenset({Role.LICENSING_ADMIN, Role.FINANCE})
        actor = Actor("Ann", ann.id, contoso.id, roles)
        scope = Organisation(contoso.id)
    with making(clock(), actor, scope) as work:
        assert plan_asked(work, KIND, "one", {}, title=_("Count"), total=3)


def end_role(clock: StillClock, role: Role) -> None:
    with making(clock()) as work:
        grant = work.session.scalars(select(RoleGrant).where(RoleGrant.role == role)).one()
        grant.ended_at = work.now


def ending(clock: StillClock) -> tuple[JobState, str | None]:
    with making(clock()) as work:
        job = work.session.scalars(select(Job)).one()
        return job.state, str(unpack_text(job.refusal["sentence"])) if job.refusal else None


def test_a_job_of_somebody_who_has_all_roles_still_is_done(app: Flask, clock: StillClock) -> None:
    ask(clock)
    run_due((JobKind(KIND, lambda _held: None),), clock, Event())
    assert ending(clock) == (JobState.DONE, None)


@pytest.mark.parametrize("role", [Role.LICENSING_ADMIN, Role.FINANCE])
def test_a_role_that_was_taken_away_ends_the_job_with_a_sentence(
    app: Flask, clock: StillClock, role: Role
) -> None:
    ran: list[HeldJob] = []
    ask(clock)
    end_role(clock, role)
    run_due((JobKind(KIND, ran.append),), clock, Event())
    state, sentence = ending(clock)
    assert (state, ran) == (JobState.FAILED, [])
    assert sentence is not None
    assert "Your roles here have changed" in sentence


def test_a_role_that_is_taken_away_midway_ends_the_job_before_its_next_step(
    app: Flask, clock: StillClock
) -> None:
    steps: list[int] = []

    def run(held: HeldJob) -> None:
        for number in range(3):
            with held.work(held.asker):
                steps.append(number)
            end_role(clock, Role.FINANCE) if number == 1 else None

    ask(clock)
    run_due((JobKind(KIND, run),), clock, Event())
    assert steps == [0, 1]
    assert ending(clock)[0] is JobState.FAILED


def test_whoever_sees_less_than_before_is_not_covered() -> None:
    one, other, school = uuid4(), uuid4(), uuid4()
    all_of_it = Organisation(one)
    some = Organisation(one, frozenset({other}))
    pupils = Organisation(one, school_ids=frozenset({school}))
    assert covers(all_of_it, some)
    assert covers(all_of_it, pupils)
    assert covers(System("operator"), System("operator"))
    for now, then in ((some, all_of_it), (pupils, all_of_it), (some, pupils)):
        assert not covers(now, then), (now, then)
    assert not covers(Organisation(other), all_of_it)
    assert not covers(all_of_it, System("operator"))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_lane_that_dies_ends_the_worker_with_an_error(app: Flask, clock: StillClock) -> None:
    entered: list[int] = []

    def enter() -> AbstractContextManager[object]:
        entered.append(1)
        if len(entered) == 2:
            raise SystemExit
        return app.app_context()

    with pytest.raises(LaneDied):
        run_until(Event(), (JobKind(KIND, lambda _held: None),), clock, enter)


def test_a_worker_that_is_told_to_stop_ends_well(app: Flask, clock: StillClock) -> None:
    stop = Event()
    stop.set()
    run_until(stop, (JobKind(KIND, lambda _held: None),), clock, nullcontext)
