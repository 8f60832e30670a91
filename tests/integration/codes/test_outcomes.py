"""What becomes of an appointment (C3), and every step in every state (C6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from tests.support.clock import START, StillClock
from tests.support.holding import DESK, EXAM, Held, appointments, code_of, make_held, state_now
from tests.support.making import EVERY_ROLE, making
from vlms.audit.queries import list_entries
from vlms.catalog.models import ProductKind
from vlms.codes.errors import AppointmentRefused, NotForThisParty, StepRefused
from vlms.codes.models import Code, Outcome
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.activating import activate
from vlms.codes.service.claiming import accept_terms
from vlms.codes.service.outcomes import cancel, record_no_show, record_provider_cancel, record_start
from vlms.codes.service.registering import Booking, move, register
from vlms.codes.service.replacing import replace
from vlms.codes.service.revealing import reveal
from vlms.core.errors import DomainError
from vlms.core.work import Work

STARTS_AT = START + timedelta(days=10)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def registered(clock: StillClock) -> Held:
    return make_held(clock(), State.REGISTERED, starts_at=STARTS_AT)


def text_is_kept(held: Held, now: datetime) -> bool:
    with making(now) as work:
        return code_of(work, held).sealed_text is not None


def test_cancelled_a_day_before_the_code_stays_with_its_person(
    app: Flask, clock: StillClock
) -> None:
    held = registered(clock)
    now = STARTS_AT - DAY
    with held.working(now) as work:
        cancel(work, code_of(work, held))
    assert state_now(held, now) is State.ASSIGNED
    assert text_is_kept(held, now)
    (registration,) = appointments(held, now)
    assert (registration.is_open, registration.outcome) == (False, Outcome.CANCELLED_IN_TIME)
    with held.working(now) as work:
        register(work, code_of(work, held), Booking(EXAM, "again", STARTS_AT + DAY), "second")
    assert [r.is_open for r in appointments(held, now)] == [False, True]


def test_a_late_cancellation_says_first_that_the_voucher_is_lost(
    app: Flask, clock: StillClock
) -> None:
    held = registered(clock)
    now = STARTS_AT - DAY + SECOND
    with pytest.raises(StepRefused) as caught, held.working(now) as work:
        cancel(work, code_of(work, held))
    assert caught.value.reason == "cancel_loses_code"
    assert state_now(held, now) is State.REGISTERED
    with held.working(now) as work:
        cancel(work, code_of(work, held), accepts_loss=True)
    assert state_now(held, now) is State.FORFEITED
    assert not text_is_kept(held, now)
    assert appointments(held, now)[0].outcome is Outcome.CANCELLED_LATE


def test_what_happened_counts_by_when_it_happened(app: Flask, clock: StillClock) -> None:
    held = registered(clock)
    now = STARTS_AT + 20 * DAY
    with making(now, DESK) as work:
        cancel(work, code_of(work, held), STARTS_AT - DAY)
    assert state_now(held, now) is State.ASSIGNED
    (registration,) = appointments(held, now)
    assert (registration.outcome_at, registration.recorded_at) == (STARTS_AT - DAY, now)


def test_an_appointment_that_has_begun_is_not_cancelled_any_more(
    app: Flask, clock: StillClock
) -> None:
    held = registered(clock)
    with pytest.raises(AppointmentRefused) as caught, held.working(STARTS_AT) as work:
        cancel(work, code_of(work, held), accepts_loss=True)
    assert caught.value.reason == "appointment_started"
    with making(STARTS_AT, DESK) as work:
        record_start(work, code_of(work, held))
    assert state_now(held, STARTS_AT) is State.USED


def test_a_holder_cannot_say_that_it_was_cancelled_earlier(app: Flask, clock: StillClock) -> None:
    held = registered(clock)
    with pytest.raises(NotForThisParty), held.working(STARTS_AT) as work:
        cancel(work, code_of(work, held), STARTS_AT - 2 * DAY)


@pytest.mark.parametrize(
    ("late", "allowed"), [(30 * DAY, True), (30 * DAY + SECOND, False), (-SECOND, False)]
)
def test_an_outcome_is_recorded_up_to_thirty_days_later(
    app: Flask, clock: StillClock, late: timedelta, allowed: bool
) -> None:
    held = registered(clock)
    now = STARTS_AT + late
    if allowed:
        with making(now, DESK) as work:
            record_start(work, code_of(work, held), STARTS_AT)
        assert state_now(held, now) is State.USED
    else:
        with pytest.raises(AppointmentRefused), making(now, DESK) as work:
            record_start(work, code_of(work, held), STARTS_AT)
        assert state_now(held, now) is State.REGISTERED


def test_a_started_exam_uses_the_code_and_its_text_is_forgotten(
    app: Flask, clock: StillClock
) -> None:
    held = registered(clock)
    now = STARTS_AT + timedelta(minutes=5)
    with making(now, DESK) as work:
        record_start(work, code_of(work, held))
    with making(now) as work:
        code = code_of(work, held)
        assert (code.state, code.ended_at, code.sealed_text) == (State.USED, now, None)
        told = [entry.action for entry in list_entries(work.session, code.id)]
        assert told == ["code.start_exam", "code.register"]


def test_an_exam_that_starts_after_expiry_does_not_use_the_code(
    app: Flask, clock: StillClock
) -> None:
    expires_at = START + 2 * DAY
    held = make_held(
        clock(), State.REGISTERED, starts_at=expires_at - SECOND, expires_at=expires_at
    )
    with pytest.raises(StepRefused) as caught, making(expires_at, DESK) as work:
        record_start(work, code_of(work, held), expires_at)
    assert caught.value.reason == "code_expired"
    with making(expires_at, DESK) as work:
        record_start(work, code_of(work, held), expires_at - SECOND)
    assert state_now(held, expires_at) is State.USED


def test_a_no_show_is_recorded_once_the_appointment_has_begun(
    app: Flask, clock: StillClock
) -> None:
    held = registered(clock)
    with pytest.raises(AppointmentRefused), making(STARTS_AT - SECOND, DESK) as work:
        record_no_show(work, code_of(work, held))
    with making(STARTS_AT, DESK) as work:
        record_no_show(work, code_of(work, held))
    assert state_now(held, STARTS_AT) is State.FORFEITED


def test_the_provider_may_cancel_at_any_hour_and_nothing_is_lost(
    app: Flask, clock: StillClock
) -> None:
    held = registered(clock)
    with making(STARTS_AT, DESK) as work:
        record_provider_cancel(work, code_of(work, held))
    assert state_now(held, STARTS_AT) is State.ASSIGNED
    assert text_is_kept(held, STARTS_AT)


@pytest.mark.parametrize("record", [record_no_show, record_start, record_provider_cancel])
def test_a_holder_records_no_outcomes(
    app: Flask, clock: StillClock, record: Callable[[Work, Code], object]
) -> None:
    held = registered(clock)
    with pytest.raises(NotForThisParty), held.working(STARTS_AT) as work:
        record(work, code_of(work, held))


def _register(work: Work, code: Code) -> object:
    return register(work, code, Booking(EXAM, "Site", STARTS_AT), "other")


STEPS: dict[str, Callable[[Work, Code], object]] = {
    "register": _register,
    "move": lambda work, code: move(work, code, STARTS_AT + DAY),
    "cancel": lambda work, code: cancel(work, code, accepts_loss=True),
    "provider_cancel": record_provider_cancel,
    "no_show": record_no_show,
    "start": record_start,
    "activate": activate,
    "replace": lambda work, code: replace(work, code, "CASE-1"),
    "accept_terms": accept_terms,
    "reveal": reveal,
}
ALLOWED = {
    State.ASSIGNED: {"register", "replace", "accept_terms"},
    # An exam that is still to come has not started.
    State.REGISTERED: {"move", "cancel", "provider_cancel", "accept_terms"},
}


@pytest.mark.parametrize("state", State)
def test_every_step_is_taken_or_refused_with_a_sentence_in_every_state(
    app: Flask, clock: StillClock, state: State
) -> None:
    held = make_held(clock(), state, starts_at=STARTS_AT)
    taken = set()
    for name, step in STEPS.items():
        refusal = _refusal_of(held, clock(), step)
        if refusal is None:
            taken.add(name)
        else:
            assert str(refusal.sentence), name
            assert refusal.rule, name
    assert taken == ALLOWED.get(state, set())


@pytest.mark.parametrize("state", [State.ASSIGNED, State.AVAILABLE, State.RESERVED])
def test_every_step_on_an_expired_code_is_refused_with_a_sentence(
    app: Flask, clock: StillClock, state: State
) -> None:
    held = make_held(clock(), state, expires_at=START + DAY, terms_accepted_at=START)
    for step in STEPS.values():
        with pytest.raises(DomainError) as caught, making(START + DAY, EVERY_ROLE) as work:
            step(work, code_of(work, held))
        assert caught.value.reason in ("code_expired", "code_kind")


def _refusal_of(
    held: Held, now: datetime, step: Callable[[Work, Code], object]
) -> DomainError | None:
    """Why the step is refused; None when it is taken, which is rolled back."""
    try:
        with making(now, EVERY_ROLE) as work:
            step(work, code_of(work, held))
            raise _Undone
    except _Undone:
        return None
    except DomainError as refusal:
        return refusal


class _Undone(Exception):
    """Rolls a step back that was taken."""


def test_a_library_is_activated_once_after_its_terms(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), kind=ProductKind.E_REFERENCE)
    with pytest.raises(StepRefused) as caught, held.working(clock()) as work:
        activate(work, code_of(work, held))
    assert caught.value.reason == "code_terms_missing"
    with held.working(clock()) as work:
        accept_terms(work, code_of(work, held))
    with held.working(clock()) as work:
        activate(work, code_of(work, held))
    assert state_now(held, clock()) is State.ACTIVATED
    assert not text_is_kept(held, clock())
    with pytest.raises(StepRefused), held.working(clock()) as work:
        activate(work, code_of(work, held))
