"""R1: what providers say of exams goes into transcripts by itself, and out again when corrected."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_certifications import make_certification
from tests.support.making_sittings import AT, make_scene, schedule, seats_of
from tests.support.provider_files import ASSIGNED, make_desk, row, take
from vlms.academy.service import results, seats
from vlms.academy.service.results import Result
from vlms.accounts.models import Person
from vlms.audit.models import AuditEntry
from vlms.catalog.models import CertificationKind
from vlms.certifications.errors import TakingBackRefused
from vlms.certifications.models import HeldCertification, PassSource
from vlms.certifications.queries.transcripts import list_held, list_passes
from vlms.certifications.service.earning import enter_pass
from vlms.certifications.service.renewing import record_attempt
from vlms.certifications.service.taking_back import take_back_pass
from vlms.codes.queries import get_code
from vlms.core.clock import local_day

SAT = ASSIGNED + timedelta(days=10)


class Class:
    """A sitting of one student that has begun; the exam alone makes a certification."""

    def __init__(self, clock: StillClock, at: datetime = AT) -> None:
        self.clock = clock
        self.academy, lesson = make_scene(clock, 1)
        self.sitting = schedule(clock, self.academy, lesson, starts_at=at)
        (seat,) = seats_of(clock, self.sitting)
        self.seat_id, self.person_id, self.exam = seat.id, seat.person_id, seat.exam_number
        clock.set(at)
        with making(clock()) as work:
            make_certification(work, "administrator", CertificationKind.ASSOCIATE, self.exam)
        with self.academy.coordinating(clock()) as work:
            seats.start(work, self.sitting.id, [seat.id])

    def say(self, *, has_passed: bool | None) -> None:
        with self.academy.coordinating(self.clock()) as work:
            results.record_results(work, self.sitting.id, {self.seat_id: Result(None, has_passed)})


def transcript(clock: StillClock, person_id: UUID) -> tuple[list[tuple[str, date]], list[str]]:
    with making(clock()) as work:
        passes = list_passes(work.session, [person_id])
        assert {one.source for one in passes} <= {PassSource.EXAM}
        held = list_held(work.session, [person_id])
        return (
            [(one.exam_number, one.passed_on) for one in passes],
            [one.certification_key for one in held],
        )


def test_a_provider_s_report_of_a_pass_leads_to_the_certification(
    app: Flask, clock: StillClock
) -> None:
    desk = make_desk()
    clock.set(SAT + timedelta(days=1))
    with making(clock()) as work:
        person = get_code(work.session, desk.code_ids[0]).person
        assert person is not None
        make_certification(work, "administrator", CertificationKind.ASSOCIATE, "MCP-100")
    rows = [
        row(desk.texts[0], "Registered", ASSIGNED + timedelta(days=1), SAT),
        row(desk.texts[0], "Pass", SAT, SAT, "", "842"),
    ]
    take(desk, rows, clock())
    wanted = ([("MCP-100", SAT.astimezone(UTC).date())], ["administrator"])
    assert transcript(clock, person.id) == wanted
    take(desk, rows, clock())
    assert transcript(clock, person.id) == wanted


def test_a_failed_exam_leads_nowhere(app: Flask, clock: StillClock) -> None:
    one = Class(clock)
    one.say(has_passed=False)
    assert transcript(clock, one.person_id) == ([], [])


def test_a_school_s_result_counts_and_a_corrected_one_is_taken_back(
    app: Flask, clock: StillClock
) -> None:
    one = Class(clock)
    one.say(has_passed=True)
    day = AT.astimezone(UTC).date()
    assert transcript(clock, one.person_id) == ([(one.exam, day)], ["administrator"])
    one.say(has_passed=False)
    assert transcript(clock, one.person_id) == ([], [])
    one.say(has_passed=True)
    assert transcript(clock, one.person_id)[1] == ["administrator"]


@pytest.mark.parametrize(("minute", "day"), [(-1, date(2026, 3, 10)), (0, date(2026, 3, 11))])
def test_a_school_s_result_is_of_the_day_in_utc_r1(
    app: Flask, clock: StillClock, minute: int, day: date
) -> None:
    """Both instants are of 11 March in Taipei, where the school is."""
    at = datetime(2026, 3, 11, tzinfo=UTC) + timedelta(minutes=minute)
    assert local_day(at, "Asia/Taipei") == date(2026, 3, 11)
    one = Class(clock, at)
    one.say(has_passed=True)
    assert transcript(clock, one.person_id) == ([(one.exam, day)], ["administrator"])
    # A correction finds the line by the same day.
    one.say(has_passed=False)
    assert transcript(clock, one.person_id) == ([], [])


def test_a_sitting_at_one_in_the_morning_in_taipei_is_of_the_day_before_r1(
    app: Flask, clock: StillClock
) -> None:
    one = Class(clock, datetime(2026, 3, 10, 17, tzinfo=UTC))
    one.say(has_passed=True)
    with making(clock()) as work:
        held = work.session.query(HeldCertification).one()
        assert (held.earned_on, held.expires_on) == (date(2026, 3, 10), date(2027, 3, 10))


def test_what_was_renewed_since_is_not_taken_back_by_itself(app: Flask, clock: StillClock) -> None:
    one = Class(clock)
    one.say(has_passed=True)
    clock.set(AT + timedelta(days=200))
    with making(clock()) as work:
        held = work.session.query(HeldCertification).one()
        record_attempt(work, held, clock(), has_passed=True)
    one.say(has_passed=False)
    assert transcript(clock, one.person_id) == ([], ["administrator"])


def test_a_provider_s_pass_is_of_the_day_in_utc_r1(app: Flask, clock: StillClock) -> None:
    """17:00 in UTC is the next day in Taipei, where the organisation is."""
    desk = make_desk()
    sat = SAT.astimezone(UTC).replace(hour=17, minute=0)
    assert local_day(sat, "Asia/Taipei") == sat.date() + timedelta(days=1)
    clock.set(sat + timedelta(days=1))
    with making(clock()) as work:
        person = get_code(work.session, desk.code_ids[0]).person
        assert person is not None
        make_certification(work, "administrator", CertificationKind.ASSOCIATE, "MCP-100")
    rows = [
        row(desk.texts[0], "Registered", ASSIGNED + timedelta(days=1), sat),
        row(desk.texts[0], "Pass", sat, sat, "", "842"),
    ]
    take(desk, rows, clock())
    assert transcript(clock, person.id) == ([("MCP-100", sat.date())], ["administrator"])


@pytest.mark.parametrize("source", [PassSource.ENTRY, PassSource.IMPORT])
def test_what_was_entered_before_is_proved_by_the_result_and_goes_with_it_r1(
    app: Flask, clock: StillClock, source: PassSource
) -> None:
    one = Class(clock)
    day = AT.astimezone(UTC).date()
    with making(clock()) as work:
        enter_pass(work, work.session.get_one(Person, one.person_id), one.exam, day, source)
    one.say(has_passed=True)
    # The control is `transcript`, which accepts none but proved passes.
    assert transcript(clock, one.person_id) == ([(one.exam, day)], ["administrator"])
    with making(clock()) as work:
        (found,) = list_passes(work.session, [one.person_id])
        told = select(AuditEntry).where(AuditEntry.action == "exam_pass.proved")
        (entry,) = work.session.scalars(told)
        assert entry.record_id == found.id
        assert entry.detail is not None
        assert entry.detail.before == {"source": source.value}
        with pytest.raises(TakingBackRefused, match="R1"):
            take_back_pass(work, found, "not so")
    one.say(has_passed=False)
    assert transcript(clock, one.person_id) == ([], [])


def test_a_result_that_is_entered_by_hand_afterwards_stays_proved(
    app: Flask, clock: StillClock
) -> None:
    one = Class(clock)
    one.say(has_passed=True)
    day = AT.astimezone(UTC).date()
    with making(clock()) as work:
        person = work.session.get_one(Person, one.person_id)
        enter_pass(work, person, one.exam, day, PassSource.ENTRY)
    assert transcript(clock, one.person_id) == ([(one.exam, day)], ["administrator"])
