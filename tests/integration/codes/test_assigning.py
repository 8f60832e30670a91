"""Assigning starts a delay, can be called back, and is then final (C2)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from tests.integration.codes.giving import Scene, make_scene
from tests.support.clock import StillClock
from tests.support.conservation import check_codes
from tests.support.making import making
from tests.support.making_codes import text_of
from vlms.accounts.models import LinkPurpose, OneTimeLink, Person
from vlms.audit.models import AuditEntry
from vlms.codes.errors import GivingRefused, StepRefused
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.assigning import call_back, finish_due_assignments, start_assign
from vlms.codes.service.lapsing import sweep_expiry
from vlms.codes.service.reserving import reserve_this
from vlms.codes.service.voiding import void
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage


def open_work(clock: StillClock) -> AbstractContextManager[Work]:
    return making(clock())


def reserved(clock: StillClock, scene: Scene, place: int = 0) -> Code:
    with making(clock()) as work:
        return reserve_this(work, scene.codes[place].id, scene.ann, confirmed=True)


def code_now(clock: StillClock, code: Code) -> Code:
    with making(clock()) as work:
        return work.session.get_one(Code, code.id)


def actions_on(work: Work, code: Code) -> list[str]:
    entries = select(AuditEntry.action).where(AuditEntry.record_id == code.id)
    return list(work.session.scalars(entries.order_by(AuditEntry.sequence)))


def test_an_assignment_waits_out_its_delay_and_then_mails_a_claim_link(
    app: Flask, clock: StillClock
) -> None:
    scene = make_scene(clock, delay=30)
    code = reserved(clock, scene)
    with making(clock()) as work:
        assert start_assign(work, code.id).assign_due_at == clock() + timedelta(minutes=30)
    assert finish_due_assignments(partial(open_work, clock)) == 0
    clock.move(minutes=30)
    assert finish_due_assignments(partial(open_work, clock)) == 1
    assert finish_due_assignments(partial(open_work, clock)) == 0
    with making(clock()) as work:
        code = work.session.get_one(Code, code.id)
        assert (code.state, code.assigned_at, code.assign_due_at) == (
            State.ASSIGNED,
            clock(),
            None,
        )
        message = work.session.scalars(select(OutboxMessage)).one()
        link = work.session.scalars(select(OneTimeLink)).one()
        assert (message.template, message.to_address) == ("code_assigned", "ann@contoso.example")
        assert (link.purpose, link.subject_id) == (LinkPurpose.CLAIM_CODE, code.id)
        assert link.expires_at == code.expires_at
        assert text_of(work, code) not in str(message.facts)
        assert actions_on(work, code) == ["code.reserve", "code.start_assign", "code.assign"]
        check_codes(work)


def test_without_a_delay_a_code_is_assigned_at_once(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock, delay=0)
    code = reserved(clock, scene)
    with making(clock()) as work:
        assert start_assign(work, code.id).state is State.ASSIGNED
        assert len(work.session.scalars(select(OutboxMessage)).all()) == 1


def test_a_person_without_an_address_gets_no_mail(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock, delay=0)
    with making(clock()) as work:
        reserve_this(work, scene.codes[0].id, scene.bob)
        assert start_assign(work, scene.codes[0].id).state is State.ASSIGNED
        assert work.session.scalars(select(OutboxMessage)).all() == []


def test_it_is_called_back_until_it_is_due_and_not_a_moment_later(
    app: Flask, clock: StillClock
) -> None:
    scene = make_scene(clock, delay=30)
    code = reserved(clock, scene)
    with making(clock()) as work:
        start_assign(work, code.id)
    clock.move(minutes=29)
    with making(clock()) as work:
        assert call_back(work, code.id).assign_due_at is None
        start_assign(work, code.id)
    clock.move(minutes=30)
    with pytest.raises(StepRefused) as refusal, making(clock()) as work:
        call_back(work, code.id)
    assert refusal.value.reason == "code_call_back_late"


def test_a_called_back_assignment_is_not_finished(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)
    code = reserved(clock, scene)
    with making(clock()) as work:
        start_assign(work, code.id)
        call_back(work, code.id)
    clock.move(hours=1)
    assert finish_due_assignments(partial(open_work, clock)) == 0
    assert code_now(clock, code).state is State.RESERVED


def test_the_delay_does_not_pass_the_codes_end(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock, delay=30)
    code = reserved(clock, scene)
    clock.set(code.expires_at - timedelta(minutes=30))
    with pytest.raises(StepRefused) as refusal, making(clock()) as work:
        start_assign(work, code.id)
    assert refusal.value.reason == "code_expires_in_delay"


def test_who_left_is_assigned_nothing_and_gets_nothing_later(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock)
    first, second = reserved(clock, scene), reserved(clock, scene, 1)
    with making(clock()) as work:
        start_assign(work, first.id)
        work.session.get_one(Person, scene.ann).left_at = work.now
    with pytest.raises(GivingRefused), making(clock()) as work:
        start_assign(work, second.id)
    clock.move(hours=1)
    assert finish_due_assignments(partial(open_work, clock)) == 0
    code = code_now(clock, first)
    assert (code.state, code.assign_due_at) == (State.RESERVED, None)


def test_an_available_code_is_voided_and_a_reserved_one_only_with_a_case_number(
    app: Flask, clock: StillClock
) -> None:
    scene = make_scene(clock)
    code = reserved(clock, scene)
    with making(clock()) as work:
        gone = void(work, scene.codes[1].id, reason="printed twice")
        assert (gone.state, gone.sealed_text, gone.ended_at) == (State.VOID, None, clock())
    with pytest.raises(StepRefused) as refusal, making(clock()) as work:
        void(work, code.id)
    assert refusal.value.reason == "code_case_number_missing"
    with making(clock()) as work:
        assert void(work, code.id, "CASE-7").case_number == "CASE-7"
        check_codes(work)


def test_an_assigned_code_is_not_voided(app: Flask, clock: StillClock) -> None:
    scene = make_scene(clock, delay=0)
    code = reserved(clock, scene)
    with making(clock()) as work:
        start_assign(work, code.id)
    with pytest.raises(StepRefused), making(clock()) as work:
        void(work, code.id, "CASE-7")


def test_the_sweep_writes_each_expiry_once_and_forgets_texts_90_days_on(
    app: Flask, clock: StillClock
) -> None:
    scene = make_scene(clock, 2)
    reserved(clock, scene)
    clock.set(scene.codes[0].expires_at - timedelta(seconds=1))
    assert sweep_expiry(partial(open_work, clock)) == 0
    clock.move(seconds=1)
    assert sweep_expiry(partial(open_work, clock)) == 2
    assert sweep_expiry(partial(open_work, clock)) == 0
    clock.move(days=90)
    assert sweep_expiry(partial(open_work, clock)) == 2
    with making(clock()) as work:
        for code in work.session.scalars(select(Code)):
            assert (code.sealed_text, code.ended_at) == (None, code.expires_at)
            assert actions_on(work, code)[-2:] == ["code.expired", "code.text_removed"]
