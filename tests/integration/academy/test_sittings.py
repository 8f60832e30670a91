"""Sittings: scheduled for a class at once, started, missed, cancelled, reversed (A2, A4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_person, making
from tests.support.making_academy import (
    MCE_EXAM,
    MOS_EXAM,
    MTA_EXAM,
    Academy,
    Lesson,
    make_academy,
    make_lesson,
    make_place,
    make_quota,
    make_site,
)
from tests.support.making_catalog import make_family
from tests.support.racing import race, winners
from vlms.academy.models.packs import PackEntry, PackQuota
from vlms.academy.models.sittings import ExamSeat, Sitting, SittingState
from vlms.academy.rules.identity import Identity
from vlms.academy.rules.seat_state import SeatState
from vlms.academy.service import identifying, results, scheduling, seats
from vlms.academy.service.examining import SittingPlan
from vlms.academy.service.results import Result
from vlms.accounts.models import Person, PlaceRole
from vlms.catalog.models import Exam, RetakeTerm
from vlms.core import scope
from vlms.core.errors import DomainError, Forbidden, NotFound
from vlms.core.permissions import Role
from vlms.core.term import end_of_day
from vlms.core.work import Actor, Work

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)  # 09:00 in Taipei


def make_scene(clock: StillClock, count: int = 3, quota: int = 40) -> tuple[Academy, Lesson]:
    with making(clock()) as work:
        academy = make_academy(work)
        lesson = make_lesson(work, academy, count, quota)
        for key, hours, days, limit in (("MOS", 24, 2, None), ("MTA", 24, 7, 5)):
            work.session.add(
                RetakeTerm(
                    key=key.lower(),
                    family_key=key,
                    effective_from=date(2016, 1, 1),
                    first_wait_hours=hours,
                    later_wait_days=days,
                    yearly_limit=limit,
                )
            )
    return academy, lesson


def plan_of(academy: Academy, lesson: Lesson, **facts: Any) -> SittingPlan:
    return SittingPlan(
        **{
            "school_id": academy.law.id,
            "quota_id": lesson.quota.id,
            "exam_number": MOS_EXAM,
            "site_id": academy.site.id,
            "starts_at": AT,
            "class_id": lesson.school_class.id,
            **facts,
        }
    )


def schedule(clock: StillClock, academy: Academy, lesson: Lesson, **facts: Any) -> Sitting:
    """A sitting whose candidates are known to the test provider."""
    with academy.coordinating(clock()) as work:
        sitting = scheduling.schedule(work, plan_of(academy, lesson, **facts))
        identify(work, sitting)
    return sitting


def identify(work: Work, sitting: Sitting) -> None:
    keys = work.session.scalars(select(ExamSeat.id).where(ExamSeat.sitting_id == sitting.id)).all()
    identifying.correct(
        work, sitting.id, {key: Identity("WANG Ming", f"w{n}") for n, key in enumerate(keys)}
    )


def seats_of(clock: StillClock, sitting: Sitting) -> list[ExamSeat]:
    with making(clock()) as work:
        found = select(ExamSeat).where(ExamSeat.sitting_id == sitting.id).order_by(ExamSeat.id)
        return list(work.session.scalars(found))


def quota_now(clock: StillClock, quota: PackQuota) -> tuple[int, int]:
    """Reserved and used; each is what the ledger says (I3)."""
    with making(clock()) as work:
        found = work.session.get_one(PackQuota, quota.id)
        kinds = work.session.scalars(
            select(PackEntry.kind).where(PackEntry.quota_id == quota.id)
        ).all()
        counted = {kind: [k.value for k in kinds].count(kind) for kind in {k.value for k in kinds}}
        used = counted.get("started", 0) - counted.get("reversed", 0)
        held = counted.get("reserved", 0) - counted.get("returned", 0) - counted.get("started", 0)
        assert (found.reserved_count, found.used_count) == (held, used)
        return found.reserved_count, found.used_count


def refusal_of(clock: StillClock, academy: Academy, plan: SittingPlan) -> DomainError:
    with pytest.raises(DomainError) as refused, academy.administering(clock()) as work:
        scheduling.schedule(work, plan)
    return refused.value


def only_refusal(refusal: DomainError) -> tuple[str, str]:
    (one,) = refusal.facts["refused"]
    return one["rule"], one["reason"]


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


def test_the_gate_and_the_roster_are_asked_again_at_the_start(
    app: Flask, clock: StillClock
) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    clock.set(AT)
    (seat,) = seats_of(clock, sitting)
    with making(clock()) as work:
        work.session.merge(academy.site).closed_at = clock()
    with pytest.raises(DomainError) as refused, academy.coordinating(clock()) as work:
        seats.start(work, sitting.id, [seat.id])
    assert (refused.value.rule, refused.value.reason) == ("A1", "site_closed")
    with making(clock()) as work:
        work.session.merge(academy.site).closed_at = None
        work.session.get_one(Person, lesson.students[0].id).left_at = clock()
    with pytest.raises(DomainError) as refused, academy.coordinating(clock()) as work:
        seats.start(work, sitting.id, [seat.id])
    assert only_refusal(refused.value) == ("A2", "left")
    assert quota_now(clock, lesson.quota) == (1, 0)


def test_nothing_starts_before_name_account_and_consent(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 1)
    with academy.coordinating(clock()) as work:
        sitting = scheduling.schedule(work, plan_of(academy, lesson))
    clock.set(AT)
    (seat,) = seats_of(clock, sitting)
    for identity, reason in (
        (Identity(None, None), "legal_name_missing"),
        (Identity("WANG", None), "provider_account_missing"),
        (Identity("WANG", "w", is_minor=True), "consent_on_missing"),
    ):
        with academy.coordinating(clock()) as work:
            identifying.correct(work, sitting.id, {seat.id: identity})
        with pytest.raises(DomainError) as refused, academy.coordinating(clock()) as work:
            seats.start(work, sitting.id, [seat.id])
        assert only_refusal(refused.value) == ("A2", reason)
    with academy.coordinating(clock()) as work:
        consented = Identity("WANG", "w", True, date(2026, 3, 10))
        identifying.correct(work, sitting.id, {seat.id: consented})
        seats.start(work, sitting.id, [seat.id])


def test_no_show_and_cancelled_seats_go_back(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 3)
    sitting = schedule(clock, academy, lesson)
    first, second, third = seats_of(clock, sitting)
    with academy.coordinating(clock()) as work:
        seats.cancel(work, sitting.id, [first.id], "ill")
    assert quota_now(clock, lesson.quota) == (2, 0)
    with pytest.raises(DomainError) as refused, academy.coordinating(clock()) as work:
        seats.no_show(work, sitting.id, [second.id])
    assert refused.value.reason == "no_show_too_early"
    clock.set(AT)
    with academy.coordinating(clock()) as work:
        seats.no_show(work, sitting.id, [second.id])
        seats.start(work, sitting.id, [third.id])
    assert quota_now(clock, lesson.quota) == (0, 1)


def test_a_result_keeps_a_start_and_a_start_without_one_is_reversed(
    app: Flask, clock: StillClock
) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    (seat,) = seats_of(clock, sitting)
    clock.set(AT)
    with academy.coordinating(clock()) as work:
        seats.start(work, sitting.id, [seat.id])
    with academy.coordinating(clock()) as work:
        results.record_results(work, sitting.id, {seat.id: Result(650, False)})
        assert results.retakes_of(work.session, work.session.get_one(Sitting, sitting.id))
    with pytest.raises(DomainError) as refused, academy.coordinating(clock()) as work:
        seats.reverse(work, sitting.id, seat.id, "wrong person")
    assert refused.value.reason == "reversal_has_result"
    with academy.coordinating(clock()) as work:
        results.record_results(work, sitting.id, {seat.id: Result(None, None)})
        seats.reverse(work, sitting.id, seat.id, "wrong person")
    assert quota_now(clock, lesson.quota) == (0, 0)
    with pytest.raises(DomainError), academy.coordinating(clock()) as work:
        seats.reverse(work, sitting.id, seat.id, "again")


def test_a_start_is_not_reversed_after_the_limit(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    (seat,) = seats_of(clock, sitting)
    clock.set(AT)
    with academy.coordinating(clock()) as work:
        seats.start(work, sitting.id, [seat.id])
    clock.move(days=8)
    with pytest.raises(DomainError) as refused, academy.coordinating(clock()) as work:
        seats.reverse(work, sitting.id, seat.id, "late")
    assert refused.value.reason == "reversal_late"
    assert quota_now(clock, lesson.quota) == (0, 1)


def test_a_failed_exam_waits(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    (seat,) = seats_of(clock, sitting)
    refusal = refusal_of(clock, academy, plan_of(academy, lesson, starts_at=AT + timedelta(days=5)))
    assert only_refusal(refusal) == ("A4", "seat_held")
    clock.set(AT)
    with academy.coordinating(clock()) as work:
        seats.start(work, sitting.id, [seat.id])
        results.record_results(work, sitting.id, {seat.id: Result(500, False)})
    early = plan_of(academy, lesson, starts_at=AT + timedelta(hours=23))
    assert only_refusal(refusal_of(clock, academy, early)) == ("A4", "retake_wait")
    schedule(clock, academy, lesson, starts_at=AT + timedelta(hours=24))
    other = plan_of(academy, lesson, starts_at=AT + timedelta(hours=1), exam_number=MCE_EXAM)
    with academy.coordinating(clock()) as work:
        scheduling.schedule(work, other)


def test_a_sitting_is_moved_with_all_its_seats(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 2)
    sitting = schedule(clock, academy, lesson)
    later = AT + timedelta(days=3)
    with academy.coordinating(clock()) as work:
        scheduling.move_sitting(work, sitting.id, later, academy.site.id)
    assert {seat.starts_at for seat in seats_of(clock, sitting)} == {later}
    with pytest.raises(DomainError) as refused, academy.coordinating(clock()) as work:
        out = datetime(2027, 3, 1, tzinfo=UTC)
        scheduling.move_sitting(work, sitting.id, out, academy.site.id)
    assert refused.value.reason in ("outside_pack", "not_valid")


def test_a_cancelled_sitting_gives_all_back(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 2)
    sitting = schedule(clock, academy, lesson)
    with academy.coordinating(clock()) as work:
        scheduling.cancel_sitting(work, sitting.id, "storm")
    assert quota_now(clock, lesson.quota) == (0, 0)
    assert {seat.reason for seat in seats_of(clock, sitting)} == {"storm"}
    with pytest.raises(DomainError) as refused, academy.coordinating(clock()) as work:
        scheduling.cancel_sitting(work, sitting.id, "again")
    assert refused.value.reason == "sitting_closed"


def teaching(academy: Academy, lesson: Lesson, now: datetime) -> Any:
    actor = Actor("Tea", lesson.teacher_user.id, academy.organisation.id, frozenset({Role.TEACHER}))
    limited = scope.Organisation(academy.organisation.id, None, frozenset({academy.law.id}))
    return making(now, actor, limited)


def test_a_teacher_delivers_own_classes_and_what_they_stand_in_for(
    app: Flask, clock: StillClock
) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    (seat,) = seats_of(clock, sitting)
    with making(clock()) as work:
        stranger = make_place(work, academy.law, "Ted Stranger", PlaceRole.FACULTY)
        user = academy.other_coordinator
        stranger.user_id = user.id
    actor = Actor("Ted", user.id, academy.organisation.id, frozenset({Role.TEACHER}))
    limited = scope.Organisation(academy.organisation.id, None, frozenset({academy.law.id}))
    clock.set(AT)
    with pytest.raises(NotFound), making(clock(), actor, limited) as work:
        seats.start(work, sitting.id, [seat.id])
    with academy.coordinating(clock()) as work:
        scheduling.staff_sitting(work, sitting.id, "R1", None, stranger.id)
    with making(clock(), actor, limited) as work:
        identifying.correct(work, sitting.id, {seat.id: Identity("WANG", "w")})
    with teaching(academy, lesson, clock()) as work:
        seats.start(work, sitting.id, [seat.id])
        with pytest.raises(Forbidden):
            seats.reverse(work, sitting.id, seat.id, "no")
        with pytest.raises(Forbidden):
            scheduling.schedule(work, plan_of(academy, lesson))


def test_of_many_who_start_a_seat_one_does(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 1)
    sitting = schedule(clock, academy, lesson)
    (seat,) = seats_of(clock, sitting)
    clock.set(AT)

    def begin() -> bool:
        with academy.administering(clock()) as work:
            seats.start(work, sitting.id, [seat.id])
        return True

    def cancel() -> bool:
        with academy.administering(clock()) as work:
            seats.cancel(work, sitting.id, [seat.id], "no")
        return True

    assert len(winners(race(app, [begin, begin, begin, cancel, cancel]))) == 1
    (ended,) = seats_of(clock, sitting)
    used = 1 if ended.state is SeatState.STARTED else 0
    assert quota_now(clock, lesson.quota) == (0, used)


def test_of_many_who_schedule_a_person_one_does(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 1)

    def ask() -> bool:
        with academy.administering(clock()) as work:
            scheduling.schedule(work, plan_of(academy, lesson))
        return True

    assert len(winners(race(app, [ask] * 4))) == 1
    assert quota_now(clock, lesson.quota) == (1, 0)
