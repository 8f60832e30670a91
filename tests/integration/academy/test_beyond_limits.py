"""What counts wherever it was, counts too for who works for some schools or agreements (A3, A4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import Academy, Lesson, make_pack, make_place, make_quota
from tests.support.making_certificates import DONE
from tests.support.making_codes import make_agreement
from tests.support.making_sittings import (
    AT,
    make_scene,
    only_refusal,
    plan_of,
    schedule,
    seats_of,
)
from vlms.academy.errors import SittingRefused, SomeRefused
from vlms.academy.models.packs import PackQuota
from vlms.academy.service import results, scheduling, seats
from vlms.academy.service.certificates import Completion, issue_certificates
from vlms.academy.service.courses import CourseFacts, add_course
from vlms.academy.service.results import Result
from vlms.accounts.models import Person, PersonPlace, PlaceRole, School
from vlms.agreements.models import AgreementSchool
from vlms.core.permissions import Role
from vlms.core.scope import Organisation
from vlms.core.work import Actor, Work


def make_both_schools(work: Work, academy: Academy, person: Person) -> None:
    """Somebody who studies at the school of management as well."""
    work.session.add(
        PersonPlace(
            organisation_id=academy.organisation.id,
            school_id=academy.management.id,
            person_id=person.id,
            role=PlaceRole.STUDENT,
        )
    )


def make_second_agreement(work: Work, academy: Academy) -> PackQuota:
    second = make_agreement(work, academy.organisation)
    work.session.add(
        AgreementSchool(
            agreement_id=second.id,
            school_id=academy.law.id,
            organisation_id=academy.organisation.id,
        )
    )
    return make_quota(work, make_pack(work, second, academy.product, 10), None, 10)


def fail_once(clock: StillClock, academy: Academy, lesson: Lesson) -> None:
    sitting = schedule(clock, academy, lesson)
    (seat,) = seats_of(clock, sitting)
    clock.set(AT)
    with academy.coordinating(clock()) as work:
        seats.start(work, sitting.id, [seat.id])
        results.record_results(work, sitting.id, {seat.id: Result(500, False)})


def test_an_exam_failed_under_another_agreement_waits(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 1)
    with making(clock()) as work:
        quota = make_second_agreement(work, academy)
    fail_once(clock, academy, lesson)
    admin = Actor(
        "Lim", academy.admin.id, academy.organisation.id, frozenset({Role.LICENSING_ADMIN})
    )
    limited = Organisation(academy.organisation.id, frozenset({quota.agreement_id}))
    early = plan_of(academy, lesson, quota_id=quota.id, starts_at=AT + timedelta(hours=23))
    with pytest.raises(SomeRefused) as refused, making(clock(), admin, limited) as work:
        scheduling.schedule(work, early)
    assert only_refusal(refused.value) == ("A4", "retake_wait")


def test_who_has_a_seat_at_another_school_is_named(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 1)
    with making(clock()) as work:
        make_both_schools(work, academy, lesson.students[0])
        quota = make_quota(work, academy.pack, academy.management, 10)
    schedule(clock, academy, lesson)
    plan = plan_of(
        academy,
        lesson,
        school_id=academy.management.id,
        quota_id=quota.id,
        class_id=None,
        person_ids=[lesson.students[0].id],
    )
    coordinating = academy.coordinating(clock(), academy.management)
    with pytest.raises(SomeRefused) as refused, coordinating as work:
        scheduling.schedule(work, plan)
    assert only_refusal(refused.value) == ("A4", "seat_held")


def test_who_was_certified_by_another_school_keeps_that_one(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 1)
    student = lesson.students[0]
    with making(clock()) as work:
        make_both_schools(work, academy, student)
        facts = CourseFacts("XL-1", "Data analysis", "資料分析", 36, None)
        course = add_course(work, academy.organisation.id, facts)
    made = []
    for school in (academy.law, academy.management):
        wanted = Completion(course.id, school.id, DONE, [student.id])
        with academy.coordinating(clock(), school) as work:
            issued = issue_certificates(work, academy.organisation.id, wanted)
        made.append((len(issued.certificates), issued.known_count))
    assert made == [(1, 0), (0, 1)]


def test_what_all_schools_share_is_for_those_of_the_agreement(
    app: Flask, clock: StillClock
) -> None:
    academy, lesson = make_scene(clock, 1)
    with making(clock()) as work:
        other = School(organisation_id=academy.organisation.id, name="School of Music")
        work.session.add(other)
        work.flush()
        student = make_place(work, other, "Mo Music")
        shared = make_quota(work, academy.pack, None, 10)
    chosen = {"school_id": other.id, "quota_id": shared.id, "class_id": None}
    plan = plan_of(academy, lesson, **chosen, person_ids=[student.id])
    with (
        pytest.raises(SittingRefused) as refused,
        academy.coordinating(clock(), other) as work,
    ):
        scheduling.schedule(work, plan)
    assert refused.value.reason == "school_not_covered"
