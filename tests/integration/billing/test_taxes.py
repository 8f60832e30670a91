"""The tax tables (P3): dated, by product and country, and a sample that says it is one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import make_shop
from vlms.billing.queries.taxes import list_tax_rates, list_tax_rules, tax_terms
from vlms.billing.rules.tax import TaxMode
from vlms.billing.service.taxes import (
    NewTaxRate,
    add_tax_rate,
    add_tax_rule,
    load_sample_taxes,
    remove_tax_rate,
)
from vlms.core.errors import BadInput, Forbidden

NEW_YEAR = date(2026, 1, 1)


def rate(
    country: str = "TW", percent: str = "5", product: str = "", day: date = NEW_YEAR
) -> NewTaxRate:
    return NewTaxRate(country, product, Decimal(percent), "Tax", "稅", day)


def test_the_products_rate_of_the_day_counts_else_the_countrys(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_shop(work)
        add_tax_rate(work, rate(percent="5"))
        add_tax_rate(work, rate(percent="6", day=date(2026, 7, 1)))
        add_tax_rate(work, rate(percent="0", product="voucher", day=date(2026, 3, 1)))
        add_tax_rule(work, "TW", TaxMode.PER_LINE, date(2026, 7, 1))
        before = tax_terms(work.session, "TW", date(2026, 2, 28))
        during = tax_terms(work.session, "TW", date(2026, 6, 30))
        after = tax_terms(work.session, "TW", date(2026, 7, 1))
    assert (before.percent_of("voucher"), before.mode) == (Decimal(5), TaxMode.PER_INVOICE)
    assert (during.percent_of("voucher"), during.percent_of("other")) == (Decimal(0), Decimal(5))
    assert (after.percent_of("other"), after.mode) == (Decimal(6), TaxMode.PER_LINE)


def test_a_day_has_one_rate_and_only_of_products_that_exist(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        make_shop(work)
        add_tax_rate(work, rate())
    with pytest.raises(BadInput, match="has an entry"), making(clock()) as work:
        add_tax_rate(work, rate(percent="6"))
    with pytest.raises(BadInput, match="no product"), making(clock()) as work:
        add_tax_rate(work, rate(product="nothing"))


def test_the_sample_says_that_it_is_one_and_leaves_what_somebody_entered(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        add_tax_rate(work, rate(percent="4"))
        assert load_sample_taxes(work) > 5
        assert load_sample_taxes(work) == 0
        rates = list_tax_rates(work.session)
        assert [(one.percent, one.is_sample) for one in rates if one.country == "TW"] == [
            (Decimal(4), False)
        ]
        others = [one for one in rates if one.country != "TW"]
        assert others
        assert all(one.is_sample for one in others)
        assert {rule.country for rule in list_tax_rules(work.session)} >= {"TW", "JP"}


def test_only_the_operator_keeps_the_tables(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        held = add_tax_rate(work, rate())
    with pytest.raises(Forbidden), shop.selling(clock()) as work:
        remove_tax_rate(work, held.id)
    with shop.operating(clock()) as work:
        remove_tax_rate(work, held.id)
        assert not list_tax_rates(work.session)
