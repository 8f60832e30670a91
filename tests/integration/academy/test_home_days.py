"""Today's sittings are those of the workspace's day, also when the clocks change on it."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import make_academy, make_quota
from tests.support.making_schools import make_sitting
from vlms.core.permissions import Role
from vlms.core.work import Actor
from vlms.insights.academy_figures import count_academy
from vlms.planning.looking import Look

NEW_YORK = "America/New_York"
# The clocks go forward on that day, which has 23 hours.
NOON = datetime(2026, 3, 8, 16, 0, tzinfo=UTC)
AFTER_MIDNIGHT = datetime(2026, 3, 9, 4, 30, tzinfo=UTC)


def test_a_short_day_ends_at_midnight(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        academy = make_academy(work)
        quota = make_quota(work, academy.pack, academy.law, 10)
        make_sitting(work, academy, quota, "S-000007", NOON)
        make_sitting(work, academy, quota, "S-000008", AFTER_MIDNIGHT)
        admin = Actor("Ada", academy.admin.id, roles=frozenset({Role.LICENSING_ADMIN}))
        look = Look(work.session, NOON, admin, academy.organisation.id, "academic", NEW_YORK)
        figures = count_academy(look)
    assert figures is not None
    assert figures.sittings is not None
    assert [one.number for one in figures.sittings.today] == ["S-000007"]
    assert [one.number for one in figures.sittings.coming] == ["S-000008"]
