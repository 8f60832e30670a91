"""Loading the catalogue and looking prices up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_catalog import make_price, make_product
from vlms.audit.models import AuditEntry
from vlms.catalog.cli import catalog
from vlms.catalog.models import (
    Certification,
    CertificationKind,
    CodeSource,
    Exam,
    PriceLevel,
    Product,
    ProductKind,
)
from vlms.catalog.queries import find_product, list_bands, list_holidays
from vlms.catalog.service.holidays import fill_holidays
from vlms.catalog.service.load import load_catalogue
from vlms.catalog.service.price_import import examine_prices, import_prices
from vlms.catalog.service.products import ProductTerms, terms_of
from vlms.core.commands import SCOPE
from vlms.core.db import reading
from vlms.core.dry_run import Change
from vlms.core.errors import BadInput, NotFound
from vlms.exports.parsing import parse
from vlms.exports.sheets import Limits

SAMPLE = Path(__file__).parents[3] / "vlms/catalog/data/sample-prices.csv"
TERMS = ("EA", PriceLevel.A, "USD")


def test_loading_again_changes_nothing_and_keeps_the_operators_decisions(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        counts = load_catalogue(work)
    with making(clock()) as work:
        product = work.session.scalars(select(Product).where(Product.key == "azure")).first()
        assert product is None
        voucher = work.session.scalars(
            select(Product).where(Product.key == "mcp-exam-voucher")
        ).one()
        voucher.is_orderable, voucher.low_stock_count = False, 3
        voucher.name_en = "Something else"
        work.flush()
        before = len(work.session.scalars(select(AuditEntry.sequence)).all())
        assert load_catalogue(work) == counts
        work.flush()
        assert (voucher.is_orderable, voucher.low_stock_count) == (False, 3)
        assert voucher.name_en == "MCP exam voucher"
        assert len(work.session.scalars(select(AuditEntry.sequence)).all()) == before + 1


def test_the_shipped_catalogue_says_what_the_programmes_say(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        load_catalogue(work)
        products = {p.key: p for p in work.session.scalars(select(Product))}
        exams = {e.number: e for e in work.session.scalars(select(Exam))}
        kinds = {c.kind.value for c in work.session.scalars(select(Certification))}
    pack = products["mcp-class-pack-data-ai"]
    assert (pack.units, pack.points, pack.cap_months, pack.is_academic_only) == (30, 75, 12, True)
    sites = [p for p in products.values() if p.kind is ProductKind.SITE_PACK]
    assert sorted((p.units, p.points, p.is_orderable) for p in sites) == [
        (125, 125, True),
        (125, 125, True),
        (500, 125, True),
    ]
    # The sale of MTA ended; packs of other families too are sold on.
    last_days = {p.key: p.last_sale_on for p in sites}
    assert last_days == {
        "site-pack-mta-mce": date(2021, 6, 30),
        "site-pack-mos-mce": None,
        "site-pack-mos-mta-mce": None,
    }
    libraries = [p for p in products.values() if p.kind is ProductKind.E_REFERENCE]
    assert len({p.address for p in libraries}) == len(libraries) > 1
    assert {p.cap_months for p in libraries} == {None}
    assert exams["98-349"].last_day == date(2022, 6, 30)
    assert exams["70-740"].last_day == date(2021, 1, 31)
    assert exams["AZ-900"].last_day is None
    assert products["mta-exam-voucher"].last_sale_on == date(2021, 6, 30)
    assert kinds == set(CertificationKind)
    assert all(p.name_en and p.name_zh and p.description_zh for p in products.values())


def test_the_sample_price_list_is_sound_and_says_that_it_is_a_sample(
    app: Flask, clock: StillClock
) -> None:
    sheet = parse(SAMPLE.read_bytes(), SAMPLE.name, Limits())
    with making(clock()) as work:
        load_catalogue(work)
        run = examine_prices(work.session, sheet)
        assert run.is_sound
        assert run.counts[Change.NEW] == len(sheet.rows) > 2_000
        assert import_prices(work, sheet, "Sample", is_sample=False).is_sample
        again = examine_prices(work.session, sheet)
        assert again.counts[Change.SAME] == len(sheet.rows)


def test_a_later_beginning_replaces_all_bands_of_an_earlier_one(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        product = make_product(work, "voucher")
        make_price(work, product, "10")
        make_price(work, product, "9", from_quantity=10)
        march = {"effective_from": date(2026, 3, 1), "effective_to": date(2026, 3, 31)}
        make_price(work, product, "7", **march)

        def bands(day: date) -> list[str]:
            found = list_bands(work.session, product.id, TERMS, day)
            return [f"{band.from_quantity}:{band.unit_price:.0f}" for band in found]

        assert bands(date(2026, 2, 28)) == ["1:10", "10:9"]
        assert bands(date(2026, 3, 1)) == bands(date(2026, 3, 31)) == ["1:7"]
        assert bands(date(2026, 4, 1)) == ["1:10", "10:9"]
        assert bands(date(2019, 12, 31)) == []


def test_holidays_are_filled_once_and_unknown_countries_get_none(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        assert fill_holidays(work, "TW", [2026]) > 5
        assert fill_holidays(work, "TW", [2026]) == 0
        assert fill_holidays(work, "AC", [2026]) == 0
        assert date(2026, 1, 1) in list_holidays(work.session, "TW")


def _run(app: Flask, *words: str) -> str:
    result = CliRunner().invoke(catalog, list(words), obj=lambda: app, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def _terms(app: Flask, key: str) -> ProductTerms:
    with app.app_context(), reading(SCOPE) as session:
        product = find_product(session, key)
        assert product is not None
        return terms_of(product)


def test_a_product_is_edited_with_what_is_given(app: Flask) -> None:
    key = "mcp-exam-voucher"
    _run(app, "load")
    before = _terms(app, key)
    _run(app, "edit", key, "--not-orderable", "--low-stock-count", "0")
    _run(app, "edit", key, "--last-sale-on", "2099-06-30", "--code-source", "provider")
    day, source = date(2099, 6, 30), CodeSource.PROVIDER
    changed = replace(before, is_orderable=False, low_stock_count=0, code_source=source)
    assert _terms(app, key) == replace(changed, last_sale_on=day)
    _run(app, "edit", key, "--last-sale-on", "")
    assert _terms(app, key) == replace(changed, last_sale_on=None)
    _run(app, "edit", key, "--publisher-name", "Sample Publisher", "--publisher-number", "PB9")
    named = replace(changed, last_sale_on=None, publisher_name="Sample Publisher")
    assert _terms(app, key) == replace(named, publisher_number="PB9")
    _run(app, "edit", key, "--publisher-number", "")
    assert _terms(app, key) == named
    for wrong in (("--code-source", "none"), ("--low-stock-count", "-1")):
        with pytest.raises(BadInput):
            _run(app, "edit", key, *wrong)
    with pytest.raises(NotFound):
        _run(app, "edit", "nope", "--orderable")
