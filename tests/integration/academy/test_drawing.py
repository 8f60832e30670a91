"""Exams are drawn from a quota, started, given back and reversed; the ledger tells each (A2)."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import Academy, make_academy, make_quota, make_seats
from vlms.academy.errors import DrawRefused
from vlms.academy.models.packs import PackEntry, PackEntryKind
from vlms.academy.queries.packs import get_quota
from vlms.academy.service.drawing import check_free, give_back, reserve, reverse, start
from vlms.core.errors import NotFound

REASON = "entered by mistake"


@pytest.fixture
def academy(app: Flask, clock: StillClock) -> Academy:
    with making(clock()) as work:
        return make_academy(work)


@pytest.fixture
def drawn(academy: Academy, clock: StillClock) -> tuple[UUID, list[UUID]]:
    """The school of law's quota of twelve, and twenty seats for it."""
    with making(clock()) as work:
        quota = make_quota(work, academy.pack, academy.law, 12)
        make_quota(work, academy.pack, academy.management, 100)
        return quota.id, [seat.id for seat in make_seats(work, academy, quota, 20)]


def counts(clock: StillClock, quota_id: UUID) -> tuple[int, int, int]:
    with making(clock()) as work:
        quota = get_quota(work.session, quota_id)
        return quota.reserved_count, quota.used_count, quota.free_count


def ledger(clock: StillClock) -> list[PackEntryKind]:
    with making(clock()) as work:
        drawn = select(PackEntry.kind).where(PackEntry.seat_id.is_not(None))
        return list(work.session.scalars(drawn.order_by(PackEntry.id)))


Drawn = tuple[UUID, list[UUID]]


def test_a_class_is_reserved_started_returned_and_reversed(
    academy: Academy, clock: StillClock, drawn: Drawn
) -> None:
    quota_id, seats = drawn
    with academy.coordinating(clock()) as work:
        assert reserve(work, quota_id, seats[:12]).free_count == 0
        start(work, quota_id, [seats[0]])
        give_back(work, quota_id, seats[1:3], "no show")
    assert counts(clock, quota_id) == (9, 1, 2)
    with academy.coordinating(clock()) as work:
        reverse(work, quota_id, seats[0], REASON)
    assert counts(clock, quota_id) == (9, 0, 3)
    kinds = ledger(clock)
    assert kinds == [
        *[PackEntryKind.RESERVED] * 12,
        PackEntryKind.STARTED,
        *[PackEntryKind.RETURNED] * 2,
        PackEntryKind.REVERSED,
    ]


def test_a_draw_over_the_rest_is_refused_with_the_numbers(
    academy: Academy, clock: StillClock, drawn: Drawn
) -> None:
    quota_id, seats = drawn
    with pytest.raises(DrawRefused) as caught, academy.administering(clock()) as work:
        reserve(work, quota_id, seats[:13])
    assert caught.value.rule == "A2"
    assert caught.value.facts == {
        "asked": 13,
        "free": 12,
        "others": [
            {"holder": "School of Management", "count": 100, "free": 100},
            {"holder": "not given to anybody yet", "count": 388, "free": 388},
        ],
    }
    assert "School of Management (holds 100, 100 of them free)" in str(caught.value)
    assert counts(clock, quota_id) == (0, 0, 12)
    assert ledger(clock) == []


def test_a_coordinator_is_told_of_other_schools_without_their_names(
    academy: Academy, clock: StillClock, drawn: Drawn
) -> None:
    quota_id, seats = drawn
    with pytest.raises(DrawRefused) as caught, academy.coordinating(clock()) as work:
        reserve(work, quota_id, seats[:13])
    assert "other schools (holds 100)," in str(caught.value)
    assert "Management" not in str(caught.value)


def test_another_schools_quota_is_not_there(
    academy: Academy, clock: StillClock, drawn: Drawn
) -> None:
    quota_id, seats = drawn
    with pytest.raises(NotFound), academy.coordinating(clock(), academy.management) as work:
        reserve(work, quota_id, seats[:1])


def test_nothing_is_drawn_for_a_day_outside_the_pack(
    academy: Academy, clock: StillClock, drawn: Drawn
) -> None:
    quota_id, seats = drawn
    with making(clock()) as work:
        ends = academy.pack.expires_at
        begins = academy.pack.usable_at
    for instant in (ends, begins - timedelta(seconds=1)):
        with pytest.raises(DrawRefused) as caught, academy.coordinating(clock()) as work:
            reserve(work, quota_id, seats[:1], instant)
        assert caught.value.reason == "outside_pack"
    with academy.coordinating(clock()) as work:
        reserve(work, quota_id, seats[:1], ends - timedelta(seconds=1))


def test_nothing_is_drawn_once_the_pack_is_over(
    academy: Academy, clock: StillClock, drawn: Drawn
) -> None:
    quota_id, seats = drawn
    with academy.coordinating(clock()) as work:
        reserve(work, quota_id, seats[:1])
    clock.set(academy.pack.expires_at)
    with pytest.raises(DrawRefused) as caught, academy.coordinating(clock()) as work:
        reserve(work, quota_id, seats[1:2], clock() - timedelta(days=1))
    assert caught.value.reason == "outside_pack"
    with pytest.raises(DrawRefused) as caught, academy.coordinating(clock()) as work:
        start(work, quota_id, [seats[0]])
    assert caught.value.reason == "outside_pack"


def test_a_terms_quota_is_good_for_days_of_the_term_alone(
    academy: Academy, clock: StillClock
) -> None:
    with making(clock()) as work:
        quota = make_quota(work, academy.pack, academy.law, 5, academy.term)
        seats = [seat.id for seat in make_seats(work, academy, quota, 2)]
        quota_id = quota.id
    # 2026-06-30 23:59:59 in Taipei, and the instant after it.
    last = academy.pack.usable_at.replace(month=6, day=30, year=2026, hour=15, minute=59, second=59)
    with academy.coordinating(clock()) as work:
        reserve(work, quota_id, seats[:1], last)
    with pytest.raises(DrawRefused) as caught, academy.coordinating(clock()) as work:
        reserve(work, quota_id, seats[1:], last + timedelta(seconds=1))
    assert caught.value.reason == "outside_term"
    assert str(date(2026, 7, 1)) in str(caught.value)


def test_what_is_not_held_is_neither_started_nor_given_back(
    academy: Academy, clock: StillClock, drawn: Drawn
) -> None:
    quota_id, seats = drawn
    with pytest.raises(DrawRefused), academy.coordinating(clock()) as work:
        start(work, quota_id, [seats[0]])
    with pytest.raises(DrawRefused), academy.coordinating(clock()) as work:
        give_back(work, quota_id, seats[:1], REASON)
    with pytest.raises(DrawRefused), academy.coordinating(clock()) as work:
        reverse(work, quota_id, seats[0], REASON)


def test_a_page_can_ask_before_what_would_be_refused(
    academy: Academy, clock: StillClock, drawn: Drawn
) -> None:
    quota_id, _seats = drawn
    with academy.coordinating(clock()) as work:
        quota = get_quota(work.session, quota_id)
        check_free(work, quota, 12)
        with pytest.raises(DrawRefused):
            check_free(work, quota, 13)
        with pytest.raises(DrawRefused):
            check_free(work, quota, 1, academy.pack.expires_at)
