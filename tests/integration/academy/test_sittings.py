"""Sittings are scheduled: for a class at once, by the roster, pack and gate (A1, A2)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_person, making
from tests.support.making_academy import (
    MTA_EXAM,
    Academy,
    Lesson,
    make_place,
    make_quota,
    make_site,
)
from tests.support.making_catalog import make_family
from tests.support.making_sittings import (
    AT,
    make_scene,
    only_refusal,
    plan_of,
    quota_now,
    refusal_of,
    schedule,
    seats_of,
)
from vlms.academy.models.sittings import ExamSeat, Sitting, SittingState
from vlms.academy.rules.seat_state import SeatState
from vlms.academy.service import seats
from vlms.accounts.models import Person, PlaceRole
from vlms.catalog.models import Exam
from vlms.core.term import end_of_day
from vlms.core.work import Work


def test_a_class_of_40_is_drawn_at_once(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 40, 40)
    sitting = schedule(clock, academy, lesson)
    keys = [seat.id for seat in seats_of(clock, sitting)]
    assert len(keys) == 40
    assert quota_now(clock, lesson.quota) == (40, 0)
    clock.set(AT)
    with academy.coordinating(clock()) as work:
        seats.start(work, sitting.id, keys)
    assert quota_now(clock, lesson.quota) == (0, 40)
    assert {seat.state for seat in seats_of(clock, sitting)} == {SeatState.STARTED}
    with making(clock()) as work:
        assert work.session.get_one(Sitting, sitting.id).state is SittingState.CLOSED


def test_a_class_of_41_does_not_fit_into_40(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 41, 40)
    refusal = refusal_of(clock, academy, plan_of(academy, lesson))
    assert (refusal.rule, refusal.reason) == ("A2", "over_the_rest")
    assert (refusal.facts["asked"], refusal.facts["free"]) == (41, 40)
    assert quota_now(clock, lesson.quota) == (0, 0)
    with making(clock()) as work:
        assert work.session.scalars(select(ExamSeat)).all() == []


def test_who_may_not_sit_is_named_and_left_out_by_choice(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 3)
    leaver = lesson.students[0]
    with making(clock()) as work:
        work.session.get_one(Person, leaver.id).left_at = clock()
    plan = plan_of(academy, lesson)
    refusal = refusal_of(clock, academy, plan)
    assert only_refusal(refusal) == ("A2", "left")
    assert refusal.facts["refused"][0]["name"] == leaver.name
    sitting = schedule(clock, academy, lesson, left_out=[leaver.id])
    assert len(seats_of(clock, sitting)) == 2


def other_school(work: Work, academy: Academy, lesson: Lesson) -> dict[str, Any]:
    return {"class_id": None, "person_ids": [academy.other_student.id]}


def nobody_of_a_roster(work: Work, academy: Academy, lesson: Lesson) -> dict[str, Any]:
    person = make_person(work, academy.organisation, "No Body")
    return {"class_id": None, "person_ids": [person.id]}


def enrolled_until_yesterday(work: Work, academy: Academy, lesson: Lesson) -> dict[str, Any]:
    person = make_place(work, academy.law, "Past Student", last_day=date(2026, 3, 9))
    return {"class_id": None, "person_ids": [person.id]}


def staff(work: Work, academy: Academy, lesson: Lesson) -> dict[str, Any]:
    person = make_place(work, academy.law, "Stan Staff", PlaceRole.STAFF)
    return {"class_id": None, "person_ids": [person.id]}


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (other_school, "other_school"),
        (nobody_of_a_roster, "not_on_roster"),
        (enrolled_until_yesterday, "no_longer"),
        (staff, "staff"),
    ],
)
def test_the_roster_of_the_day_decides(
    app: Flask, clock: StillClock, case: Any, reason: str
) -> None:
    academy, lesson = make_scene(clock)
    with making(clock()) as work:
        facts = case(work, academy, lesson)
    refusal = refusal_of(clock, academy, plan_of(academy, lesson, **facts))
    assert only_refusal(refusal) == ("A2", reason)


def of_other_family(work: Work, academy: Academy) -> dict[str, Any]:
    make_family(work, "FUND")
    work.session.add(Exam(number="AZ-900", name_en="Azure", name_zh="Azure", family_key="FUND"))
    return {"exam_number": "AZ-900"}


def retired(work: Work, academy: Academy) -> dict[str, Any]:
    return {"exam_number": MTA_EXAM}


def after_the_pack(work: Work, academy: Academy) -> dict[str, Any]:
    site = make_site(work, academy.organisation, "Later", valid_to=date(2028, 1, 1))
    return {
        "starts_at": end_of_day(academy.agreement.last_day, "Asia/Taipei"),
        "site_id": site.id,
    }


def in_the_past(work: Work, academy: Academy) -> dict[str, Any]:
    return {"starts_at": datetime(2026, 3, 1, tzinfo=UTC)}


def shut(work: Work, academy: Academy) -> dict[str, Any]:
    return {"site_id": make_site(work, academy.organisation, "Cellar", ticked=[]).id}


def not_valid_then(work: Work, academy: Academy) -> dict[str, Any]:
    site = make_site(work, academy.organisation, "Old hall", valid_to=date(2026, 3, 9))
    return {"site_id": site.id}


def site_of_another(work: Work, academy: Academy) -> dict[str, Any]:
    site = make_site(work, academy.organisation, "Theirs", school_id=academy.management.id)
    return {"site_id": site.id}


def quota_of_another(work: Work, academy: Academy) -> dict[str, Any]:
    return {"quota_id": make_quota(work, academy.pack, academy.management, 5).id}


def outside_the_term(work: Work, academy: Academy) -> dict[str, Any]:
    quota = make_quota(work, academy.pack, academy.law, 5, academy.term)
    return {"quota_id": quota.id, "starts_at": datetime(2026, 7, 1, 1, tzinfo=UTC)}


def unknown_exam(work: Work, academy: Academy) -> dict[str, Any]:
    return {"exam_number": "XX-1"}


def nobody(work: Work, academy: Academy) -> dict[str, Any]:
    return {"class_id": None}


@pytest.mark.parametrize(
    ("case", "rule", "reason"),
    [
        (of_other_family, "A2", "exam_of_other_family"),
        (retired, "A2", "exam_retired"),
        (after_the_pack, "A2", "outside_pack"),
        (in_the_past, "A2", "sitting_in_past"),
        (shut, "A1", "requirements_missing"),
        (not_valid_then, "A1", "not_valid"),
        (site_of_another, "A1", "site_of_other_school"),
        (quota_of_another, "A2", "quota_of_other_school"),
        (outside_the_term, "A2", "outside_term"),
        (unknown_exam, "A2", "not_found"),
        (nobody, "A2", "nobody"),
    ],
)
def test_a_sitting_is_refused_with_its_rule(
    app: Flask, clock: StillClock, case: Any, rule: str, reason: str
) -> None:
    academy, lesson = make_scene(clock)
    with making(clock()) as work:
        facts = case(work, academy)
    refusal = refusal_of(clock, academy, plan_of(academy, lesson, **facts))
    assert (refusal.rule, refusal.reason) == (rule, reason)
    assert quota_now(clock, lesson.quota) == (0, 0)
