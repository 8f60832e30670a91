"""Registering a code for an exam and moving the appointment (C3)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from tests.support.clock import START, StillClock
from tests.support.holding import (
    DESK,
    EXAM,
    OTHER_EXAM,
    Held,
    appointments,
    code_of,
    make_held,
    state_now,
)
from tests.support.making import making
from vlms.catalog.models import Exam, ProductKind
from vlms.codes.errors import AppointmentRefused, NotForThisParty, StepRefused
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.registering import Booking, move, register
from vlms.core.errors import Conflict, DomainError
from vlms.core.permissions import Role
from vlms.core.work import Actor

STARTS_AT = START + timedelta(days=10)
SECOND = timedelta(seconds=1)


def book(held: Held, now: datetime, **facts: object) -> None:
    booking = Booking(
        str(facts.get("exam", EXAM)),
        "Taipei 101",
        facts.get("starts_at", STARTS_AT),  # type: ignore[arg-type]
    )
    with held.working(now) as work:
        register(work, code_of(work, held), booking, str(facts.get("key", "k")))


def refused(held: Held, now: datetime, **facts: object) -> DomainError:
    with pytest.raises(DomainError) as caught:
        book(held, now, **facts)
    assert caught.value.sentence
    assert caught.value.way_out
    return caught.value


def test_the_holder_registers_and_the_code_keeps_its_text(app: Flask, clock: StillClock) -> None:
    held = make_held(clock())
    book(held, clock())
    with making(clock()) as work:
        code = code_of(work, held)
        assert (code.state, code.version) == (State.REGISTERED, 2)
        assert code.sealed_text is not None
    (registration,) = appointments(held, clock())
    assert registration.is_open
    assert (registration.exam_number, registration.starts_at) == (EXAM, STARTS_AT)
    assert registration.person_id == held.person_id


def test_the_same_key_gives_the_same_registration_again(app: Flask, clock: StillClock) -> None:
    held = make_held(clock())
    book(held, clock())
    book(held, clock.move(minutes=1))
    assert len(appointments(held, clock())) == 1


def test_the_same_key_for_another_booking_is_refused(app: Flask, clock: StillClock) -> None:
    held = make_held(clock())
    book(held, clock())
    refusal = refused(held, clock(), starts_at=STARTS_AT + timedelta(hours=1))
    assert isinstance(refusal, Conflict)
    assert refusal.reason == "once_key_reused"


def test_a_code_registers_one_exam_at_a_time(app: Flask, clock: StillClock) -> None:
    held = make_held(clock())
    book(held, clock())
    refusal = refused(held, clock(), key="another")
    assert isinstance(refusal, StepRefused)
    assert refusal.rule == "C3"
    assert len(appointments(held, clock())) == 1


@pytest.mark.parametrize(
    ("exam", "reason"),
    [(OTHER_EXAM, "exam_of_other_family"), ("NO-1", "exam_unknown"), ("", "exam_unknown")],
)
def test_an_exam_that_the_code_does_not_open_is_refused(
    app: Flask, clock: StillClock, exam: str, reason: str
) -> None:
    refusal = refused(make_held(clock()), clock(), exam=exam)
    assert (refusal.rule, refusal.reason, refusal.field) == ("C3", reason, "exam_number")


def test_a_library_registers_no_exam(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), kind=ProductKind.E_REFERENCE)
    assert refused(held, clock()).rule == "C4"


@pytest.mark.parametrize("early", [SECOND, timedelta(0), -SECOND])
def test_an_appointment_starts_before_the_code_expires(
    app: Flask, clock: StillClock, early: timedelta
) -> None:
    expires_at = START + timedelta(days=20)
    held = make_held(clock(), expires_at=expires_at)
    if early > timedelta(0):
        book(held, clock(), starts_at=expires_at - early)
        assert state_now(held, clock()) is State.REGISTERED
    else:
        refusal = refused(held, clock(), starts_at=expires_at - early)
        assert refusal.reason == "appointment_after_expiry"


@pytest.mark.parametrize("early", [SECOND, timedelta(0), -SECOND])
def test_a_code_registers_until_its_last_instant(
    app: Flask, clock: StillClock, early: timedelta
) -> None:
    expires_at = START + timedelta(days=1)
    held = make_held(clock(), expires_at=expires_at)
    now = expires_at - early
    if early > timedelta(0):
        book(held, now, starts_at=now + timedelta(microseconds=1))
        assert state_now(held, now) is State.REGISTERED
    else:
        assert refused(held, now, starts_at=now + SECOND).rule == "C5"
        assert state_now(held, now) is State.ASSIGNED


def test_an_exam_is_open_on_its_last_day_in_the_codes_zone_only(
    app: Flask, clock: StillClock
) -> None:
    held = make_held(clock())
    with making(clock()) as work:
        work.session.get_one(Exam, EXAM).retires_on = date(2026, 3, 31)
    midnight = datetime(2026, 4, 1, tzinfo=ZoneInfo("Asia/Taipei"))
    assert refused(held, clock(), starts_at=midnight).reason == "appointment_after_retirement"
    book(held, clock(), starts_at=midnight - SECOND)
    assert state_now(held, clock()) is State.REGISTERED


def test_an_appointment_in_the_past_is_refused(app: Flask, clock: StillClock) -> None:
    assert refused(make_held(clock()), clock(), starts_at=START).reason == "appointment_past"


def test_the_same_instant_of_another_zone_is_the_same_booking(
    app: Flask, clock: StillClock
) -> None:
    held = make_held(clock())
    book(held, clock(), starts_at=STARTS_AT.astimezone(ZoneInfo("Pacific/Kiritimati")))
    book(held, clock(), starts_at=STARTS_AT.astimezone(UTC))
    assert len(appointments(held, clock())) == 1


def test_an_hour_that_comes_twice_is_the_same_booking_when_it_is_sent_again(
    app: Flask, clock: StillClock
) -> None:
    held = make_held(clock())
    twice = datetime(2026, 11, 1, 1, 30, tzinfo=ZoneInfo("America/New_York"))
    book(held, clock(), starts_at=twice)
    book(held, clock(), starts_at=twice)
    assert len(appointments(held, clock())) == 1


@pytest.mark.parametrize(
    "role", [Role.LICENSING_ADMIN, Role.OPERATOR, Role.RESELLER, Role.AUDITOR, Role.SUPPORT]
)
def test_only_holder_desk_and_provider_register(app: Flask, clock: StillClock, role: Role) -> None:
    held = make_held(clock())
    stranger = Actor("somebody", held.code_id, roles=frozenset({role}))
    with pytest.raises(NotForThisParty), making(clock(), stranger) as work:
        register(work, code_of(work, held), Booking(EXAM, "x", STARTS_AT), "k")
    with making(clock(), DESK) as work:
        register(work, code_of(work, held), Booking(EXAM, "x", STARTS_AT), "k")
    assert state_now(held, clock()) is State.REGISTERED


def test_moving_keeps_the_code_registered_once(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), State.REGISTERED, starts_at=STARTS_AT)
    later = STARTS_AT + timedelta(days=5)
    with held.working(clock.move(days=1)) as work:
        move(work, code_of(work, held), later, "Kaohsiung")
    (registration,) = appointments(held, clock())
    assert (registration.starts_at, registration.site) == (later, "Kaohsiung")
    assert registration.is_open


@pytest.mark.parametrize(
    ("now", "starts_at", "reason"),
    [
        (STARTS_AT, STARTS_AT + timedelta(days=1), "appointment_started"),
        (START, START - SECOND, "appointment_past"),
        (START, datetime(2027, 1, 1, tzinfo=UTC), "appointment_after_expiry"),
    ],
)
def test_a_move_that_cannot_be_is_refused(
    app: Flask, clock: StillClock, now: datetime, starts_at: datetime, reason: str
) -> None:
    held = make_held(clock(), State.REGISTERED, starts_at=STARTS_AT)
    with pytest.raises(AppointmentRefused) as caught, held.working(now) as work:
        move(work, code_of(work, held), starts_at)
    assert caught.value.reason == reason
    (registration,) = appointments(held, clock())
    assert registration.starts_at == STARTS_AT
