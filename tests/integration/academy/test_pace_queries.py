"""What will lapse: packs with their quotas, each reckoned over its own days."""

from __future__ import annotations

from datetime import UTC, date, datetime

from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import make_academy, make_quota, make_term
from vlms.academy.queries.pace import list_outlooks
from vlms.academy.rules.pace import Stage

OPENED = datetime(2026, 1, 31, 16, 0, tzinfo=UTC)  # 1 February in Taipei
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # the 30th day of the pack


def test_a_pack_and_its_quotas_are_reckoned_over_their_own_days(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        academy = make_academy(work)
        academy.pack.opened_at = OPENED
        academy.pack.last_day = date(2026, 7, 30)
        quota = make_quota(work, academy.pack, academy.law, 100, academy.term)
        quota.used_count, quota.reserved_count = 30, 5
        autumn = make_term(
            work, academy.organisation, "Autumn 2026", date(2026, 9, 1), date(2027, 1, 20)
        )
        later = make_quota(work, academy.pack, academy.management, 50, autumn)
        later.reserved_count = 0
        work.flush()
        (found,) = list_outlooks(work.session, NOW, sees_all=True)
    assert found.forecast is not None
    # 30 in 30 days, 150 more days: 150 more of the 500.
    assert (found.forecast.days_gone, found.forecast.days_left) == (30, 150)
    assert found.forecast.left_over == 500 - 30 - 150
    assert found.unallotted == 350
    spring, coming = (each.forecast for each in found.quotas)
    # The term ends on 30 June: 120 days left would use all 70.
    assert (spring.days_left, spring.left_over) == (120, 0)
    assert coming.stage is Stage.NOT_BEGUN
    assert coming.left_over == 50


def test_a_coordinator_sees_the_own_quota_and_the_shared_one_but_no_sum(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        academy = make_academy(work)
        for school in (academy.law, academy.management, None):
            make_quota(work, academy.pack, school, 10)
    with academy.coordinating(clock()) as work:
        (found,) = list_outlooks(work.session, clock(), sees_all=False)
        assert found.forecast is None
        schools = [each.quota.school and each.quota.school.name for each in found.quotas]
    assert schools == ["School of Law", None]


def test_a_pack_that_is_over_is_left_out(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        academy = make_academy(work)
        assert list_outlooks(work.session, academy.pack.expires_at, sees_all=True) == []
