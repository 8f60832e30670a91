"""R4: what needs a certification follows when its last day is moved, and moved back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, making
from tests.support.making_certifications import make_certification
from vlms.accounts.models import Person
from vlms.catalog.models import Certification, CertificationKind
from vlms.catalog.renewal_models import CertificationPrerequisite
from vlms.certifications.errors import TakingBackRefused
from vlms.certifications.models import HeldCertification, PassSource
from vlms.certifications.queries.transcripts import list_attempts, list_held
from vlms.certifications.service.earning import enter_pass, hold
from vlms.certifications.service.renewing import record_attempt
from vlms.certifications.service.results import withdraw_result
from vlms.certifications.service.taking_back import take_back_attempt, take_back_held
from vlms.certifications.service.transcript_writing import import_transcripts
from vlms.codes.events import PassWithdrawn
from vlms.core.work import Work
from vlms.exports.sheets import sheet_of

EARNED = date(2024, 5, 1)
RENEWED = datetime(2025, 4, 30, 12, tzinfo=UTC)
WHY = "typed twice"
BEFORE = ("administrator", "2024-05-01", "2025-05-01")
AFTER = ("administrator", "2024-05-01", "2026-05-01")
EXPERT = ("architect", "2025-09-01", "2026-09-01")


@pytest.fixture
def lin(app: Flask, clock: StillClock) -> UUID:
    """Has passed the associate's exam, and the expert's after the associate had lapsed."""
    clock.set(datetime(2026, 3, 1, tzinfo=UTC))
    with making(clock()) as work:
        person = make_person(work, make_organisation(work, "contoso"), "Lin", "lin@contoso.example")
        make_certification(work, "administrator", CertificationKind.ASSOCIATE, "AZ-104")
        make_certification(work, "architect", CertificationKind.EXPERT, "AZ-305")
        names = {"certification_key": "architect", "needed_key": "administrator"}
        work.session.add(CertificationPrerequisite(**names))
        work.flush()
        enter_pass(work, person, "AZ-104", EARNED, PassSource.EXAM)
        enter_pass(work, person, "AZ-305", date(2025, 9, 1), PassSource.EXAM)
        assert held(work) == [BEFORE]
        return person.id


def held(work: Work) -> list[tuple[str, str, str]]:
    found = list_held(work.session, [one.id for one in work.session.query(Person)])
    return [(one.certification_key, str(one.earned_on), str(one.expires_on)) for one in found]


def only(work: Work, key: str) -> HeldCertification:
    return work.session.query(HeldCertification).filter_by(certification_key=key).one()


def renew(clock: StillClock) -> None:
    with making(clock()) as work:
        record_attempt(work, only(work, "administrator"), RENEWED, has_passed=True)


def move(clock: StillClock, until: str) -> None:
    """By a file that knows of renewals."""
    headings = ("E-mail", "Exam or certification", "Day", "Valid until")
    row = ("lin@contoso.example", "administrator", EARNED.isoformat(), until)
    with making(clock()) as work:
        place = work.session.query(Person).one().organisation_id
        assert import_transcripts(work, place, sheet_of([(1, headings), (2, row)], [])) == 1


def test_a_renewal_that_is_entered_late_earns_what_needs_it_r4(
    clock: StillClock, lin: UUID
) -> None:
    renew(clock)
    with making(clock()) as work:
        assert held(work) == [AFTER, EXPERT]


def test_a_last_day_that_a_file_moves_earns_what_needs_it_r4(clock: StillClock, lin: UUID) -> None:
    move(clock, "2026-05-01")
    with making(clock()) as work:
        assert held(work) == [AFTER, EXPERT]


@pytest.mark.parametrize("is_expert_renewed", [False, True])
def test_what_needed_a_renewal_goes_with_it_and_comes_again_r4(
    clock: StillClock, lin: UUID, is_expert_renewed: bool
) -> None:
    renew(clock)
    with making(clock()) as work:
        if is_expert_renewed:
            record_attempt(work, only(work, "architect"), clock(), has_passed=True)
    with making(clock()) as work:
        (attempt,) = list_attempts(work.session, only(work, "administrator").id)
        assert take_back_attempt(work, attempt, WHY) is not None
        assert held(work) == [BEFORE]
    renew(clock)
    with making(clock()) as work:
        assert held(work) == [AFTER, EXPERT]


def test_an_expert_that_was_entered_as_it_is_stays_without_the_renewal_r4(
    clock: StillClock, lin: UUID
) -> None:
    with making(clock()) as work:
        person, day = work.session.get_one(Person, lin), date(2025, 8, 30)
        hold(work, person, only_certification(work), day, PassSource.ENTRY)
    renew(clock)
    with making(clock()) as work:
        (attempt,) = list_attempts(work.session, only(work, "administrator").id)
        take_back_attempt(work, attempt, WHY)
        assert held(work) == [BEFORE, ("architect", "2025-08-30", "2026-08-30")]


def only_certification(work: Work) -> Certification:
    return work.session.get_one(Certification, "architect")


def test_a_last_day_that_a_file_moved_wrongly_goes_back_to_the_computed_one_r3(
    clock: StillClock, lin: UUID
) -> None:
    move(clock, "2026-05-01")
    with making(clock()) as work:
        take_back_held(work, only(work, "administrator"), WHY)
        assert held(work) == [BEFORE]
        # The control: what is as its exams make it would only be made anew.
        with pytest.raises(TakingBackRefused) as caught:
            take_back_held(work, only(work, "administrator"), WHY)
        assert caught.value.reason == "earned_by_exams"


def test_a_moved_day_that_hinders_an_attempt_is_taken_back_first_r3(
    clock: StillClock, lin: UUID
) -> None:
    renew(clock)
    move(clock, "2027-05-01")
    with making(clock()) as work:
        found = only(work, "administrator")
        (attempt,) = list_attempts(work.session, found.id)
        with pytest.raises(TakingBackRefused) as caught:
            take_back_attempt(work, attempt, WHY)
        assert caught.value.reason == "moved_since"
        take_back_held(work, found, WHY)
        assert held(work) == [BEFORE]


def test_what_was_renewed_and_lost_its_exam_goes_with_its_renewal_r1(
    clock: StillClock, lin: UUID
) -> None:
    """A corrected result leaves what was renewed: a person looks at it, and can take it back."""
    renew(clock)
    with making(clock()) as work:
        withdraw_result(work, PassWithdrawn(lin, "AZ-104", EARNED))
        assert held(work) == [AFTER, EXPERT]
        (attempt,) = list_attempts(work.session, only(work, "administrator").id)
        assert take_back_attempt(work, attempt, WHY) is None
        assert held(work) == []


def test_what_was_renewed_and_lost_its_exam_is_taken_back_r1(clock: StillClock, lin: UUID) -> None:
    renew(clock)
    with making(clock()) as work:
        withdraw_result(work, PassWithdrawn(lin, "AZ-104", EARNED))
        take_back_held(work, only(work, "administrator"), WHY)
        assert held(work) == []
