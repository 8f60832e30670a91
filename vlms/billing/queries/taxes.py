"""Which tax counts in a country on a day (P3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.billing.models.prices import TaxRate, TaxRule
from vlms.billing.rules.tax import TaxMode


@dataclass(frozen=True, slots=True)
class TaxTerms:
    """A country's tax on a day: its rounding, and percents by product key ("": the others)."""

    country: str
    mode: TaxMode
    percents: Mapping[str, Decimal]

    def percent_of(self, product_key: str) -> Decimal:
        """The product's rate, else the country's, else none."""
        common = self.percents.get("", Decimal(0))
        return self.percents.get(product_key, common)


def tax_terms(session: Session, country: str, day: date) -> TaxTerms:
    """What the tables say for the day; nothing of the country: no tax, per invoice."""
    mode = session.scalar(
        select(TaxRule.mode)
        .where(TaxRule.country == country, TaxRule.effective_from <= day)
        .order_by(TaxRule.effective_from.desc())
        .limit(1)
    )
    rates = session.scalars(
        select(TaxRate)
        .where(TaxRate.country == country, TaxRate.effective_from <= day)
        .order_by(TaxRate.effective_from)
    )
    # Later ones take the place of earlier ones.
    percents = {rate.product_key: rate.percent for rate in rates}
    return TaxTerms(country, mode or TaxMode.PER_INVOICE, percents)


def list_tax_rates(session: Session) -> Sequence[TaxRate]:
    """All rates: by country, those for all products first, the latest first."""
    order = (TaxRate.country, TaxRate.product_key, TaxRate.effective_from.desc())
    return session.scalars(select(TaxRate).order_by(*order)).all()


def list_tax_rules(session: Session) -> Sequence[TaxRule]:
    """All ways of rounding: by country, the latest first."""
    order = (TaxRule.country, TaxRule.effective_from.desc())
    return session.scalars(select(TaxRule).order_by(*order)).all()
