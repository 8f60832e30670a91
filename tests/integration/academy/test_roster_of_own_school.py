"""A coordinator imports for the own schools; of others nothing changes or ends (F11, A2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.importing_rosters import (
    MODELS,
    bring,
    changed_lines,
    everything,
    plan,
    without,
)
from tests.support.making import making
from tests.support.making_academy import Academy, make_academy
from tests.support.rosters import LINES, bulk, delta
from vlms.academy.models.roster import ClassMember, RosterImport, SchoolClass
from vlms.academy.rules.roster_list import COLUMNS
from vlms.academy.service.roster_import import plan_roster
from vlms.academy.service.roster_plan import Effect, Plan
from vlms.academy.service.roster_reading import FIELDS, roster_of_sheet
from vlms.academy.service.roster_writing import write_plan
from vlms.accounts.models import Person, PersonPlace, School
from vlms.core import scope
from vlms.core.errors import Forbidden
from vlms.core.scoping import ScopeError
from vlms.exports.sheets import Row, Sheet

Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture
def academy(app: Flask, clock: StillClock) -> Academy:
    """Its roster is imported; the coordinator is that of the roster's school of law."""
    with making(clock()) as work:
        made = make_academy(work)
    bring(made, clock, bulk())
    return made


def law_of(clock: StillClock) -> School:
    with making(clock()) as work:
        return work.session.scalars(select(School).where(School.source_id == "law")).one()


def own(academy: Academy, clock: StillClock) -> Any:
    """Work of a coordinator of the roster's school of law."""
    limited = scope.Organisation(academy.organisation.id, None, frozenset({law_of(clock).id}))
    with academy.coordinating(clock()) as work:
        actor = work.actor
    return making(clock(), actor, limited)


def bring_own(
    academy: Academy, clock: StillClock, files: Mapping[str, str], *, good_rows: bool = True
) -> Plan:
    with own(academy, clock) as work:
        planned = plan(work, academy, files)
        write_plan(work, academy.agreement, planned, "roster.zip", good_rows=good_rows)
    return planned


def of_others(clock: StillClock) -> Rows:
    """All that is of no school or of another one than law, as text."""
    law = str(law_of(clock).id)
    kept = {name: rows for name, rows in everything(clock).items() if name not in UNTOLD}
    return {name: [row for row in rows if law not in row] for name, rows in kept.items()}


# What an import tells of itself.
UNTOLD = {RosterImport.__tablename__, MODELS[-1].__tablename__}


def told(planned: Plan) -> list[tuple[str, int, str]]:
    return [(fault.file, fault.line, fault.field) for fault in planned.faults]


def test_each_line_of_another_school_is_refused_by_file_line_and_field(
    academy: Academy, clock: StillClock
) -> None:
    before = everything(clock)
    with own(academy, clock) as work:
        planned = plan(work, academy, bulk())
    assert told(planned) == [
        ("orgs.csv", 4, "sourcedId"),
        ("classes.csv", 3, "schoolSourcedId"),
        ("users.csv", 5, "orgSourcedIds"),
        ("enrollments.csv", 5, "schoolSourcedId"),
        ("enrollments.csv", 7, "schoolSourcedId"),
    ]
    assert planned.is_empty
    assert everything(clock) == before


def test_the_own_lines_are_imported_and_nothing_of_others_is_touched(
    academy: Academy, clock: StillClock
) -> None:
    before = of_others(clock)
    files = changed_lines("users.csv", 1, "s2,active,,true,law,student,s2,,Ada,Byron,,B02,,,,,,")
    files["enrollments.csv"] = [
        *files["enrollments.csv"],
        "e9,active,,k1,law,s5,student,,,",
        "e8,active,,k2,art,s5,student,,,",
    ]
    files["users.csv"] = [
        *files["users.csv"],
        "s5,active,,true,law,student,s5,,Nina,New,,B05,,,,,,",
    ]
    planned = bring_own(academy, clock, bulk(files))
    assert ("enrollments.csv", 9, "schoolSourcedId") in told(planned)
    law = law_of(clock)
    with making(clock()) as work:
        new = work.session.scalars(select(Person).where(Person.source_id == "s5")).one()
        assert new.school_id == law.id
        of_new = work.session.scalars(select(ClassMember).where(ClassMember.person_id == new.id))
        assert [one.source_id for one in of_new] == ["e9"]
        name = select(Person.name).where(Person.source_id == "s2")
        assert work.session.scalar(name) == "Ada Byron"
        assert work.session.scalars(select(RosterImport.number)).all() == [1, 2]
    assert of_others(clock) == before


def only_law() -> dict[str, Any]:
    """A bulk file of a school that knows nothing of the others: sound, and without its class."""
    files: dict[str, Any] = dict(LINES)
    for name, marks in (
        ("orgs.csv", ("art,",)),
        ("classes.csv", ("k1,", "k2,")),
        ("courses.csv", ("c2,",)),
        ("users.csv", ("s2,", "s4,", "a1,", "g1,")),
        ("enrollments.csv", ("e",)),
    ):
        kept = [line for line in files[name] if not line.startswith(marks)]
        files[name] = [line.replace('"law,art"', "law") for line in kept]
    return files


def test_a_bulk_file_of_one_school_ends_what_is_missing_there_and_nothing_elsewhere(
    academy: Academy, clock: StillClock
) -> None:
    before = of_others(clock)
    planned = bring_own(academy, clock, bulk(only_law()), good_rows=False)
    assert planned.faults == []
    with making(clock()) as work:
        ended = {
            one.source_id: one.last_day is not None and one.last_day <= planned.yesterday
            for one in work.session.scalars(select(ClassMember))
        }
        classes = {one.source_id: one.ended_on for one in work.session.scalars(select(SchoolClass))}
    assert {key: ended[key] for key in ("e1", "e2", "e3", "e5")} == dict.fromkeys(
        ("e1", "e2", "e3", "e5"), True
    )
    assert ended["e4"] is False, "art's member stays"
    assert (classes["k1"] is not None, classes["k2"]) == (True, None)
    assert of_others(clock) == before


def test_the_same_file_of_a_licensing_admin_ends_what_is_elsewhere(
    academy: Academy, clock: StillClock
) -> None:
    """The control: what the limit keeps would end."""
    before = of_others(clock)
    bring(academy, clock, bulk(only_law()))
    assert of_others(clock) != before


def test_somebody_of_another_school_is_neither_taken_nor_told(
    academy: Academy, clock: StillClock
) -> None:
    before = of_others(clock)
    lines = (
        "s4,active,2026-03-02T00:00:00Z,true,law,student,x,,X,Y,,B77,,,,,,",
        "n1,active,2026-03-02T00:00:00Z,true,law,student,x,,X,Y,,B04,,,,,,",
        "n2,active,2026-03-02T00:00:00Z,true,law,student,x,,X,Y,,B78,s4@uni.example,,,,,",
    )
    with making(clock()) as work:
        # Taken from the school of law, where the roster never had them.
        places = select(PersonPlace).join(Person).where(Person.source_id == "s4")
        assert work.session.scalars(places).all() == []
    planned = bring_own(academy, clock, delta({"users.csv": lines}))
    assert told(planned) == [
        ("users.csv", 2, "sourcedId"),
        ("users.csv", 3, "identifier"),
        ("users.csv", 4, "email"),
    ]
    assert "林" not in " ".join(map(str, planned.faults)), "no name of another school's person"
    assert planned.is_empty
    assert of_others(clock) == before


def test_terms_units_courses_and_names_of_schools_stay_the_institutions(
    academy: Academy, clock: StillClock
) -> None:
    before = everything(clock)
    files = changed_lines("orgs.csv", 1, "law,active,,My School,school,S1,uni")
    files["academicSessions.csv"] = (
        *files["academicSessions.csv"],
        "t9,active,,116-1,semester,2027-09-01,2028-01-31,,2028",
    )
    files["courses.csv"] = (*files["courses.csv"], "c9,active,,,Own Course,X,,law,,")
    planned = bring_own(academy, clock, bulk(files))
    assert ("academicSessions.csv", 5, "sourcedId") in told(planned)
    after = everything(clock)
    for name in ("school", "academic_term", "roster_record", "agreement_school"):
        assert after[name] == before[name], name


def sheet(*rows: tuple[str, ...]) -> Sheet:
    headings = tuple(str(field.label) for field in FIELDS)
    assert [field.key for field in FIELDS] == list(COLUMNS)
    return Sheet(headings, tuple(Row(line, row) for line, row in enumerate(rows, start=2)))


def test_a_list_is_refused_line_by_line(academy: Academy, clock: StillClock) -> None:
    before = of_others(clock)
    found = sheet(
        ("B01", "王小明", "", "", "School of Law", "student", "Law A", "", ""),
        ("B60", "New Own", "", "", "School of Law", "student", "Law A", "", ""),
        ("B61", "New Other", "", "", "School of Art", "student", "Drawing A", "", ""),
        ("B60", "New Own", "", "", "School of Art", "student", "Drawing A", "", ""),
        ("B62", "Nowhere", "", "", "Unheard Of", "student", "", "", ""),
        ("B04", "Taken", "", "", "School of Law", "student", "", "", ""),
    )
    with own(academy, clock) as work:
        roster = roster_of_sheet("list.csv", found)
        planned = plan_roster(work.session, academy.agreement, roster, work.now)
        write_plan(work, academy.agreement, planned, "list.csv", good_rows=True)
    assert told(planned) == [
        ("list.csv", 4, "school"),
        ("list.csv", 5, "school"),
        ("list.csv", 6, "school"),
        ("list.csv", 7, "number"),
    ]
    with making(clock()) as work:
        new = work.session.scalars(select(Person).where(Person.number.in_(["B60", "B61", "B62"])))
        assert [one.name for one in new] == ["New Own"]
    assert of_others(clock) == before


def test_who_works_for_some_agreements_imports_none(academy: Academy, clock: StillClock) -> None:
    with own(academy, clock) as work:
        planned, actor = plan(work, academy, bulk(only_law())), work.actor
    limited = scope.Organisation(academy.organisation.id, frozenset({academy.agreement.id}))
    with pytest.raises(Forbidden), making(clock(), actor, limited) as work:
        write_plan(work, academy.agreement, planned, "roster.zip")


def test_a_plan_of_the_whole_institution_is_not_written_by_a_school(
    academy: Academy, clock: StillClock
) -> None:
    """The second wall: the scope refuses what a limited plan never holds."""
    before = everything(clock)
    files = changed_lines("users.csv", 6, "g1,active,,true,art,student,g1,,Old,Byron,,B99,,,,,,")
    with academy.administering(clock()) as work:
        planned = plan(work, academy, bulk(files))
    assert planned.counts
    assert any(counts[Effect.NEW] for counts in planned.counts.values())
    with pytest.raises(ScopeError), own(academy, clock) as work:
        write_plan(work, academy.agreement, planned, "roster.zip")
    assert everything(clock) == before


def test_a_file_without_lines_of_others_is_sound(academy: Academy, clock: StillClock) -> None:
    with own(academy, clock) as work:
        planned = plan(work, academy, bulk(without("orgs.csv", 2)))
    assert ("orgs.csv", 4, "sourcedId") not in told(planned)
