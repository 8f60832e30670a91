"""The membership offers of a day, as dated data."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from vlms.core.errors import NotFound
from vlms.core.money import Money
from vlms.core.reading import shown
from vlms.core.text import Text, _
from vlms.core.versions import Version, in_force
from vlms.partners.rules.attainment import Level
from vlms.partners.rules.membership_offers import (
    BenefitEnd,
    Offer,
    OfferBenefit,
    OfferFamily,
    Offers,
)

LEVELS = {"silver": Level.SILVER, "gold": Level.GOLD}


def offers_on(day: date) -> Version[Offers]:
    """What is offered on a day."""
    return in_force(_versions(), day)


def offer_names() -> dict[str, Text]:
    """What offers are called, by key; also those that are not offered any more."""
    return {one.key: one.name for version in _versions() for one in version.terms.offers}


def benefit_names() -> dict[str, Text]:
    """What benefits are called, by key."""
    versions = _versions()
    offers = [one for version in versions for one in version.terms.offers]
    return {each.key: each.name for one in offers for each in one.benefits}


def offer_on(key: str, day: date) -> Offer:
    """Raises NotFound for what is not offered then."""
    found = offers_on(day).terms.find(key)
    if found is None:
        raise NotFound("M1", _("There is no membership offer %(name)s.", name=shown(key)))
    return found


@cache
def _versions() -> tuple[Version[Offers], ...]:
    text = (files("vlms.partners") / "data" / "membership_offers.json").read_text("utf-8")
    return tuple(_version(row) for row in json.loads(text)["versions"])


def _version(row: dict[str, Any]) -> Version[Offers]:
    first = date.fromisoformat(row["valid_from"]) if row["valid_from"] else None
    offers = Offers(tuple(_offer(one) for one in row["offers"]), bool(row["is_sample"]))
    return Version(str(row["name"]), first, str(row["source"]), offers)


def _offer(row: dict[str, Any]) -> Offer:
    return Offer(
        str(row["key"]),
        OfferFamily(row["family"]),
        LEVELS[row["level"]] if row["level"] else None,
        str(row["name_en"]),
        str(row["name_zh"]),
        _amounts(row["prices"]),
        tuple(_benefit(one) for one in row["benefits"]),
    )


def _benefit(row: dict[str, Any]) -> OfferBenefit:
    return OfferBenefit(
        str(row["key"]),
        str(row["name_en"]),
        str(row["name_zh"]),
        int(row["quantity"]),
        BenefitEnd(row["ends"]),
        _amounts(row["values"]),
    )


def _amounts(row: dict[str, str]) -> dict[str, Money]:
    return {currency: Money.of(Decimal(amount), currency) for currency, amount in row.items()}
