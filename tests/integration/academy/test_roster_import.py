"""Importing rosters: once is enough, nothing is made twice, and nothing is written half."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.importing_rosters import (
    bring,
    changed_lines,
    counts,
    everything,
    person,
    places,
    plan,
    without,
)
from tests.support.making import make_person, making
from tests.support.making_academy import Academy, make_academy
from tests.support.rosters import LINES, bulk, delta
from vlms.academy.models.roster import (
    ClassMember,
    RosterImport,
    SchoolClass,
)
from vlms.academy.queries.rosters import refusals_on
from vlms.academy.rules.eligibility import site_pack_offer
from vlms.accounts.models import PersonPlace, PlaceRole, School
from vlms.agreements.models import AgreementSchool


@pytest.fixture
def academy(app: Flask, clock: StillClock) -> Academy:
    with making(clock()) as work:
        return make_academy(work)


def test_a_roster_brings_schools_terms_classes_people_and_places(
    academy: Academy, clock: StillClock
) -> None:
    planned = bring(academy, clock, bulk())
    assert planned.faults == []
    assert counts(planned, "new") == {
        "orgs": 3,
        "academicSessions": 3,
        "courses": 2,
        "classes": 2,
        "users": 6,
        "enrollments": 5,
    }
    assert counts(planned, "left_out") == {"users": 1, "enrollments": 1}
    with making(clock()) as work:
        assert person(work, "s1").name == "王小明"
        assert person(work, "s2").name == "Ada King Byron"
        assert person(work, "s3").email == "s3@uni.example"
        assert places(work, "s3") == {("law", "student", True), ("art", "student", True)}
        # A unit above schools stands for all of them; who is not enabled has no place.
        assert places(work, "a1") == {("law", "staff", True), ("art", "staff", True)}
        assert places(work, "s4") == set()
        law = work.session.get_one(School, academy.law.id)
        assert law.source_id == "law"
        covered = work.session.scalars(
            select(School.name)
            .join(AgreementSchool, AgreementSchool.school_id == School.id)
            .where(AgreementSchool.agreement_id == academy.agreement.id)
        )
        assert "School of Art" in set(covered)
        one = work.session.scalars(select(SchoolClass).where(SchoolClass.source_id == "k1")).one()
        assert (one.course, one.code, one.location) == ("Contract Law", "A", "R1")
        assert {term.title for term in one.terms} == {"115-1", "115-2"}


def test_importing_twice_is_importing_once(academy: Academy, clock: StillClock) -> None:
    bring(academy, clock, bulk())
    before = everything(clock)
    clock.move(days=3)
    again = bring(academy, clock, bulk())
    assert again.is_empty
    assert counts(again, "new", "changed", "ended") == {}
    assert counts(again, "unchanged")["enrollments"] == 5
    assert everything(clock) == before


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_lines_does_not_count(academy: Academy, clock: StillClock, seed: int) -> None:
    bring(academy, clock, bulk())
    order = random.Random(seed)
    shuffled = {file: order.sample(lines, len(lines)) for file, lines in LINES.items()}
    assert bring(academy, clock, bulk(shuffled)).is_empty


def test_what_is_missing_of_a_bulk_file_ends_and_comes_back(
    academy: Academy, clock: StillClock
) -> None:
    bring(academy, clock, bulk())
    clock.move(days=10)
    fewer = {
        **without("users.csv", 0),
        "enrollments.csv": [*LINES["enrollments.csv"][1:3], LINES["enrollments.csv"][4]],
        "classes.csv": LINES["classes.csv"][:1],
    }
    ended = bring(academy, clock, bulk(fewer))
    assert counts(ended, "ended") == {"classes": 1, "users": 1, "enrollments": 2}
    today = clock().date()
    with making(clock()) as work:
        # People are never deleted; their place ends on the day before.
        assert places(work, "s1") == {("law", "student", False)}
        offer = site_pack_offer(academy.law.id, academy.law.name)
        key = person(work, "s1").id
        refused = refusals_on(work.session, offer, [key], today, "Asia/Taipei")
        assert refused[key].reason == "no_longer"
        before = today - timedelta(days=5)
        assert refusals_on(work.session, offer, [key], before, "Asia/Taipei") == {}
    assert bring(academy, clock, bulk(fewer)).is_empty
    back = bring(academy, clock, bulk())
    assert counts(back, "changed") == {"classes": 1, "users": 1, "enrollments": 2}
    with making(clock()) as work:
        assert places(work, "s1") == {("law", "student", True)}


def test_a_delta_changes_what_it_names_and_nothing_else(
    academy: Academy, clock: StillClock
) -> None:
    bring(academy, clock, bulk())
    when = "2026-10-01T00:00:00Z"
    changes = delta(
        {
            "users.csv": [
                f"s1,active,{when},true,art,student,s1,,小明,王,,B01,s1@uni.example,,,,,",
                f"s2,tobedeleted,{when},,,,,,,,,,,,,,,",
                f"s9,active,{when},true,law,student,s9,,Nine,Doe,,B09,,,,,,",
            ],
            "enrollments.csv": [
                f"e9,active,{when},k1,law,s9,student,,,",
                f"e3,tobedeleted,{when},,,,,,,",
            ],
        }
    )
    changed = bring(academy, clock, changes)
    assert changed.faults == []
    assert counts(changed, "new") == {"users": 1, "enrollments": 1}
    assert counts(changed, "ended") == {"users": 1, "enrollments": 1}
    assert counts(changed, "changed") == {"users": 1}
    with making(clock()) as work:
        assert places(work, "s1") == {("law", "student", False), ("art", "student", True)}
        assert places(work, "s2") == {("law", "student", False)}
        assert places(work, "s3") == {("law", "student", True), ("art", "student", True)}
    assert bring(academy, clock, changes).is_empty


def test_a_delta_may_not_refer_to_what_nobody_knows(academy: Academy, clock: StillClock) -> None:
    bring(academy, clock, bulk())
    line = "e9,active,2026-10-01T00:00:00Z,k9,law,s1,student,,,"
    with academy.administering(clock()) as work:
        found = plan(work, academy, delta({"enrollments.csv": [line]})).faults
    assert [(one.file, one.line, one.field) for one in found] == [
        ("enrollments.csv", 2, "classSourcedId")
    ]


def test_people_who_are_there_already_are_found_by_number_then_by_address(
    academy: Academy, clock: StillClock
) -> None:
    with making(clock()) as work:
        by_number = make_person(work, academy.organisation, "小明", "old@uni.example")
        by_number.number, by_number.latin_name = "B01", "Wang Xiaoming"
        by_address = make_person(work, academy.organisation, "Meiling", "s3@uni.example")
        number_of, address_of = by_number.id, by_address.id
    planned = bring(academy, clock, bulk())
    assert counts(planned, "new")["users"] == 4
    with making(clock()) as work:
        first, third = person(work, "s1"), person(work, "s3")
        assert (first.id, third.id) == (number_of, address_of)
        assert (first.name, first.latin_name) == ("王小明", "Wang Xiaoming")
        assert first.email == "s1@uni.example"
        assert third.number == "B03"
    assert bring(academy, clock, bulk()).is_empty


def test_a_number_that_somebody_else_keeps_is_a_fault(academy: Academy, clock: StillClock) -> None:
    bring(academy, clock, bulk())
    line = "s9,active,2026-10-01T00:00:00Z,true,law,student,s9,,Nine,Doe,,B01,,,,,,"
    with academy.administering(clock()) as work:
        found = plan(work, academy, delta({"users.csv": [line]})).faults
    assert [(one.file, one.line, one.field) for one in found] == [("users.csv", 2, "identifier")]
    assert "王小明" in str(found[0])


def test_two_people_may_exchange_their_numbers_and_addresses(
    academy: Academy, clock: StillClock
) -> None:
    bring(academy, clock, bulk())
    users = [line.replace("B01", "X").replace("B03", "B01") for line in LINES["users.csv"]]
    users = [line.replace(",X,", ",B03,").replace("s1@", "X@") for line in users]
    users = [line.replace("S3@", "s1@").replace("X@", "s3@") for line in users]
    changed = bring(academy, clock, bulk({**LINES, "users.csv": users}))
    assert counts(changed, "changed") == {"users": 2}
    with making(clock()) as work:
        first, third = person(work, "s1"), person(work, "s3")
        assert (first.number, first.email) == ("B03", "s3@uni.example")
        assert (third.number, third.email) == ("B01", "s1@uni.example")


def test_what_the_roster_leaves_empty_stays(academy: Academy, clock: StillClock) -> None:
    bring(academy, clock, bulk())
    line = "s1,active,,true,law,student,s1,,小明,王,,,,,,,,"
    assert bring(academy, clock, bulk(changed_lines("users.csv", 0, line))).is_empty


def test_a_class_of_students_is_told_by_the_day(academy: Academy, clock: StillClock) -> None:
    bring(academy, clock, bulk())
    with making(clock()) as work:
        rows = work.session.scalars(
            select(PersonPlace).where(PersonPlace.role == PlaceRole.STUDENT)
        )
        assert all(row.first_day is None and row.last_day is None for row in rows)
        member = work.session.scalars(
            select(ClassMember).where(ClassMember.source_id == "e2")
        ).one()
        assert (member.first_day, member.last_day) == (date(2026, 9, 1), date(2027, 1, 31))
        assert work.session.scalar(select(func.count(RosterImport.id))) == 1
