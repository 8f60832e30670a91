"""R5: the holder is told when the window opens, once for each window."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, making
from tests.support.making_certifications import make_certification, make_held
from tests.support.racing import race
from vlms.accounts.models import Person
from vlms.catalog.models import Certification, CertificationKind
from vlms.certifications.models import HeldCertification
from vlms.certifications.service.renewing import record_attempt
from vlms.certifications.service.telling import tell_piece, tell_windows
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage

EARNED = date(2025, 8, 31)
LAST_DAY = date(2026, 8, 31)
# Six months before the last day, clamped to the end of February.
OPENS = datetime(2026, 2, 28, tzinfo=UTC)


@pytest.fixture(autouse=True)
def held(app: Flask, clock: StillClock) -> None:
    clock.set(datetime(2026, 2, 27, 23, 59, tzinfo=UTC))
    with making(clock()) as work:
        make_held(work, person_in(work, "Lin"), certification_in(work), EARNED)


def person_in(work: Work, name: str) -> Person:
    return make_person(
        work, make_organisation(work, name.lower()), name, f"{name.lower()}@x.example"
    )


def certification_in(work: Work, key: str = "administrator") -> Certification:
    return make_certification(work, key, CertificationKind.ASSOCIATE, f"{key}-1")


def tell(clock: StillClock) -> int:
    return tell_windows(lambda: making(clock()))


def mails(clock: StillClock) -> list[OutboxMessage]:
    with making(clock()) as work:
        own = select(OutboxMessage).where(OutboxMessage.template == "renewal_window")
        return list(work.session.scalars(own))


def test_the_first_instant_of_the_window_tells_and_no_other_r5(clock: StillClock) -> None:
    assert tell(clock) == 0
    clock.set(OPENS)
    assert tell(clock) == 1
    (mail,) = mails(clock)
    assert (mail.to_address, mail.facts["last_day"]) == ("lin@x.example", "2026-08-31")
    assert mail.facts["days_left"] == 184
    for later in (OPENS, datetime(2026, 8, 31, 23, 59, tzinfo=UTC)):
        clock.set(later)
        assert tell(clock) == 0


def test_the_next_window_is_told_of_again_r5(clock: StillClock) -> None:
    clock.set(OPENS)
    tell(clock)
    with making(clock()) as work:
        record_attempt(work, work.session.query(HeldCertification).one(), OPENS, has_passed=True)
    assert tell(clock) == 0
    clock.set(datetime(2027, 2, 28, tzinfo=UTC))
    assert tell(clock) == 1
    assert len(mails(clock)) == 2


@pytest.mark.parametrize("why", ["retired", "left", "lapsed"])
def test_who_cannot_renew_or_has_left_is_not_told(clock: StillClock, why: str) -> None:
    with making(clock()) as work:
        held = work.session.query(HeldCertification).one()
        if why == "retired":
            held.certification.retires_on = date(2026, 2, 27)
        elif why == "left":
            held.person.left_at = work.now
    clock.set(datetime(2026, 9, 1, tzinfo=UTC) if why == "lapsed" else OPENS)
    assert tell(clock) == 0


def test_pieces_pass_over_nobody_and_two_workers_tell_once(app: Flask, clock: StillClock) -> None:
    clock.set(OPENS)
    with making(clock()) as work:
        person = person_in(work, "Bo")
        for key in ("developer", "analyst", "architect"):
            make_held(work, person, certification_in(work, key), EARNED)
        first = tell_piece(work, None, at_once=3)
        assert first.told == 3
        assert first.last is not None
        second = tell_piece(work, first.last, at_once=3)
        assert (second.told, second.last) == (1, None)
    clock.set(datetime(2026, 3, 1, tzinfo=UTC))
    with making(clock()) as work:
        held = work.session.scalars(select(HeldCertification)).all()
        for one in held:
            one.told_for = None
    # The marks are lost, the notices are not: what was told is not told again.
    race(app, [lambda: tell(clock)] * 2)
    assert len(mails(clock)) == 4
