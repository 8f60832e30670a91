"""Two at once with one password of an app, or one recovery code: one gets in."""

from __future__ import annotations

import threading
from datetime import datetime
from uuid import UUID

from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_user, making
from tests.support.making_factors import App, make_app
from tests.support.racing import race, winners
from vlms.authentication.factor_models import SecondFactor
from vlms.authentication.rules.one_time_passwords import find_step
from vlms.authentication.service.authenticators import check_authenticator
from vlms.authentication.service.recovery import check_recovery_code, make_recovery_codes
from vlms.core.db import reading, transaction
from vlms.core.scope import System
from vlms.core.scoping import guarded_update

ROUNDS, RACERS = 8, 4
_TWIN = System("unguarded twin")


def made(clock: StillClock) -> tuple[UUID, App]:
    with making(clock()) as work:
        user_id = make_user(work, "ann@contoso.example").id
    return user_id, make_app(user_id, clock())


def test_of_many_with_the_same_password_of_an_app_one_gets_in(
    app: Flask, clock: StillClock
) -> None:
    user_id, phone = made(clock)
    for _round in range(ROUNDS):
        now = clock.move(seconds=30)

        def enter(now: datetime = now) -> object:
            with making(now) as work:
                return check_authenticator(work, user_id, phone.code(now)).id

        assert len(winners(race(app, [enter] * RACERS))) == 1


def test_without_the_guard_several_get_in(app: Flask, clock: StillClock) -> None:
    """The control: reads the last step first, and writes it later."""
    _user_id, phone = made(clock)
    meeting = threading.Barrier(RACERS, timeout=30)
    now = clock()

    def enter() -> bool:
        with reading(_TWIN) as session:
            last = session.get_one(SecondFactor, phone.factor_id).last_step
        step = find_step(phone.secret, phone.code(now), now, last)
        meeting.wait()
        with transaction(_TWIN) as session:
            by_key = SecondFactor.id == phone.factor_id
            return (
                step is not None
                and guarded_update(session, SecondFactor, by_key, last_step=step) == 1
            )

    assert race(app, [enter] * RACERS).count(True) > 1


def test_of_many_with_the_same_recovery_code_one_gets_in(app: Flask, clock: StillClock) -> None:
    user_id, _phone = made(clock)
    with making(clock()) as work:
        codes = make_recovery_codes(work, user_id)
    for code in codes[: ROUNDS // 2]:

        def enter(code: str = code) -> object:
            with making(clock()) as work:
                return check_recovery_code(work, user_id, code)

        assert len(winners(race(app, [enter] * RACERS))) == 1
