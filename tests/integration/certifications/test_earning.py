"""R1, R2, R4: passed exams make certifications, and nothing is renewed by passing again."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, making
from tests.support.making_certifications import make_certification
from vlms.accounts.models import Person
from vlms.catalog.models import CertificationKind, Exam
from vlms.certifications.models import PassSource
from vlms.certifications.queries.transcripts import list_held, list_passes
from vlms.certifications.service.earning import hold, record_pass
from vlms.core.errors import BadInput
from vlms.core.work import Work


def person_in(work: Work, slug: str = "contoso") -> Person:
    return make_person(work, make_organisation(work, slug), "Lin", f"lin@{slug}.example")


def passed(work: Work, person: Person, number: str, day: str) -> None:
    record_pass(work, person, number, date.fromisoformat(day), PassSource.EXAM)


def held_by(work: Work, person: Person) -> list[tuple[str, str, str | None]]:
    return [
        (one.certification_key, str(one.earned_on), str(one.expires_on) if one.expires_on else None)
        for one in list_held(work.session, [person.id])
    ]


def test_the_last_of_its_exams_makes_a_certification_r1(app: Flask, clock: StillClock) -> None:
    clock.set(datetime(2026, 3, 1, tzinfo=UTC))
    with making(clock()) as work:
        person = person_in(work)
        make_certification(work, "architect", CertificationKind.EXPERT, "AZ-104", "AZ-305")
        make_certification(work, "administrator", CertificationKind.ASSOCIATE, "AZ-104")
        passed(work, person, "AZ-305", "2025-12-01")
        assert held_by(work, person) == []
        passed(work, person, "AZ-104", "2026-02-10")
        assert held_by(work, person) == [
            ("administrator", "2026-02-10", "2027-02-10"),
            ("architect", "2026-02-10", "2027-02-10"),
        ]


@pytest.mark.parametrize("kind", ["fundamentals", "mos", "mta", "mcsa", "mcse", "mcsd", "mce"])
def test_some_kinds_never_expire_r1(app: Flask, clock: StillClock, kind: str) -> None:
    with making(clock()) as work:
        person = person_in(work)
        make_certification(work, "kept", CertificationKind(kind), "AZ-900")
        passed(work, person, "AZ-900", "2020-01-01")
        assert held_by(work, person) == [("kept", "2020-01-01", None)]


def test_passing_again_renews_nothing_and_counts_once_r2(app: Flask, clock: StillClock) -> None:
    clock.set(datetime(2026, 3, 1, tzinfo=UTC))
    with making(clock()) as work:
        person = person_in(work)
        make_certification(work, "administrator", CertificationKind.ASSOCIATE, "AZ-104")
        for day in ("2025-06-01", "2026-02-10", "2026-02-10"):
            passed(work, person, "AZ-104", day)
        assert held_by(work, person) == [("administrator", "2025-06-01", "2026-06-01")]
        assert len(list_passes(work.session, [person.id])) == 2


def test_what_has_expired_is_earned_again_by_later_passes_r4(app: Flask, clock: StillClock) -> None:
    clock.set(datetime(2026, 3, 1, tzinfo=UTC))
    with making(clock()) as work:
        person = person_in(work)
        make_certification(work, "architect", CertificationKind.EXPERT, "AZ-104", "AZ-305")
        for number in ("AZ-104", "AZ-305"):
            passed(work, person, number, "2024-06-01")
        passed(work, person, "AZ-104", "2026-02-01")
        assert len(held_by(work, person)) == 1
        passed(work, person, "AZ-305", "2026-02-20")
        assert ("architect", "2026-02-20", "2027-02-20") in held_by(work, person)
        assert len(held_by(work, person)) == 2


def test_a_day_to_come_is_refused_r1(app: Flask, clock: StillClock) -> None:
    clock.set(datetime(2026, 3, 1, 23, 59, tzinfo=UTC))
    with making(clock()) as work:
        person = person_in(work)
        make_certification(work, "administrator", CertificationKind.ASSOCIATE, "AZ-104")
        with pytest.raises(BadInput, match="R1"):
            passed(work, person, "AZ-104", "2026-03-02")
        passed(work, person, "AZ-104", "2026-03-01")
        assert len(held_by(work, person)) == 1


def test_an_earlier_time_may_be_entered_after_a_later_one_but_none_twice_r4(
    app: Flask, clock: StillClock
) -> None:
    clock.set(datetime(2026, 3, 1, tzinfo=UTC))
    with making(clock()) as work:
        person = person_in(work)
        made = make_certification(work, "administrator", CertificationKind.ASSOCIATE, "AZ-104")
        for day in (date(2025, 6, 1), date(2022, 1, 10)):
            hold(work, person, made, day, PassSource.ENTRY)
        for day in (date(2025, 6, 1), date(2026, 2, 1), date(2024, 8, 1), date(2022, 1, 11)):
            with pytest.raises(BadInput, match="R4"):
                hold(work, person, made, day, PassSource.ENTRY)
        assert len(held_by(work, person)) == 2


@pytest.mark.parametrize("is_its_own", [True, False])
def test_an_exam_is_not_entered_as_passed_after_its_retirement_c3(
    app: Flask, clock: StillClock, is_its_own: bool
) -> None:
    """Its own, or its family's; a provider's result says what was."""
    clock.set(datetime(2026, 3, 1, tzinfo=UTC))
    retired_on = date(2025, 6, 30)
    with making(clock()) as work:
        person = person_in(work)
        make_certification(work, "administrator", CertificationKind.ASSOCIATE, "AZ-104")
        exam = work.session.get_one(Exam, "AZ-104")
        if is_its_own:
            exam.retires_on = retired_on
        else:
            exam.family.retires_on = retired_on
        work.flush()
        for source in (PassSource.ENTRY, PassSource.IMPORT):
            with pytest.raises(BadInput, match="C3"):
                record_pass(work, person, "AZ-104", date(2025, 7, 2), source)
        # In zones behind UTC its last day ends on the day after.
        record_pass(work, person, "AZ-104", date(2025, 7, 1), PassSource.ENTRY)
        record_pass(work, person, "AZ-104", date(2025, 7, 2), PassSource.EXAM)
