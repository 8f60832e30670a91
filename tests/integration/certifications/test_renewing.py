"""R2-R4: attempts at renewal, their waits, and the year that a pass adds, once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, making
from tests.support.making_certifications import make_certification, make_held
from tests.support.racing import race, winners
from tests.support.refusing import named
from vlms.audit.models import AuditEntry
from vlms.catalog.models import CertificationKind
from vlms.certifications.errors import RenewalRefused
from vlms.certifications.models import HeldCertification
from vlms.certifications.queries.transcripts import failures, get_held
from vlms.certifications.service.renewing import record_attempt
from vlms.certifications.terms import renewal_terms
from vlms.core.errors import BadInput

EARNED = date(2025, 7, 5)
FIRST = datetime(2026, 1, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def held_id(app: Flask, clock: StillClock) -> UUID:
    clock.set(datetime(2026, 2, 1, tzinfo=UTC))
    with making(clock()) as work:
        person = make_person(work, make_organisation(work, "contoso"), "Lin")
        kind = CertificationKind.ASSOCIATE
        certification = make_certification(work, "administrator", kind, "AZ-104")
        return make_held(work, person, certification, EARNED).id


def attempt(clock: StillClock, held_id: UUID, at: datetime, *, has_passed: bool) -> date | None:
    with making(clock()) as work:
        held = get_held(work.session, held_id)
        return record_attempt(work, held, at, has_passed=has_passed).expires_on


def test_a_pass_adds_a_year_to_the_last_day_and_opens_no_other_window_r3(
    clock: StillClock, held_id: UUID
) -> None:
    assert attempt(clock, held_id, FIRST, has_passed=False) == date(2026, 7, 5)
    assert attempt(clock, held_id, FIRST + HOUR, has_passed=True) == date(2027, 7, 5)
    with pytest.raises(RenewalRefused, match="2027-01-05") as refusal:
        attempt(clock, held_id, FIRST + 48 * HOUR, has_passed=True)
    assert refusal.value.rule == "R2"
    with making(clock()) as work:
        assert failures(work.session, get_held(work.session, held_id)) == []
        told = list(work.session.scalars(select(AuditEntry.action)))
        assert told.count("certification.renewed") == 2


@pytest.mark.parametrize(("earned", "version"), [("2021-06-29", "1"), ("2021-06-30", "2")])
def test_what_never_expires_is_not_renewed_by_the_version_of_its_day_r1(
    clock: StillClock, held_id: UUID, earned: str, version: str
) -> None:
    day = date.fromisoformat(earned)
    with making(clock()) as work:
        person = get_held(work.session, held_id).person
        kept = make_certification(work, "basics", CertificationKind.FUNDAMENTALS, "AZ-900")
        kept_id = make_held(work, person, kept, day).id
    with pytest.raises(RenewalRefused) as refusal:
        attempt(clock, kept_id, FIRST, has_passed=True)
    assert (refusal.value.rule, refusal.value.reason) == ("R1", "never_expires")
    assert renewal_terms(day).name == version
    named(refusal.value, "terms", renewal_terms(day))


def test_failed_attempts_wait_from_the_third_on_r3(clock: StillClock, held_id: UUID) -> None:
    attempt(clock, held_id, FIRST, has_passed=False)
    with pytest.raises(RenewalRefused, match="recorded already"):
        attempt(clock, held_id, FIRST, has_passed=False)
    second = FIRST + timedelta(seconds=1)
    attempt(clock, held_id, second, has_passed=False)
    with pytest.raises(RenewalRefused) as refusal:
        attempt(clock, held_id, FIRST + 24 * HOUR, has_passed=True)
    assert refusal.value.facts["allowed_at"] == second + 24 * HOUR
    with making(clock()) as work:
        assert get_held(work.session, held_id).expires_on == date(2026, 7, 5)
    assert attempt(clock, held_id, second + 24 * HOUR, has_passed=True) == date(2027, 7, 5)


@pytest.mark.parametrize("at", [FIRST - timedelta(seconds=1), datetime(2026, 7, 6, tzinfo=UTC)])
def test_outside_of_the_window_nothing_is_recorded_r2(
    clock: StillClock, held_id: UUID, at: datetime
) -> None:
    clock.set(datetime(2026, 8, 1, tzinfo=UTC))
    with pytest.raises(RenewalRefused):
        attempt(clock, held_id, at, has_passed=True)
    with making(clock()) as work:
        found = get_held(work.session, held_id)
        assert (found.expires_on, found.version) == (date(2026, 7, 5), 1)


def test_attempts_come_in_their_order_and_never_from_the_future_r3(
    clock: StillClock, held_id: UUID
) -> None:
    attempt(clock, held_id, FIRST + 5 * HOUR, has_passed=False)
    with pytest.raises(RenewalRefused, match="later attempt"):
        attempt(clock, held_id, FIRST, has_passed=True)
    with pytest.raises(BadInput):
        attempt(clock, held_id, clock() + HOUR, has_passed=True)


def test_of_two_passes_at_one_moment_one_adds_its_year_r3(
    app: Flask, clock: StillClock, held_id: UUID
) -> None:
    def take() -> date | None:
        return attempt(clock, held_id, FIRST, has_passed=True)

    results = race(app, [take, take])
    assert winners(results) == [date(2027, 7, 5)]


def test_without_the_guard_two_passes_would_add_two_years(
    app: Flask, clock: StillClock, held_id: UUID
) -> None:
    """What the condition is for: read twice, written twice."""
    with making(clock()) as work:
        read = get_held(work.session, held_id).expires_on
    assert read is not None
    for _pass in range(2):
        with making(clock()) as work:
            held = get_held(work.session, held_id)
            assert held.expires_on is not None
            held.expires_on = held.expires_on.replace(year=held.expires_on.year + 1)
    with making(clock()) as work:
        assert work.session.get_one(HeldCertification, held_id).expires_on == date(2028, 7, 5)


def test_an_expert_and_its_associate_are_renewed_apart_r4(app: Flask, clock: StillClock) -> None:
    clock.set(datetime(2026, 2, 1, tzinfo=UTC))
    with making(clock()) as work:
        person = make_person(work, make_organisation(work, "contoso"), "Lin")
        expert = make_certification(work, "architect", CertificationKind.EXPERT, "AZ-305")
        associate = make_certification(work, "admin", CertificationKind.ASSOCIATE, "AZ-104")
        first, second = (make_held(work, person, one, EARNED) for one in (expert, associate))
        record_attempt(work, first, FIRST, has_passed=True)
        assert (first.expires_on, second.expires_on) == (date(2027, 7, 5), date(2026, 7, 5))
