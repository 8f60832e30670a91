"""Importing plain lists of people: they add and change, and end nothing."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import Academy, make_academy
from tests.support.rosters import bulk, read
from tests.unit.exports.uploads import workbook
from vlms.academy.models.roster import ClassMember, SchoolClass
from vlms.academy.rules.roster_rows import Roster
from vlms.academy.service.roster_import import plan_roster
from vlms.academy.service.roster_plan import Plan
from vlms.academy.service.roster_reading import read_roster
from vlms.academy.service.roster_writing import write_plan
from vlms.accounts.models import Person, School

HEADINGS = ["Number", "Name", "Latin name", "E-mail", "School", "Role", "Class", "Term"]
MEI = ["B90", "陳美玲", "Chen Mei-Ling", "mei@uni.example", "School of Law", "student", "Law A", ""]


@pytest.fixture
def academy(app: Flask, clock: StillClock) -> Academy:
    with making(clock()) as work:
        return make_academy(work)


def bring(academy: Academy, clock: StillClock, roster: Roster) -> Plan:
    with academy.administering(clock()) as work:
        plan = plan_roster(work.session, academy.agreement, roster, work.now)
        write_plan(work, academy.agreement, plan, "list.xlsx")
    return plan


def listed(*rows: list[Any]) -> Roster:
    return read_roster(io.BytesIO(workbook([HEADINGS, *rows])), "list.xlsx")


def test_a_list_adds_people_to_schools_and_classes_once(
    academy: Academy, clock: StillClock
) -> None:
    first = bring(academy, clock, listed(MEI))
    assert first.faults == []
    assert bring(academy, clock, listed(MEI)).is_empty
    with making(clock()) as work:
        mei = work.session.scalars(select(Person).where(Person.number == "B90")).one()
        assert (mei.latin_name, mei.school_id) == ("Chen Mei-Ling", academy.law.id)
        one = work.session.scalars(select(SchoolClass)).one()
        assert (one.title, one.school_id, one.source_id) == ("Law A", academy.law.id, None)
        assert work.session.scalars(select(ClassMember)).one().person_id == mei.id


def test_a_list_leaves_what_rosters_told(academy: Academy, clock: StillClock) -> None:
    bring(academy, clock, read(bulk()))
    plan = bring(academy, clock, listed([*MEI[:7], "115-1"]))
    assert plan.told_counts["users"]["new"] == 1
    assert plan.told_counts["users"]["ended"] == 0
    with making(clock()) as work:
        classes = work.session.scalars(select(SchoolClass).where(SchoolClass.title == "Law A"))
        one = classes.one()
        assert (one.source_id, one.course, one.code) == ("k1", "Contract Law", "A")
        assert len(work.session.scalars(select(School)).all()) == 3
    assert bring(academy, clock, read(bulk())).told_counts["users"]["unchanged"] == 6


def test_somebody_of_a_roster_is_the_same_person_in_a_list(
    academy: Academy, clock: StillClock
) -> None:
    bring(academy, clock, read(bulk()))
    row = ["B01", "王小明", "Wang Xiaoming", "", "School of Law", "student", "Law A", ""]
    plan = bring(academy, clock, listed(row))
    assert plan.told_counts["users"]["changed"] == 1
    with making(clock()) as work:
        person = work.session.scalars(select(Person).where(Person.number == "B01")).one()
        assert (person.source_id, person.latin_name) == ("s1", "Wang Xiaoming")
    assert bring(academy, clock, read(bulk())).is_empty
