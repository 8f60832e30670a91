"""What the demo promises of the university: each part of the academic side has something."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.demo import play_demo
from tests.support.making import making
from vlms.academy.models.benefits import BenefitRequest, BenefitRequestState, CourseCertificate
from vlms.academy.models.packs import Pack, PackKind, PackQuota, QuotaRequest
from vlms.academy.models.roster import AcademicTerm, SchoolClass
from vlms.academy.models.sites import DeliverySite
from vlms.academy.models.sittings import ExamSeat, Sitting, SittingState
from vlms.academy.rules.seat_state import SeatState
from vlms.academy.service.sites import why_shut
from vlms.accounts.models import Person, PersonPlace, PlaceRole
from vlms.core.clock import local_day
from vlms.core.db import Base


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_university_shows_every_part_of_the_academic_side(
    app: Flask, clock: StillClock
) -> None:
    now = play_demo(clock).stage.now
    with making(now) as work:

        def count(model: type[Base], *where: object) -> int:
            statement = select(func.count()).select_from(model)
            return work.session.scalar(statement.where(*where)) or 0  # type: ignore[arg-type]

        site_packs = work.session.scalars(
            select(Pack).where(Pack.kind == PackKind.SITE_PACK, Pack.expires_at > now)
        ).all()
        assert [(pack.capacity, pack.allotted_count) for pack in site_packs] == [(500, 290)]
        assert count(Pack, Pack.kind == PackKind.IMAGINE_GRANT) == 2
        assert count(AcademicTerm) == 3
        assert count(SchoolClass) == 4
        students = [Person.id == PersonPlace.person_id, PersonPlace.role == PlaceRole.STUDENT]
        assert count(Person, Person.id.in_(select(PersonPlace.person_id)), Person.email.is_(None))
        assert count(PersonPlace, students[1]) == 40
        today = local_day(now, "Asia/Taipei")
        sites = work.session.scalars(select(DeliverySite)).all()
        assert sorted(why_shut(site, today) is None for site in sites) == [False, True]
        states = set(work.session.scalars(select(ExamSeat.state)))
        assert {SeatState.RESERVED, SeatState.STARTED, SeatState.NO_SHOW} <= states
        assert count(Sitting, Sitting.state == SittingState.CLOSED) == 3
        coming = work.session.scalars(
            select(Sitting.starts_at).where(Sitting.state == SittingState.SCHEDULED)
        )
        assert len([at for at in coming if at > now]) == 2
        assert count(ExamSeat, ExamSeat.has_passed.is_(False)) >= 3
        assert count(BenefitRequest, BenefitRequest.state == BenefitRequestState.ASKED) == 1
        assert count(CourseCertificate) == 12
        assert count(QuotaRequest) == 1
        quotas = work.session.scalars(select(PackQuota)).all()
        assert all(q.used_count + q.reserved_count <= q.quota_count for q in quotas)
