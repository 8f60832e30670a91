"""The long version of the race for one code: 2 000 codes, eight threads each, both databases."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.holding import DESK, EXAM, make_exam_product
from tests.support.making import make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_codes, make_line
from tests.support.racing import race
from vlms.codes.errors import StepRefused
from vlms.codes.models import Registration
from vlms.codes.queries import get_code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.registering import Booking, register
from vlms.core.attempts import retrying
from vlms.core.errors import Conflict

CODES, THREADS = 2_000, 8

pytestmark = pytest.mark.campaign


def test_two_thousand_codes_are_registered_once_each_by_eight_threads(
    app: Flask, clock: StillClock
) -> None:
    keys = _codes(clock)
    booking = Booking(EXAM, "Site", clock() + timedelta(days=10))

    def attempt(code_id: UUID, racer: int) -> bool:
        try:
            with making(clock(), DESK) as work:
                register(work, get_code(work.session, code_id), booking, f"racer {racer}")
        except (StepRefused, Conflict):
            return False
        return True

    def run(racer: int) -> int:
        return sum(retrying(partial(attempt, code_id, racer)) for code_id in keys)

    wins = race(app, [partial(run, racer) for racer in range(THREADS)])
    assert sum(win for win in wins if isinstance(win, int)) == CODES
    with making(clock()) as work:
        total = select(func.count(Registration.id), func.count(Registration.code_id.distinct()))
        assert tuple(work.session.execute(total).one()) == (CODES, CODES)


def _codes(clock: StillClock) -> list[UUID]:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        person = make_person(work, organisation, "Lin")
        line = make_line(work, make_agreement(work, organisation), make_exam_product(work), CODES)
        codes = make_codes(work, line, CODES, state=State.ASSIGNED, person=person)
        return [code.id for code in codes]
