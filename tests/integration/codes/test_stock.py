"""A provider's list is looked at first, then taken in in one go; doubles are found (C7)."""

from __future__ import annotations

from datetime import date
from threading import Thread
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.making_codes import (
    make_agreement,
    make_codes,
    make_line,
    make_product,
    make_stock,
)
from vlms.audit.models import AuditEntry
from vlms.catalog.models import CodeSource, Product
from vlms.codes.errors import ListRefused
from vlms.codes.models import StockCode
from vlms.codes.rules.list_columns import Columns
from vlms.codes.rules.provider_list import Analysis
from vlms.codes.service.stock import (
    ListTarget,
    ProviderList,
    dry_run,
    keep_list,
    open_list,
    take_in,
    take_in_upload,
)
from vlms.codes.stock_queries import get_level
from vlms.core.attempts import retrying
from vlms.core.db import db
from vlms.core.uploads import Upload
from vlms.core.work import Work

COLUMNS = Columns(code=0, last_day=1)


def a_list(product_id: UUID, *rows: tuple[str, str], line_id: UUID | None = None) -> ProviderList:
    return ProviderList(
        ListTarget(product_id, "America/New_York", line_id),
        ("Voucher code", "Expires"),
        tuple((number, cells) for number, cells in enumerate(rows, start=2)),
    )


def provided_product(clock: StillClock) -> Product:
    with making(clock()) as work:
        return make_product(work, code_source=CodeSource.PROVIDER)


def look(work: Work, found: ProviderList) -> Analysis:
    return dry_run(work.session, work.keys, found, COLUMNS, work.now)


def test_the_dry_run_counts_what_is_new_double_held_and_malformed(
    app: Flask, clock: StillClock
) -> None:
    product = provided_product(clock)
    with making(clock()) as work:
        make_stock(work, product, ["INSTOCK00001"])
        line = make_line(work, make_agreement(work, make_organisation(work, "contoso")), product, 5)
        make_codes(work, line, 1, texts=["ISSUED000001"])
    found = a_list(
        product.id,
        ("AAAA-0000-0001", "2026-09-30"),
        ("aaaa 0000 0001", ""),
        ("in-stock-00001", ""),
        ("ISSUED000001", ""),
        ("x", ""),
        ("1.23E+15", ""),
        ("BBBB00000001", "03/04/2026"),
        ("BBBB00000002", "2026-03-01"),
        ("CCCC00000001", "2026年9月30日"),
        line_id=line.id,
    )
    with making(clock()) as work:
        analysis = look(work, found)
        assert [code.row_number for code in analysis.new] == [2, 10]
        assert [double.row_number for double in analysis.doubles] == [3]
        assert analysis.already_held == (4, 5)
        assert [(bad.row_number, bad.refusal.reason) for bad in analysis.malformed] == [
            (6, "code_too_short"),
            (7, "code_rounded"),
            (8, "code_day_ambiguous"),
            (9, "code_lapsed"),
        ]
        assert (analysis.expected_count, analysis.surplus) == (5, -3)
        assert work.session.scalars(select(StockCode.id)).all() != []


def test_bad_rows_stop_the_list_unless_they_are_left_out(app: Flask, clock: StillClock) -> None:
    product = provided_product(clock)
    found = a_list(product.id, ("AAAA00000001", "2026-09-30"), ("?", ""))
    with pytest.raises(ListRefused) as refusal, making(clock()) as work:
        take_in(work, found, COLUMNS)
    assert refusal.value.reason == "bad_rows"
    with making(clock()) as work:
        assert take_in(work, found, COLUMNS, leave_bad_rows=True) == 1
    with making(clock()) as work:
        stock = work.session.scalars(select(StockCode)).one()
        assert (stock.last4, stock.last_day, stock.zone) == (
            "0001",
            date(2026, 9, 30),
            "America/New_York",
        )
        entry = work.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "stock.taken_in")
        ).one()
        assert entry.detail is not None
        assert entry.detail.after["new"] == 1


def test_the_same_list_twice_holds_nothing_new(app: Flask, clock: StillClock) -> None:
    product = provided_product(clock)
    found = a_list(product.id, ("AAAA00000001", ""), ("AAAA00000002", ""))
    with making(clock()) as work:
        take_in(work, found, COLUMNS)
    with pytest.raises(ListRefused) as refusal, making(clock()) as work:
        take_in(work, found, COLUMNS, leave_bad_rows=True)
    assert refusal.value.reason == "nothing_new"


def test_a_product_with_its_own_generator_takes_no_list(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        product = make_product(work)
    with pytest.raises(ListRefused) as refusal, making(clock()) as work:
        take_in(work, a_list(product.id, ("AAAA00000001", "")), COLUMNS)
    assert refusal.value.reason == "not_from_lists"


def test_a_kept_list_is_sealed_and_goes_when_it_is_taken_in(app: Flask, clock: StillClock) -> None:
    product = provided_product(clock)
    found = a_list(product.id, ("AAAA00000001", "2026-09-30"))
    with making(clock()) as work:
        upload = keep_list(work, "list.csv", found)
        assert b"AAAA00000001" not in upload.body
    with making(clock()) as work:
        upload = work.session.get_one(Upload, upload.id)
        assert open_list(work.keys, upload) == found
        assert found.guess() == COLUMNS
        assert take_in_upload(work, upload, COLUMNS) == 1
    with making(clock()) as work:
        assert work.session.scalars(select(Upload.id)).all() == []


def test_two_imports_of_one_list_at_once_take_it_in_once(app: Flask, clock: StillClock) -> None:
    product = provided_product(clock)
    rows = [(f"RACE{number:08d}", "") for number in range(200)]
    outcomes: list[str] = []

    def attempt() -> str:
        with making(clock()) as work:
            take_in(work, a_list(product.id, *rows), COLUMNS)
            return "taken in"

    def run() -> None:
        with app.app_context():
            try:
                outcomes.append(retrying(attempt))
            except ListRefused as refusal:
                outcomes.append(refusal.reason)
            db.session.remove()

    threads = [Thread(target=run) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("taken in") == 1
    assert set(outcomes) <= {"taken in", "raced", "nothing_new"}
    with making(clock()) as work:
        assert len(work.session.scalars(select(StockCode.id)).all()) == 200


def test_the_level_warns_when_it_runs_low(app: Flask, clock: StillClock) -> None:
    product = provided_product(clock)
    with making(clock()) as work:
        make_stock(work, product, [f"FREE{number:08d}" for number in range(20)])
        make_stock(work, product, ["LAPSED000001"], last_day=date(2026, 3, 1))
    with making(clock()) as work:
        level = get_level(work.session, product, work.now)
        assert (level.free, level.lapsed, level.is_low) == (20, 1, False)
        make_stock(work, product, ["SOON00000001"], last_day=date(2026, 4, 1))
        level = get_level(work.session, product, work.now)
        assert (level.free, level.next_day) == (21, date(2026, 4, 1))
