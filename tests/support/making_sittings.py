"""Makes a class with its quota, and sittings of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import (
    MOS_EXAM,
    Academy,
    Lesson,
    make_academy,
    make_lesson,
)
from vlms.academy.models.packs import PackEntry, PackQuota
from vlms.academy.models.sittings import ExamSeat, Sitting
from vlms.academy.rules.identity import Identity
from vlms.academy.service import identifying, scheduling
from vlms.academy.service.examining import SittingPlan
from vlms.catalog.models import RetakeTerm
from vlms.core.errors import DomainError
from vlms.core.work import Work

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
