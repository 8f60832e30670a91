"""A month is closed as it was matched: not while a file is taken in, nor with a step behind it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.files_of_others import (
    NEW_COMMERCE,
    as_csv,
    confirmed,
    delivered,
    new_commerce_row,
)
from tests.support.making import making
from tests.support.making_orders import Shop, make_shop
from tests.support.making_reconciliation import make_period
from vlms.core.db import reading
from vlms.core.errors import Conflict
from vlms.core.language import Language
from vlms.core.scope import System
from vlms.reconciliation.models.differences import Difference
from vlms.reconciliation.models.files import FileLine
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.rules.differences import DifferenceState
from vlms.reconciliation.service.closing import close_period
from vlms.reconciliation.service.matching import match_period
from vlms.reconciliation.service.settling import Step, settle, settle_together
from vlms.reconciliation.service.taking import (
    begin_file,
    examine_file,
    finish_file,
    pieces,
    write_rows,
)
from vlms.reconciliation.service.withdrawing import withdraw_file

MONTH = "2026-03"
BODY = as_csv([NEW_COMMERCE, new_commerce_row(1, 2)])
DECIDED = Step(DifferenceState.ACCEPTED, "theirs is right")


@pytest.fixture
def shop(app: Flask, clock: StillClock) -> Shop:
    with making(clock()) as work:
        return make_shop(work)


@pytest.fixture
def period_id(shop: Shop, clock: StillClock) -> UUID:
    with making(clock()) as work:
        return make_period(work, shop, MONTH).id


def begin(shop: Shop, clock: StillClock, period_id: UUID) -> UUID:
    """The rows of a file are written, but nobody sees them yet."""
    file, said = delivered(BODY), confirmed(BODY)
    with shop.selling(clock()) as work:
        period = work.session.get_one(Period, period_id)
        found = examine_file(work.session, period.reseller_id, file, said)
        file_id = begin_file(work, period, file, found, said)
        for rows in pieces(file, found):
            write_rows(work, file_id, rows)
    clock.now += timedelta(minutes=1)
    return file_id


def finish(shop: Shop, clock: StillClock, file_id: UUID) -> None:
    with shop.selling(clock()) as work:
        finish_file(work, file_id)
    clock.now += timedelta(minutes=1)


def match_and_accept(shop: Shop, clock: StillClock, period_id: UUID) -> None:
    with shop.selling(clock()) as work:
        match_period(work, work.session.get_one(Period, period_id))
        settle_together(work, work.session.scalars(select(Difference.id)).all(), DECIDED)
    clock.now += timedelta(minutes=1)


def close(shop: Shop, clock: StillClock, period_id: UUID) -> None:
    with shop.selling(clock()) as work:
        close_period(work, period_id, Language.ENGLISH)


def test_a_file_is_not_finished_in_a_month_that_was_closed(
    shop: Shop, clock: StillClock, period_id: UUID
) -> None:
    file_id = begin(shop, clock, period_id)
    match_and_accept(shop, clock, period_id)
    close(shop, clock, period_id)
    with pytest.raises(Conflict) as refused:
        finish(shop, clock, file_id)
    assert refused.value.reason == "period_closed"
    with reading(System("test")) as session:
        assert session.scalars(select(FileLine)).all() == []


def test_a_file_that_was_begun_before_the_matching_must_be_matched(
    shop: Shop, clock: StillClock, period_id: UUID
) -> None:
    file_id = begin(shop, clock, period_id)
    match_and_accept(shop, clock, period_id)
    finish(shop, clock, file_id)
    with pytest.raises(Conflict) as refused:
        close(shop, clock, period_id)
    assert refused.value.reason == "not_matched"
    match_and_accept(shop, clock, period_id)
    close(shop, clock, period_id)


def test_a_file_that_was_taken_back_must_be_matched(
    shop: Shop, clock: StillClock, period_id: UUID
) -> None:
    file_id = begin(shop, clock, period_id)
    finish(shop, clock, file_id)
    match_and_accept(shop, clock, period_id)
    with shop.selling(clock()) as work:
        withdraw_file(work, file_id)
    with pytest.raises(Conflict) as refused:
        close(shop, clock, period_id)
    assert refused.value.reason == "not_matched"


def test_who_read_a_difference_before_somebody_else_decided_is_told_so(
    shop: Shop, clock: StillClock, period_id: UUID
) -> None:
    file_id = begin(shop, clock, period_id)
    finish(shop, clock, file_id)
    with shop.selling(clock()) as work:
        match_period(work, work.session.get_one(Period, period_id))
        (key,) = work.session.scalars(select(Difference.id)).all()
        seen = work.session.get_one(Difference, key).version
    with shop.selling(clock()) as theirs:
        settle(theirs, key, DECIDED, seen)
    with pytest.raises(Conflict) as refused, shop.selling(clock()) as mine:
        settle(mine, key, Step(DifferenceState.DISPUTED, "not ours"), seen)
    assert refused.value.reason == "changed"
