"""Membership offers with their prices and benefits, and what an upgrade costs (M1, M3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from vlms.core.money import Money, minor_digits, round_half_up
from vlms.core.text import Name, Text
from vlms.partners.rules.attainment import Level
from vlms.partners.rules.membership_year import MembershipYear


class OfferFamily(StrEnum):
    """Of each family an organisation has one offer at a time."""

    ACTION_PACK = "action_pack"
    PACKAGE = "package"


class BenefitEnd(StrEnum):
    """With what a benefit ends: the window's last day (M1), or the anniversary."""

    WINDOW = "window"
    ANNIVERSARY = "anniversary"


@dataclass(frozen=True)
class OfferBenefit:
    """A benefit of one offer: how many, until when, and what one is worth in each currency."""

    key: str
    name_en: str
    name_zh: str
    quantity: int
    ends: BenefitEnd
    values: Mapping[str, Money]

    @property
    def name(self) -> Text:
        return Name(self.name_en, chinese=self.name_zh)

    def last_day(self, year: MembershipYear) -> date:
        """Of the year that ends with this anniversary: benefits may go on in the window."""
        return year.window_closes if self.ends is BenefitEnd.WINDOW else year.anniversary


@dataclass(frozen=True)
class Offer:
    """What can be bought for a year; a package has the level of the competency it shows."""

    key: str
    family: OfferFamily
    level: Level | None
    name_en: str
    name_zh: str
    prices: Mapping[str, Money]
    benefits: tuple[OfferBenefit, ...]

    @property
    def name(self) -> Text:
        return Name(self.name_en, chinese=self.name_zh)

    def find_benefit(self, key: str) -> OfferBenefit | None:
        return next((one for one in self.benefits if one.key == key), None)


@dataclass(frozen=True)
class Offers:
    """What is offered from a day on; sample prices are marked wherever they are shown."""

    offers: tuple[Offer, ...]
    is_sample: bool

    def find(self, key: str) -> Offer | None:
        return next((one for one in self.offers if one.key == key), None)

    def of_level(self, family: OfferFamily, level: Level | None) -> Offer | None:
        found = (one for one in self.offers if (one.family, one.level) == (family, level))
        return next(found, None)


def upgrade_price(price: Money, off_percent: int) -> Money:
    """M3: the price of gold less so many percent, rounded half up to the currency's cent."""
    exact = Fraction(price.amount) * (100 - off_percent) / 100
    return Money.of(round_half_up(exact, minor_digits(price.currency)), price.currency)


def unused_value(quantity: int, activated: int, each: Money) -> Money:
    """What was paid for and not activated."""
    return Money((quantity - activated) * each.minor, each.currency)
