"""Finds exchange rates, within the session's scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from vlms.billing.models.prices import ExchangeRate
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _

SORTS = {
    "effective_on": ExchangeRate.effective_on,
    "from_currency": ExchangeRate.from_currency,
    "to_currency": ExchangeRate.to_currency,
}


def find_rate(
    session: Session, reseller_id: UUID, currencies: tuple[str, str], day: date
) -> ExchangeRate | None:
    """The reseller's rate (from, to) that holds on a day: the latest until then."""
    from_currency, to_currency = currencies
    return session.scalar(
        select(ExchangeRate)
        .where(
            ExchangeRate.reseller_id == reseller_id,
            ExchangeRate.from_currency == from_currency,
            ExchangeRate.to_currency == to_currency,
            ExchangeRate.effective_on <= day,
        )
        .order_by(ExchangeRate.effective_on.desc())
        .limit(1)
    )


def get_rate(session: Session, rate_id: UUID) -> ExchangeRate:
    """Raises NotFound, also for a foreign one."""
    rate = session.scalar(select(ExchangeRate).where(ExchangeRate.id == rate_id))
    if rate is None:
        raise NotFound(None, _("There is no such exchange rate."))
    return rate


def list_rates(session: Session, reseller_id: UUID) -> Sequence[ExchangeRate]:
    """All of a reseller: by pair, the latest first."""
    pair = (ExchangeRate.from_currency, ExchangeRate.to_currency)
    return session.scalars(
        select(ExchangeRate)
        .where(ExchangeRate.reseller_id == reseller_id)
        .order_by(*pair, ExchangeRate.effective_on.desc())
    ).all()


def search_rates(session: Session, currency: str | None, listing: Listing) -> Page[ExchangeRate]:
    """One page of the rates that name a currency on either side."""
    statement = select(ExchangeRate)
    if currency:
        named = ExchangeRate.from_currency == currency
        statement = statement.where(named | (ExchangeRate.to_currency == currency))
    return page_of(session, statement, SORTS, listing)
