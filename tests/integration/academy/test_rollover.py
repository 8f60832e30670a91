"""From one term to the next: what is free goes along, what is reserved or used never does (A2)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import Academy, make_academy, make_quota, make_term
from tests.support.making_reports import make_class
from vlms.academy.errors import QuotaRefused
from vlms.academy.models.packs import Pack, PackEntry, PackQuota
from vlms.academy.models.roster import AcademicTerm, ClassTerm, SchoolClass
from vlms.academy.rules.rollover import Fate
from vlms.academy.service.rollover import plan_rollover, roll_over
from vlms.agreements.models import AgreementSchool
from vlms.core import scope
from vlms.core.errors import Forbidden
from vlms.core.permissions import Role
from vlms.core.work import Actor, Work

SUMMER = datetime(2026, 7, 15, 2, 0, tzinfo=UTC)
ZONE = "Asia/Taipei"


def play(work: Work) -> tuple[Academy, AcademicTerm]:
    """Law has 40 of 100 free, management all of 20; two classes, of which one goes on."""
    academy = make_academy(work, last_day=date(2026, 12, 31))
    autumn = make_term(
        work, academy.organisation, "Autumn 2026", date(2026, 9, 1), date(2027, 1, 20)
    )
    law = make_quota(work, academy.pack, academy.law, 100, academy.term)
    law.used_count, law.reserved_count = 50, 10
    make_quota(work, academy.pack, academy.management, 20, academy.term)
    make_quota(work, academy.pack, academy.law, 7)
    make_class(work, academy.law, "Contracts 1", academy.term)
    going_on = make_class(work, academy.law, "Whole year", academy.term)
    work.session.add(
        ClassTerm(
            class_id=going_on.id,
            term_id=autumn.id,
            organisation_id=academy.organisation.id,
            school_id=academy.law.id,
        )
    )
    work.flush()
    return academy, autumn


def sizes(work: Work) -> dict[tuple[str, str], tuple[int, int, int]]:
    return {
        (
            quota.school.name if quota.school else "all",
            quota.term.title if quota.term else "always",
        ): (quota.quota_count, quota.reserved_count, quota.used_count)
        for quota in work.session.scalars(select(PackQuota))
    }


def test_what_is_free_moves_and_what_is_reserved_or_used_stays(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        academy, autumn = play(work)
    with academy.administering(SUMMER) as work:
        plan = roll_over(work, academy.term.id, autumn.id, ZONE)
        assert plan.moved_count == 60
    with making(SUMMER) as work:
        assert sizes(work) == {
            ("School of Law", "Spring 2026"): (60, 10, 50),
            ("School of Management", "Spring 2026"): (0, 0, 0),
            ("School of Law", "Autumn 2026"): (40, 0, 0),
            ("School of Management", "Autumn 2026"): (20, 0, 0),
            ("School of Law", "always"): (7, 0, 0),
        }
        assert work.session.get_one(Pack, academy.pack.id).allotted_count == 127
        reason = "Carried over from Spring 2026 to Autumn 2026."
        told = [
            (entry.kind.value, entry.count)
            for entry in work.session.scalars(select(PackEntry).where(PackEntry.reason == reason))
        ]
        assert sorted(told) == [("given", 20), ("given", 40), ("recalled", 20), ("recalled", 40)]
        ended = {found.title: found.ended_on for found in work.session.scalars(select(SchoolClass))}
    assert ended == {"Contracts 1": date(2026, 6, 30), "Whole year": None}


def test_what_was_carried_over_is_not_carried_over_again(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        academy, autumn = play(work)
    for moved in (60, 0):
        with academy.administering(SUMMER) as work:
            assert roll_over(work, academy.term.id, autumn.id, ZONE).moved_count == moved


def test_a_pack_that_ends_before_the_next_term_is_left_and_said_so(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        academy, autumn = play(work)
        pack = work.session.get_one(Pack, academy.pack.id)
        pack.last_day = date(2026, 8, 31)
    with academy.administering(SUMMER) as work:
        before = sizes(work)
        plan = roll_over(work, academy.term.id, autumn.id, ZONE)
        assert {each.fate for each in plan.quotas} == {Fate.PACK_ENDS}
        assert "the pack ends on 2026-08-31" in str(plan.quotas[0].sentence)
        assert sizes(work) == before


@pytest.mark.parametrize(
    ("now", "backwards", "reason"),
    [
        (datetime(2026, 6, 30, 15, 0, tzinfo=UTC), False, "term_runs"),
        (datetime(2027, 1, 21, 2, 0, tzinfo=UTC), False, "term_over"),
        (SUMMER, True, "terms_overlap"),
    ],
)
def test_only_a_term_that_is_over_goes_to_one_that_is_not(
    app: Flask, clock: StillClock, now: datetime, backwards: bool, reason: str
) -> None:
    with making(clock()) as work:
        academy, autumn = play(work)
        keys = academy.term.id, autumn.id
        with pytest.raises(QuotaRefused) as refused:
            day = now.astimezone().date() if reason != "term_runs" else date(2026, 6, 30)
            plan_rollover(work.session, *(reversed(keys) if backwards else keys), day)
        assert (refused.value.rule, refused.value.reason) == ("A2", reason)


def test_a_coordinator_carries_nothing_over(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        academy, autumn = play(work)
    with academy.coordinating(SUMMER) as work, pytest.raises(Forbidden):
        roll_over(work, academy.term.id, autumn.id, ZONE)


def test_an_admin_of_one_agreement_carries_nothing_over(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        academy, autumn = play(work)
    admin = Actor(
        "Lim", academy.admin.id, academy.organisation.id, frozenset({Role.LICENSING_ADMIN})
    )
    limited = scope.Organisation(academy.organisation.id, frozenset({academy.agreement.id}))
    with making(SUMMER, admin, limited) as work, pytest.raises(Forbidden):
        roll_over(work, academy.term.id, autumn.id, ZONE)


def test_a_school_that_left_the_agreement_is_named_and_the_others_go_on(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        academy, autumn = play(work)
        left = select(AgreementSchool).where(AgreementSchool.school_id == academy.law.id)
        work.session.delete(work.session.scalars(left).one())
    with academy.administering(SUMMER) as work:
        plan = roll_over(work, academy.term.id, autumn.id, ZONE)
        (stays,) = [each for each in plan.quotas if each.fate is Fate.SCHOOL_LEFT]
        assert "School of Law, Spring 2026: 40 free exams stay" in str(stays.sentence)
        assert plan.moved_count == 20
    with making(SUMMER) as work:
        found = sizes(work)
        assert found[("School of Law", "Spring 2026")] == (100, 10, 50)
        assert ("School of Law", "Autumn 2026") not in found
        assert found[("School of Management", "Autumn 2026")] == (20, 0, 0)
        ended = {found.title: found.ended_on for found in work.session.scalars(select(SchoolClass))}
    assert ended["Contracts 1"] == date(2026, 6, 30)
