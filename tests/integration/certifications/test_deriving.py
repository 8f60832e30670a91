"""R2, R4: what passes alone have earned follows every pass and renewal that is entered late."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, making
from tests.support.making_certifications import make_certification
from tests.support.racing import race
from tests.support.refusing import named
from vlms.accounts.models import Person
from vlms.catalog.models import CertificationKind
from vlms.catalog.renewal_models import CertificationPrerequisite
from vlms.certifications.errors import RenewalRefused
from vlms.certifications.models import HeldCertification, PassSource
from vlms.certifications.queries.transcripts import list_held, list_passes
from vlms.certifications.service.earning import hold, record_pass
from vlms.certifications.service.renewing import record_attempt
from vlms.certifications.terms import renewal_terms
from vlms.core.errors import BadInput
from vlms.core.work import Work

ASSOCIATE, EXPERT = CertificationKind.ASSOCIATE, CertificationKind.EXPERT


@pytest.fixture(autouse=True)
def today(app: Flask, clock: StillClock) -> None:
    clock.set(datetime(2026, 3, 1, tzinfo=UTC))


def person_in(work: Work) -> Person:
    return make_person(work, make_organisation(work, "contoso"), "Lin", "lin@contoso.example")


def passed(work: Work, person: Person, number: str, *days: str) -> None:
    for day in days:
        record_pass(work, person, number, date.fromisoformat(day), PassSource.EXAM)


def held_by(work: Work, person: Person) -> list[tuple[str, str, str]]:
    held = list_held(work.session, [person.id])
    return [(one.certification_key, str(one.earned_on), str(one.expires_on)) for one in held]


def first_held(work: Work, person: Person) -> HeldCertification:
    return list_held(work.session, [person.id])[0]


def test_an_earlier_pass_that_is_entered_late_moves_what_followed_r2(clock: StillClock) -> None:
    with making(clock()) as work:
        person = person_in(work)
        make_certification(work, "administrator", ASSOCIATE, "AZ-104")
        passed(work, person, "AZ-104", "2025-06-01")
        assert held_by(work, person) == [("administrator", "2025-06-01", "2026-06-01")]
        passed(work, person, "AZ-104", "2024-08-01")
        assert held_by(work, person) == [("administrator", "2024-08-01", "2025-08-01")]
        passed(work, person, "AZ-104", "2025-08-02", "2023-01-10")
        assert held_by(work, person) == [
            ("administrator", "2023-01-10", "2024-01-10"),
            ("administrator", "2024-08-01", "2025-08-01"),
            ("administrator", "2025-08-02", "2026-08-02"),
        ]


def test_a_renewal_that_is_entered_late_takes_back_what_was_earned_meanwhile_r2(
    clock: StillClock,
) -> None:
    with making(clock()) as work:
        person = person_in(work)
        make_certification(work, "administrator", ASSOCIATE, "AZ-104")
        passed(work, person, "AZ-104", "2024-05-01", "2025-05-20")
        assert len(held_by(work, person)) == 2
        at = datetime(2025, 4, 30, 12, tzinfo=UTC)
        record_attempt(work, first_held(work, person), at, has_passed=True)
        assert held_by(work, person) == [("administrator", "2024-05-01", "2026-05-01")]


def test_what_was_renewed_since_is_not_taken_back_by_a_late_renewal_r4(clock: StillClock) -> None:
    with making(clock()) as work:
        person = person_in(work)
        make_certification(work, "administrator", ASSOCIATE, "AZ-104")
        passed(work, person, "AZ-104", "2024-05-01", "2025-05-20")
        old, new = list_held(work.session, [person.id])
        record_attempt(work, new, datetime(2026, 2, 1, tzinfo=UTC), has_passed=True)
        before = held_by(work, person)
        with pytest.raises(RenewalRefused, match="2025-05-20") as refusal:
            record_attempt(work, old, datetime(2025, 4, 30, tzinfo=UTC), has_passed=True)
        assert (refusal.value.rule, refusal.value.reason) == ("R4", "earned_again")
        named(refusal.value, "terms", renewal_terms(date(2025, 4, 30)))
        assert held_by(work, person) == before


def test_an_expert_needs_one_of_its_prerequisites_on_the_day_r4(clock: StillClock) -> None:
    with making(clock()) as work:
        person = person_in(work)
        for key, number in (("administrator", "AZ-104"), ("developer", "AZ-204")):
            make_certification(work, key, ASSOCIATE, number)
        make_certification(work, "devops", EXPERT, "AZ-104", "AZ-400")
        for key in ("administrator", "developer"):
            names = {"certification_key": "devops", "needed_key": key}
            work.session.add(CertificationPrerequisite(**names))
        work.flush()
        # The associate has expired by the day of the expert's exam.
        passed(work, person, "AZ-104", "2023-01-10")
        passed(work, person, "AZ-400", "2025-02-01")
        assert [key for key, *_days in held_by(work, person)] == ["administrator"]
        passed(work, person, "AZ-204", "2025-09-01")
        assert ("devops", "2025-09-01", "2026-09-01") in held_by(work, person)


def test_nothing_is_entered_after_its_retirement_r1(clock: StillClock) -> None:
    with making(clock()) as work:
        person = person_in(work)
        made = make_certification(work, "data-engineer", ASSOCIATE, "DP-203")
        made.retires_on = date(2025, 3, 31)
        work.flush()
        with pytest.raises(BadInput, match="R1"):
            hold(work, person, made, date(2025, 4, 1), PassSource.ENTRY)
        held = hold(work, person, made, date(2025, 3, 31), PassSource.ENTRY)
        with pytest.raises(RenewalRefused, match="version 2") as refusal:
            record_attempt(work, held, datetime(2026, 2, 1, tzinfo=UTC), has_passed=True)
        assert (refusal.value.rule, refusal.value.reason) == ("R1", "retired")


def enter_at_once(app: Flask, clock: StillClock, acts: list[tuple[str, str]]) -> list[object]:
    """Passes of one new person, each entered by a thread of its own; what each came to."""
    with making(clock()) as work:
        person_id = person_in(work).id
        make_certification(work, "architect", EXPERT, "AZ-104", "AZ-305")

    def enter(number: str, day: str) -> None:
        with making(clock()) as work:
            passed(work, work.session.get_one(Person, person_id), number, day)

    return race(app, [partial(enter, *act) for act in acts])


def test_the_last_two_exams_that_are_entered_at_once_earn_it_r1(
    app: Flask, clock: StillClock
) -> None:
    days = [("AZ-104", "2025-12-01"), ("AZ-305", "2026-01-10"), ("AZ-305", "2026-01-10")]
    assert enter_at_once(app, clock, days) == [None] * 3
    with making(clock()) as work:
        person = work.session.query(Person).one()
        assert held_by(work, person) == [("architect", "2026-01-10", "2027-01-10")]
        assert len(list_passes(work.session, [person.id])) == 2
