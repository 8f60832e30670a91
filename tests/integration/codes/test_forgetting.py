"""Texts of codes that nobody can use any more are removed, and what reports need stays (C8)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial

from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_codes import make_product, make_stock
from vlms.audit.models import AuditEntry
from vlms.catalog.models import CodeSource
from vlms.codes.models import StockCode
from vlms.codes.service.lapsing import KEEP_TEXT, sweep_expiry
from vlms.codes.stock_queries import list_levels

LAST_DAY = date(2026, 9, 30)
# The first moment after the printed day, which is New York's.
OVER = datetime(2026, 10, 1, 4, tzinfo=UTC)


def test_stock_that_lapsed_loses_its_text_after_90_days_and_is_still_counted(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        product = make_product(work, code_source=CodeSource.PROVIDER)
        make_stock(work, product, ["AAAA00000001", "AAAA00000002"], LAST_DAY)
        make_stock(work, product, ["AAAA00000003"])
    clock.set(OVER + KEEP_TEXT - timedelta(seconds=1))
    assert sweep_expiry(partial(making, clock())) == 0
    clock.move(seconds=1)
    before = figures(clock)
    assert before == [(1, 0, 2, 0)]
    assert sweep_expiry(partial(making, clock())) == 2
    assert sweep_expiry(partial(making, clock())) == 0
    with making(clock()) as work:
        rows = work.session.scalars(select(StockCode).order_by(StockCode.last4)).all()
        assert [row.sealed_text is None for row in rows] == [True, True, False]
        assert [row.last4 for row in rows] == ["0001", "0002", "0003"]
        told = AuditEntry.action == "stock.texts_removed"
        assert work.session.scalar(select(func.count()).where(told)) == 1
    assert figures(clock) == before


def figures(clock: StillClock) -> list[tuple[int, int, int, int]]:
    """What the operator reads of each product: free, kept, lapsed, drawn."""
    with making(clock()) as work:
        levels = list_levels(work.session, work.now)
        return [(each.free, each.kept, each.lapsed, each.drawn) for each in levels]
