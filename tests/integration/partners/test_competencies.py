"""Who counts for an organisation's competencies, and how many queries it takes (K3, K4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.counting import statements
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.making_certifications import make_certification, make_held
from tests.support.making_competencies import make_figure, make_skilled
from tests.support.making_links import make_link
from vlms.accounts.models import Organisation, Person
from vlms.catalog.models import CertificationKind, Exam
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.scope import Organisation as OrganisationScope
from vlms.partners.models.links import Association, EndReason
from vlms.partners.queries.competencies import get_facts
from vlms.partners.queries.competency_pages import Board, get_board, get_detail
from vlms.partners.queries.proofs import who_counts
from vlms.partners.queries.what_if import list_supposed, who_fits
from vlms.partners.rules.attainment import CompetencyState, Level

DAY = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 20, tzinfo=UTC)
PLATFORM = "sample-cloud-platform"
ENDED = {
    "exams_ended_at": NOON,
    "assessments_ended_at": NOON,
    "ended_at": NOON,
    "end_reason": EndReason.UNLINKED,
}
REVENUE = (PLATFORM, "consumption", "revenue")


@pytest.fixture
def place(app: Flask, clock: StillClock) -> UUID:
    """Three people of whom two count for Cloud Platform at silver, and its figures."""
    clock.set(NOON)
    with making(clock()) as work:
        own = make_organisation(work, "contoso")
        for name, numbers in (("Ada", ["AZ-104"]), ("Bo", ["AZ-104"]), ("Cy", ["AZ-305"])):
            make_skilled(work, own, name, *numbers)
        make_figure(work, own, REVENUE, date(2025, 11, 1), "30000")
        make_figure(work, own, REVENUE, date(2026, 10, 1), "10000.5")
        make_figure(work, own, REVENUE, date(2026, 11, 1), "999999")
        other = make_organisation(work, "fabrikam")
        make_skilled(work, other, "Di", "AZ-104", "AZ-305")
        return own.id


def board(own: UUID, day: date = DAY) -> Board:
    with reading(OrganisationScope(own)) as session:
        return get_board(session, own, day)


def test_people_and_whole_months_attain_a_level_k3(place: UUID) -> None:
    row = board(place).rows[0]
    assert row.standing.definition.key == PLATFORM
    assert (row.standing.level, row.standing.state) == (Level.SILVER, CompetencyState.QUALIFIED)
    assert (row.needed, row.have) == (3, 3)
    assert row.room is not None
    assert row.room.spare == 0
    assert len(row.room.critical) == 3
    # The month that is not over did not count: ten days later it does.
    then = board(place, date(2026, 12, 1)).rows[0].standing
    assert then.best.figures == {"revenue": Decimal("1009999.5")}


def test_a_leaver_counts_no_more_k4(place: UUID, clock: StillClock) -> None:
    with making(clock()) as work:
        counting = {one.person_id for one in who_counts(work.session, place, DAY)}
        assert len(counting) == 3
        leaver = work.session.get_one(Person, min(counting))
        leaver.left_at = clock()
        work.flush()
        assert {one.person_id for one in who_counts(work.session, place, DAY)} == counting - {
            leaver.id
        }


@pytest.mark.parametrize(
    ("change", "waiting"),
    [
        ({"seen_at": None}, (1, 0)),
        ({"exams_ended_at": NOON}, (0, 1)),
        ({"assessments_ended_at": NOON}, (0, 0)),
        (ENDED, (0, 1)),
    ],
)
def test_only_a_link_of_exams_that_a_report_has_shown_counts_k1_k2(
    place: UUID, clock: StillClock, change: dict[str, object], waiting: tuple[int, int]
) -> None:
    """Who is pending or not linked is told beside what counts."""
    with making(clock()) as work:
        cy = work.session.query(Person).filter_by(name="Cy").one()
        link = work.session.query(Association).filter_by(person_id=cy.id).one()
        for name, value in change.items():
            setattr(link, name, value)
    found = board(place)
    assert found.waiting == waiting
    assert (found.rows[0].standing.level is Level.SILVER) is (waiting == (0, 0))
    with reading(OrganisationScope(place)) as session:
        assert get_detail(session, place, PLATFORM, DAY).waiting == waiting


def test_who_would_pass_is_supposed_to_be_linked_as_well_k4(place: UUID, clock: StillClock) -> None:
    with making(clock()) as work:
        cy = work.session.query(Person).filter_by(name="Cy").one()
        work.session.query(Association).filter_by(person_id=cy.id).one().seen_at = None
    with reading(OrganisationScope(place)) as session:
        facts = get_facts(session, place, DAY)
        assert cy.id in who_fits(facts)
        now, passing = (list_supposed(facts, set(), more) for more in ({}, {cy.id: {"PL-300"}}))
    assert next(one for one in now if one.now.definition.key == PLATFORM).then.level is None
    assert passing[0].then.level is Level.SILVER


@pytest.mark.parametrize(("months_ago", "counts"), [(11, True), (13, False)])
def test_a_retired_exam_counts_twelve_more_months_k3(
    place: UUID, clock: StillClock, months_ago: int, counts: bool
) -> None:
    with making(clock()) as work:
        exam = work.session.get_one(Exam, "AZ-305")
        exam.retires_on = DAY - timedelta(days=30 * months_ago + 6)
    assert (board(place).rows[0].standing.level is Level.SILVER) is counts


def test_what_lapses_within_the_year_is_told_k4(place: UUID, clock: StillClock) -> None:
    with making(clock()) as work:
        exam = work.session.get_one(Exam, "AZ-305")
        exam.retires_on = DAY - timedelta(days=100)
    assert board(place).rows[0].ending == 1
    with reading(OrganisationScope(place)) as session:
        found = get_detail(session, place, PLATFORM, DAY)
    assert found.then.level is None
    shown = {one.name: one for goal in found.paths[0].goals for one in goal.people}
    assert shown["Cy"].last_day == date(2027, 8, 11)
    assert shown["Ada"].last_day is None


def test_a_certification_counts_while_it_is_valid_r1(app: Flask, clock: StillClock) -> None:
    clock.set(NOON)
    with making(clock()) as work:
        own = make_organisation(work, "contoso")
        person = make_person(work, own, "Ada", "ada@x.example", make_user(work, "ada@x.example"))
        make_link(work, person, seen_at=NOON)
        made = make_certification(work, "azure-admin", CertificationKind.ASSOCIATE, "AZ-104")
        last_day = make_held(work, person, made, DAY - timedelta(days=90)).expires_on
        assert last_day is not None
        for day, counts in ((last_day, True), (last_day + timedelta(days=1), False)):
            names = {one.name for one in who_counts(work.session, own.id, day)}
            assert ("AZURE-ADMIN" in names) is counts


def test_the_board_takes_as_many_queries_for_many_as_for_few(
    place: UUID, clock: StillClock
) -> None:
    with statements() as few:
        board(place)
    with making(clock()) as work:
        own = work.session.get_one(Organisation, place)
        for number in range(8):
            make_skilled(work, own, f"More{number}", "AZ-104", "MB-200", "MB-210", "SC-100")
    with statements() as many:
        board(place)
    assert len(many) == len(few) <= 6


def test_an_unknown_competency_is_not_found(place: UUID) -> None:
    with (
        reading(OrganisationScope(place)) as session,
        pytest.raises(NotFound, match="no competency"),
    ):
        get_detail(session, place, "no-such", DAY)


def test_others_are_judged_by_themselves(place: UUID) -> None:
    with reading(OrganisationScope(place)) as session:
        facts = get_facts(session, place, DAY)
    assert len(facts.passed()) == 3
