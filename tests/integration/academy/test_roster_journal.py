"""Each person and place that a roster brings, changes or ends stands in the journal."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.importing_rosters import bring, changed_lines, person
from tests.support.making import making
from tests.support.making_academy import Academy, make_academy
from tests.support.rosters import bulk
from vlms.accounts.models import PersonPlace
from vlms.audit.models import AuditDetail, AuditEntry
from vlms.audit.service import digest


@pytest.fixture
def academy(app: Flask, clock: StillClock) -> Academy:
    with making(clock()) as work:
        return make_academy(work)


def told(clock: StillClock, source_id: str) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """What the journal tells of a person and their places: the table, before and after."""
    with making(clock()) as work:
        one = person(work, source_id)
        places = select(PersonPlace.id).where(PersonPlace.person_id == one.id)
        keys = [one.id, *work.session.scalars(places)]
        statement = select(AuditEntry).where(AuditEntry.record_id.in_(keys))
        entries = work.session.scalars(statement.order_by(AuditEntry.sequence)).all()
        assert {entry.action for entry in entries} == {"roster.imported"}
        return [
            (entry.record_kind, entry.detail.before, entry.detail.after)
            for entry in entries
            if entry.detail is not None
        ]


def test_new_persons_and_places_are_told_one_by_one(academy: Academy, clock: StillClock) -> None:
    bring(academy, clock, bulk())
    (kind, before, after), (place, _nothing, at) = told(clock, "s1")
    assert (kind, before, place) == ("person", {}, "person_place")
    assert (after["name"], after["number"]) == ("王小明", "B01")
    assert at["role"] == "student"
    with making(clock()) as work:
        statement = select(AuditEntry.detail_digest, AuditDetail).join(AuditEntry.detail)
        for kept, detail in work.session.execute(statement):
            assert kept == digest(detail)


def test_changes_and_ends_are_told_one_by_one(academy: Academy, clock: StillClock) -> None:
    bring(academy, clock, bulk())
    clock.move(days=1)
    line = "s1,active,,true,law,student,s1,,大明,王,,B01,,,,,,"
    bring(academy, clock, bulk(changed_lines("users.csv", 0, line)))
    assert told(clock, "s1")[-1] == ("person", {"name": "王小明"}, {"name": "王大明"})
    clock.move(days=1)
    gone = line.replace("true", "false")
    bring(academy, clock, bulk(changed_lines("users.csv", 0, gone)))
    kind, before, after = told(clock, "s1")[-1]
    assert (kind, before) == ("person_place", {"last_day": None})
    assert set(after) == {"last_day"}


def test_what_a_roster_leaves_as_it_is_is_not_told(academy: Academy, clock: StillClock) -> None:
    bring(academy, clock, bulk())
    known = told(clock, "s1")
    clock.move(days=1)
    bring(academy, clock, bulk())
    assert told(clock, "s1") == known
