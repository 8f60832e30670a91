"""Several people at one code: exactly one succeeds, and each guard is shown to be needed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import START, StillClock
from tests.support.holding import (
    EXAM,
    Held,
    appointments,
    code_of,
    mailed_link,
    make_held,
    state_now,
)
from tests.support.making import EVERY_ROLE, make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from tests.support.racing import race, winners
from tests.support.unguarded import Twin, without_index
from vlms.catalog.models import ProductKind
from vlms.codes.errors import StepRefused
from vlms.codes.models import Code, Outcome, Registration
from vlms.codes.queries import get_code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.activating import activate
from vlms.codes.service.claiming import claim_with_password
from vlms.codes.service.outcomes import cancel, record_no_show, record_provider_cancel, record_start
from vlms.codes.service.registering import Booking, register
from vlms.codes.service.replacing import replace
from vlms.core.errors import Conflict
from vlms.core.links import sign_link
from vlms.core.scoping import guarded_update
from vlms.core.work import Actor, Work

THREADS, ROUNDS = 8, 12
STARTS_AT = START + timedelta(days=10)


def registering(held: Held, clock: StillClock, key: str) -> UUID:
    with held.working(clock()) as work:
        booking = Booking(EXAM, "Site", STARTS_AT)
        return register(work, code_of(work, held), booking, key).id


def free_again(held: Held, clock: StillClock) -> None:
    with making(clock(), EVERY_ROLE) as work:
        record_provider_cancel(work, code_of(work, held))


def test_eight_threads_register_one_code_exactly_once(app: Flask, clock: StillClock) -> None:
    held = make_held(clock())
    for turn in range(ROUNDS):
        keys = [f"{turn}-{place}" for place in range(THREADS)]
        results = race(app, [partial(registering, held, clock, key) for key in keys])
        assert len(winners(results)) == 1
        assert all(isinstance(r, UUID | StepRefused | Conflict) for r in results)
        assert sum(found.is_open for found in appointments(held, clock())) == 1
        free_again(held, clock)
    assert len(appointments(held, clock())) == ROUNDS


def test_eight_threads_with_one_key_get_one_answer(app: Flask, clock: StillClock) -> None:
    held = make_held(clock())
    results = race(app, [partial(registering, held, clock, "one")] * THREADS)
    assert len(set(results)) == 1
    assert len(appointments(held, clock())) == 1


@pytest.mark.parametrize(
    ("checks_state", "has_index", "believed"),
    [(False, False, THREADS), (True, False, 1), (False, True, 1)],
    ids=["no guard", "the state's condition alone", "the index alone"],
)
def test_a_twin_without_guards_registers_doubles_and_either_guard_prevents_them(
    app: Flask, clock: StillClock, checks_state: bool, has_index: bool, believed: int
) -> None:
    held = make_held(clock())
    meeting = threading.Barrier(THREADS, timeout=30)
    twin = Twin(held.code_id, EXAM, clock(), meeting, checks_state)
    with nullcontext() if has_index else without_index("uq_registration_open"):
        results = race(app, [partial(twin.register, str(n)) for n in range(THREADS)])
        assert sum(map(bool, results)) == believed
        assert len(appointments(held, clock())) == believed


ENDINGS: dict[Outcome, Callable[[Work, Code], object]] = {
    Outcome.CANCELLED_LATE: lambda work, code: cancel(work, code, accepts_loss=True),
    Outcome.NO_SHOW: record_no_show,
    Outcome.USED: record_start,
    Outcome.CANCELLED_BY_PROVIDER: record_provider_cancel,
}
STATES = {
    Outcome.CANCELLED_LATE: State.FORFEITED,
    Outcome.NO_SHOW: State.FORFEITED,
    Outcome.USED: State.USED,
    Outcome.CANCELLED_BY_PROVIDER: State.ASSIGNED,
}


def ending(held: Held, clock: StillClock, outcome: Outcome) -> Outcome:
    with making(clock(), EVERY_ROLE) as work:
        ENDINGS[outcome](work, code_of(work, held))
        return outcome


def test_of_all_endings_at_once_one_counts(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), State.REGISTERED, starts_at=STARTS_AT)
    clock.set(STARTS_AT + timedelta(minutes=1))
    results = race(app, [partial(ending, held, clock, outcome) for outcome in ENDINGS])
    (registration,) = appointments(held, clock())
    assert winners(results) == [registration.outcome]
    assert state_now(held, clock()) is STATES[registration.outcome or Outcome.USED]


@pytest.mark.parametrize("outcome", ENDINGS)
def test_whoever_read_a_code_before_its_appointment_ended_is_told_so(
    app: Flask, clock: StillClock, outcome: Outcome
) -> None:
    held = make_held(clock(), State.REGISTERED, starts_at=STARTS_AT)
    clock.set(STARTS_AT + timedelta(minutes=1))
    with making(clock(), EVERY_ROLE) as work:
        code = code_of(work, held)
        end_unseen(work, code)
        with pytest.raises(StepRefused) as refused:
            ENDINGS[outcome](work, code)
    assert refused.value.reason == "code_moved"


def end_unseen(work: Work, code: Code) -> None:
    """End the appointment as another transaction would: what was read stays as it was."""
    guarded_update(work.session, Registration, Registration.code_id == code.id, is_open=False)
    guarded_update(
        work.session, Code, Code.id == code.id, state=State.ASSIGNED, version=code.version + 1
    )


def test_a_library_is_activated_once(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), kind=ProductKind.E_REFERENCE, terms_accepted_at=clock())

    def activating() -> bool:
        with held.working(clock()) as work:
            activate(work, code_of(work, held))
        return True

    assert winners(race(app, [activating] * THREADS)) == [True]
    assert state_now(held, clock()) is State.ACTIVATED


def test_codes_of_one_batch_are_replaced_at_once_each_under_a_number_of_its_own(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        person = make_person(work, organisation, "Ann")
        line = make_line(work, make_agreement(work, organisation), make_product(work), THREADS)
        codes = make_codes(work, line, THREADS, state=State.ASSIGNED, person=person)

    def replacing(code_id: UUID) -> int:
        with making(clock()) as work:
            return replace(work, get_code(work.session, code_id), "CASE-1").number

    numbers = race(app, [partial(replacing, code.id) for code in codes])
    assert sorted(map(str, numbers)) == sorted(
        str(number) for number in range(THREADS + 1, 2 * THREADS + 1)
    )


def test_two_who_claim_at_once_make_one_user(app: Flask, clock: StillClock) -> None:
    held = make_held(clock())
    with making(clock()) as work:
        code = code_of(work, held)
        assert code.person is not None
        code.person.user_id, code.person.email = None, "new@contoso.example"
        tokens = [sign_link(work.keys.link, mailed_link(work, held)) for _two in range(2)]

    def claiming(token: str) -> str | None:
        with making(clock(), Actor("claim link")) as work:
            return claim_with_password(work, token, "correct horse battery")

    results = race(app, [partial(claiming, token) for token in (*tokens, *tokens)])
    assert len([secret for secret in winners(results) if secret]) == 1
