"""R1-R4: what was entered or imported wrongly is taken back, with all that followed from it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.making_certifications import make_certification
from vlms.accounts.models import Person
from vlms.audit.models import AuditEntry
from vlms.catalog.models import CertificationKind
from vlms.catalog.renewal_models import CertificationPrerequisite
from vlms.certifications.errors import TakingBackRefused
from vlms.certifications.models import ExamPass, HeldCertification, PassSource, RenewalAttempt
from vlms.certifications.queries.transcripts import list_attempts, list_held, list_passes
from vlms.certifications.service.earning import enter_pass, hold
from vlms.certifications.service.renewing import record_attempt, state_attempt
from vlms.certifications.service.taking_back import (
    take_back_attempt,
    take_back_held,
    take_back_pass,
)
from vlms.core.errors import Forbidden
from vlms.core.permissions import Role
from vlms.core.scope import Holder
from vlms.core.work import Actor, Work, working

AT = datetime(2026, 2, 1, tzinfo=UTC)
EARNED = date(2025, 7, 5)
WHY = "the wrong person"


@pytest.fixture
def lin(app: Flask, clock: StillClock) -> UUID:
    clock.set(AT)
    with making(clock()) as work:
        place = make_organisation(work, "contoso")
        user = make_user(work, "lin@contoso.example")
        make_certification(work, "administrator", CertificationKind.ASSOCIATE, "AZ-104")
        return make_person(work, place, "Lin", user.email, user).id


def passed(clock: StillClock, lin: UUID, day: date, source: PassSource) -> None:
    with making(clock()) as work:
        enter_pass(work, work.session.get_one(Person, lin), "AZ-104", day, source)


def held(clock: StillClock, lin: UUID) -> list[tuple[str, date, date | None]]:
    with making(clock()) as work:
        found = list_held(work.session, [lin])
        return [(one.certification_key, one.earned_on, one.expires_on) for one in found]


def take_pass(clock: StillClock) -> None:
    with making(clock()) as work:
        take_back_pass(work, work.session.query(ExamPass).one(), WHY)


def take_held(clock: StillClock) -> None:
    with making(clock()) as work:
        take_back_held(work, work.session.query(HeldCertification).one(), WHY)


def renew(clock: StillClock) -> None:
    with making(clock()) as work:
        record_attempt(work, work.session.query(HeldCertification).one(), clock(), has_passed=True)


def own(clock: StillClock, lin: UUID) -> AbstractContextManager[Work]:
    with making(clock()) as work:
        user_id = work.session.get_one(Person, lin).user_id
        assert user_id is not None
    actor = Actor("Lin", user_id, roles=frozenset({Role.LEARNER}))
    return working(actor, Holder(user_id, frozenset({lin})), clock())


@pytest.mark.parametrize("source", [PassSource.ENTRY, PassSource.IMPORT])
def test_an_entered_exam_takes_what_it_earned_along(
    clock: StillClock, lin: UUID, source: PassSource
) -> None:
    passed(clock, lin, EARNED, source)
    assert held(clock, lin) == [("administrator", EARNED, date(2026, 7, 5))]
    take_pass(clock)
    assert held(clock, lin) == []
    with making(clock()) as work:
        told = select(AuditEntry).where(AuditEntry.reason == WHY)
        assert {one.action for one in work.session.scalars(told)} >= {"exam_pass.withdrawn"}


def test_what_it_earned_goes_also_where_it_was_renewed(clock: StillClock, lin: UUID) -> None:
    passed(clock, lin, EARNED, PassSource.ENTRY)
    renew(clock)
    take_pass(clock)
    assert held(clock, lin) == []
    with making(clock()) as work:
        assert work.session.query(RenewalAttempt).count() == 0


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("renewed", ["administrator", "architect"])
def test_what_needs_a_certification_goes_with_it_r4(
    clock: StillClock, lin: UUID, renewed: str
) -> None:
    """Whichever of the two was renewed: an expert does not stand without its associate."""
    with making(clock()) as work:
        make_certification(work, "architect", CertificationKind.EXPERT, "AZ-305")
        names = {"certification_key": "architect", "needed_key": "administrator"}
        work.session.add(CertificationPrerequisite(**names))
    passed(clock, lin, EARNED, PassSource.ENTRY)
    with making(clock()) as work:
        enter_pass(work, work.session.get_one(Person, lin), "AZ-305", EARNED, PassSource.EXAM)
    assert {key for key, _day, _end in held(clock, lin)} == {"administrator", "architect"}
    with making(clock()) as work:
        one = work.session.query(HeldCertification).filter_by(certification_key=renewed).one()
        record_attempt(work, one, clock(), has_passed=True)
    with making(clock()) as work:
        entered = work.session.query(ExamPass).filter_by(exam_number="AZ-104").one()
        take_back_pass(work, entered, WHY)
    assert held(clock, lin) == []


def test_another_pass_of_the_same_exam_bears_it_from_its_own_day(
    clock: StillClock, lin: UUID
) -> None:
    passed(clock, lin, EARNED, PassSource.ENTRY)
    later = EARNED + timedelta(days=30)
    passed(clock, lin, later, PassSource.EXAM)
    with making(clock()) as work:
        wrong = [one for one in list_passes(work.session, [lin]) if one.passed_on == EARNED]
        take_back_pass(work, wrong[0], WHY)
    assert held(clock, lin) == [("administrator", later, date(2026, 8, 4))]


def test_what_a_provider_s_result_proved_stays_r1(clock: StillClock, lin: UUID) -> None:
    passed(clock, lin, EARNED, PassSource.EXAM)
    with pytest.raises(TakingBackRefused) as caught:
        take_pass(clock)
    assert (caught.value.rule, caught.value.reason) == ("R1", "proved_by_provider")
    assert caught.value.way_out is not None
    with pytest.raises(TakingBackRefused) as caught:
        take_held(clock)
    assert caught.value.reason == "earned_by_exams"
    assert len(held(clock, lin)) == 1


def test_an_entered_certification_goes_with_its_renewals_and_makes_room_for_exams(
    clock: StillClock, lin: UUID
) -> None:
    with making(clock()) as work:
        person = work.session.get_one(Person, lin)
        made = make_certification(work, "developer", CertificationKind.ASSOCIATE, "AZ-204")
        hold(work, person, made, EARNED, PassSource.ENTRY)
        enter_pass(work, person, "AZ-204", EARNED + timedelta(days=9), PassSource.EXAM)
    renew(clock)
    take_held(clock)
    assert held(clock, lin) == [("developer", date(2025, 7, 14), date(2026, 7, 14))]


def test_a_renewal_goes_back_to_the_day_before_it_the_newest_first_r3(
    clock: StillClock, lin: UUID
) -> None:
    passed(clock, lin, EARNED, PassSource.ENTRY)
    with making(clock()) as work:
        one = work.session.query(HeldCertification).one()
        record_attempt(work, one, AT - timedelta(days=1), has_passed=False)
    renew(clock)
    with making(clock()) as work:
        newest, first = list_attempts(work.session, work.session.query(HeldCertification).one().id)
        with pytest.raises(TakingBackRefused) as caught:
            take_back_attempt(work, first, WHY)
        assert (caught.value.rule, caught.value.reason) == ("R3", "not_the_newest")
        left = take_back_attempt(work, newest, WHY)
        assert left is not None
        assert left.expires_on == date(2026, 7, 5)
        take_back_attempt(work, first, WHY)
    with making(clock()) as work:
        assert work.session.query(HeldCertification).one().is_remade
    renew(clock)
    assert held(clock, lin) == [("administrator", EARNED, date(2027, 7, 5))]


def test_a_holder_takes_back_an_own_statement_and_an_admin_any(
    clock: StillClock, lin: UUID
) -> None:
    passed(clock, lin, EARNED, PassSource.ENTRY)
    for taken_by in ("holder", "admin"):
        with own(clock, lin) as work:
            state_attempt(work, work.session.query(HeldCertification).one(), AT, has_passed=True)
        opened = own(clock, lin) if taken_by == "holder" else making(clock())
        with opened as work:
            take_back_attempt(work, work.session.query(RenewalAttempt).one(), WHY)
        assert held(clock, lin) == [("administrator", EARNED, date(2026, 7, 5))]


def test_a_holder_takes_back_nothing_that_an_admin_recorded(clock: StillClock, lin: UUID) -> None:
    passed(clock, lin, EARNED, PassSource.ENTRY)
    renew(clock)
    with own(clock, lin) as work:
        with pytest.raises(Forbidden):
            take_back_attempt(work, work.session.query(RenewalAttempt).one(), WHY)
        with pytest.raises(Forbidden):
            take_back_pass(work, work.session.query(ExamPass).one(), WHY)
    assert held(clock, lin) == [("administrator", EARNED, date(2027, 7, 5))]
