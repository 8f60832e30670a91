"""The same file for two months at once: one of them gets it, the other a sentence."""

from __future__ import annotations

import time
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.files_of_others import (
    LEDGER,
    NEW_COMMERCE,
    as_csv,
    confirmed,
    ledger_row,
    new_commerce_row,
    take,
)
from tests.support.making import making
from tests.support.making_orders import make_shop
from tests.support.racing import race, winners
from vlms.core.db import reading
from vlms.core.errors import Conflict
from vlms.core.scope import System
from vlms.reconciliation.models.files import FileMapping, ReconciliationFile
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.service.periods import period_for

# So long each holds what it has written: on PostgreSQL the others wait for it.
HELD_SECONDS = 0.3
MONTHS = ("2026-03", "2026-04", "2026-05")


@pytest.fixture
def reseller_id(app: Flask, clock: StillClock) -> UUID:
    with making(clock()) as work:
        return make_shop(work).reseller.id


def test_the_same_file_for_several_months_at_once_is_taken_in_once(
    app: Flask, clock: StillClock, reseller_id: UUID
) -> None:
    body = as_csv([NEW_COMMERCE, new_commerce_row(1)])

    def taking(month: str) -> object:
        with making(clock()) as work:
            key = take(work, period_for(work, reseller_id, month), body).id
            time.sleep(HELD_SECONDS)
            return key

    results = race(app, [lambda month=month: taking(month) for month in MONTHS])  # type: ignore[misc]
    assert len(winners(results)) == 1
    lost = [one for one in results if isinstance(one, Conflict)]
    assert len(lost) == 2
    assert {one.reason for one in lost} <= {"taken_elsewhere", "being_taken"}
    with reading(System("test")) as session:
        assert session.scalar(select(func.count(ReconciliationFile.id))) == 1


def test_a_heading_that_two_files_bring_at_once_is_remembered_once(
    app: Flask, clock: StillClock, reseller_id: UUID
) -> None:
    def taking(month: str) -> object:
        body = as_csv([LEDGER, ledger_row(int(month[-1]))])
        with making(clock()) as work:
            period = period_for(work, reseller_id, month)
            key = take(work, period, body, said=confirmed(body)).id
            time.sleep(HELD_SECONDS)
            return key

    results = race(app, [lambda month=month: taking(month) for month in MONTHS])  # type: ignore[misc]
    assert len(winners(results)) == len(MONTHS)
    with reading(System("test")) as session:
        assert session.scalar(select(func.count(FileMapping.id))) == 1


def test_the_same_file_for_one_month_at_once_counts_once(
    app: Flask, clock: StillClock, reseller_id: UUID
) -> None:
    body = as_csv([NEW_COMMERCE, new_commerce_row(1)])

    def taking() -> object:
        with making(clock()) as work:
            key = take(work, period_for(work, reseller_id, MONTHS[0]), body).id
            time.sleep(HELD_SECONDS)
            return key

    results = race(app, [taking] * 4)
    assert len(set(winners(results))) == 1
    lost = [one for one in results if isinstance(one, Conflict)]
    assert {one.reason for one in lost} <= {"period_changed", "being_taken"}
    with reading(System("test")) as session:
        assert session.scalar(select(func.count(Period.id))) == 1
