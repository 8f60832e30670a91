"""The tables of taxes (P3): dated rates and ways of rounding, kept by the operator.

A posted invoice keeps the percent that it was posted with, whatever changes here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from uuid import UUID

from vlms.billing.models.prices import TaxRate, TaxRule
from vlms.billing.queries.taxes import list_tax_rates, list_tax_rules
from vlms.billing.rules.tax import TaxMode
from vlms.catalog.queries import find_product
from vlms.catalog.service.entries import remove_entry
from vlms.core.doubles import refusing_doubles
from vlms.core.errors import BadInput
from vlms.core.permissions import Permission
from vlms.core.text import _
from vlms.core.work import Work


@dataclass(frozen=True, slots=True)
class NewTaxRate:
    """A rate in percent; `product_key` "" holds for all products without one of their own."""

    country: str
    product_key: str
    percent: Decimal
    name_en: str
    name_zh: str
    effective_from: date


def add_tax_rate(work: Work, new: NewTaxRate) -> TaxRate:
    """Raises BadInput for an unknown product, and where the day has a rate already."""
    work.actor.require(Permission.EDIT_CATALOG)
    if new.product_key and find_product(work.session, new.product_key) is None:
        raise BadInput(
            "P3",
            _('There is no product "%(key)s".', key=new.product_key),
            reason="unknown_product",
            field="product_key",
            way_out=_("Choose a product of the catalogue, or leave it empty for all."),
        )
    work.does("tax_rate.added")
    rate = TaxRate(
        country=new.country,
        product_key=new.product_key,
        percent=new.percent,
        name_en=new.name_en,
        name_zh=new.name_zh,
        effective_from=new.effective_from,
        is_sample=False,
    )
    with refusing_doubles(work, uq_tax_rate=_double(new.country, new.effective_from)):
        work.session.add(rate)
    return rate


def _double(country: str, day: date) -> BadInput:
    return BadInput(
        "P3",
        _("%(country)s has an entry from %(day)s on already.", country=country, day=day),
        reason="double",
        field="effective_from",
        way_out=_("Choose another day, or remove the other entry first."),
    )


def remove_tax_rate(work: Work, rate_id: UUID) -> TaxRate:
    """Take a rate out of the table. Raises NotFound."""
    return remove_entry(work, TaxRate, rate_id, "tax_rate.removed", _("There is no such tax rate."))


def add_tax_rule(work: Work, country: str, mode: TaxMode, effective_from: date) -> TaxRule:
    """Say how a country rounds from a day on. Raises BadInput when that day has a rule."""
    work.actor.require(Permission.EDIT_CATALOG)
    work.does("tax_rule.added")
    rule = TaxRule(country=country, mode=mode, effective_from=effective_from)
    with refusing_doubles(work, uq_tax_rule=_double(country, effective_from)):
        work.session.add(rule)
    return rule


def remove_tax_rule(work: Work, rule_id: UUID) -> TaxRule:
    """Take a way of rounding out of the table. Raises NotFound."""
    return remove_entry(work, TaxRule, rule_id, "tax_rule.removed", _("There is no such entry."))


def load_sample_taxes(work: Work) -> int:
    """Add the rates that ship as a sample, but for countries that have any; how many rows.

    May be repeated: what somebody entered is never changed.
    """
    work.actor.require(Permission.EDIT_CATALOG)
    work.does("tax_rate.sample_loaded")
    shipped = json.loads((files("vlms.billing") / "data" / "sample-taxes.json").read_text("utf-8"))
    with_rates = {rate.country for rate in list_tax_rates(work.session)}
    with_rules = {rule.country for rule in list_tax_rules(work.session)}
    rates = [_rate(row) for row in shipped["rates"] if row["country"] not in with_rates]
    rules = [_rule(row) for row in shipped["rules"] if row["country"] not in with_rules]
    work.session.add_all([*rates, *rules])
    work.flush()
    return len(rates) + len(rules)


def _rate(row: Mapping[str, str]) -> TaxRate:
    return TaxRate(
        country=row["country"],
        percent=Decimal(row["percent"]),
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        effective_from=date.fromisoformat(row["effective_from"]),
        is_sample=True,
    )


def _rule(row: Mapping[str, str]) -> TaxRule:
    return TaxRule(
        country=row["country"],
        mode=TaxMode(row["mode"]),
        effective_from=date.fromisoformat(row["effective_from"]),
    )
