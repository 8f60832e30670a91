"""A try that succeeded is uncounted where it was counted, also over the edge of an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from vlms.authentication.service.limits import PROOFS
from vlms.core.tries import TryCount, count_try, uncount_try

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def counted(clock: StillClock, kind: str) -> list[int]:
    """By the hour, or the minute."""
    with making(clock()) as work:
        is_kind = TryCount.who == kind if kind != "by hour" else TryCount.kind == PROOFS
        counts = select(TryCount.count).where(is_kind)
        return list(work.session.scalars(counts.order_by(TryCount.hour)))


def step(clock: StillClock, act: str) -> None:
    with making(clock()) as work:
        if act == "count":
            count_try(work, PROOFS, "somebody", 9)
        else:
            uncount_try(work, PROOFS, "somebody")


def to_the_edge(clock: StillClock) -> None:
    edge = (clock() + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    clock.move(seconds=(edge - clock()).total_seconds() - 1)


def test_a_try_that_succeeds_after_the_hour_leaves_no_failure_behind(
    app: Flask, clock: StillClock
) -> None:
    to_the_edge(clock)
    step(clock, "count")
    assert counted(clock, "by hour") == [1]
    clock.move(seconds=2)
    step(clock, "uncount")
    assert counted(clock, "by hour") == [0]
    assert counted(clock, PROOFS) in ([], [0])


def test_within_one_hour_only_that_hour_s_count_is_touched(app: Flask, clock: StillClock) -> None:
    to_the_edge(clock)
    step(clock, "count")
    clock.move(seconds=2)
    step(clock, "count")
    step(clock, "uncount")
    assert counted(clock, "by hour") == [1, 0]
