"""Which price counts for a product: its list's day (P5), the level (P4), the band (P6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from vlms.agreements.models import Agreement
from vlms.catalog.models import Price, PriceLevel, Product
from vlms.catalog.queries import list_bands
from vlms.core.term import ONE_DAY
from vlms.orders.queries import find_next_price_day
from vlms.orders.rules.bands import Band, band_for
from vlms.orders.rules.points import agreement_year
from vlms.orders.rules.repricing import (
    InitialOrder,
    QuotedList,
    invoice_list_day,
    is_priced_again,
    price_list_day,
)
from vlms.orders.rules.trace import PriceSource


@dataclass(frozen=True)
class PriceChoice:
    """What an order's prices depend on: the same for all of its lines."""

    session: Session
    agreement: Agreement
    initial: InitialOrder | None
    level: PriceLevel
    points: int | None
    on: date

    def price(self, product: Product, total: int) -> tuple[Decimal, PriceSource]:
        """The 12-month unit price for `total` units of the product, and where it comes from.

        Raises OrderRefused (P6) where the list has no price for it.
        """
        list_day = price_list_day(str(product.id), self.on, self.initial)
        prices = list_bands(self.session, product.id, self._terms, list_day)
        band = band_for([Band(price.from_quantity, price.unit_price) for price in prices], total)
        price = next(price for price in prices if price.from_quantity == band.from_quantity)
        return band.unit_price, self._source(product, price, list_day, total)

    def price_again(
        self, product: Product, total: int, quoted: QuotedList
    ) -> tuple[Decimal, PriceSource] | None:
        """The price on the publisher's invoice day, where another list is in effect then (P5).

        None where the quoted one still is, or where no list has a price for it any more.
        """
        list_day = invoice_list_day(str(product.id), self.on, self.initial)
        prices = list_bands(self.session, product.id, self._terms, list_day)
        fitting = [price for price in prices if price.from_quantity <= total]
        if list_day == quoted.day or not fitting:
            return None
        price = fitting[-1]
        if not is_priced_again(quoted, str(price.price_list_id), price.effective_from):
            return None
        return price.unit_price, self._source(product, price, list_day, total)

    @property
    def _terms(self) -> tuple[str, PriceLevel, str]:
        return self.agreement.programme.value, self.level, self.agreement.currency

    def _source(self, product: Product, price: Price, list_day: date, total: int) -> PriceSource:
        is_initial = list_day != self.on
        return PriceSource(
            list_key=str(price.price_list_id),
            list_name=price.price_list.name,
            is_sample=price.price_list.is_sample,
            list_day=list_day,
            is_initial=is_initial,
            level=self.level.value,
            points=self.points,
            band_from=price.from_quantity,
            band_total=total,
            holds_until=self._holds_until(product, price, is_initial),
            reference_price=price.reference_price,
            rules=("P4", "P5", "P6"),
        )

    def _holds_until(self, product: Product, price: Price, is_initial: bool) -> date | None:
        """The last order day at this price; an initial order's list never ends (P5)."""
        ends = [product.last_sale_on]
        if self.points is not None:
            # The level may fall at the anniversary (P4).
            ends.append(agreement_year(self.agreement.first_day, self.on)[1])
        if not is_initial:
            newer = find_next_price_day(self.session, product.id, self._terms, self.on)
            ends += [price.effective_to, None if newer is None else newer - ONE_DAY]
        return min((end for end in ends if end is not None), default=None)
