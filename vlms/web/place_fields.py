"""Fields in which a country, currency or time zone is chosen by its name; `value` is its code."""

from __future__ import annotations

from typing import Any

from wtforms import ValidationError
from wtforms.fields.choices import SelectChoice

from vlms.core.errors import DomainError
from vlms.core.money import currencies
from vlms.core.places import country_name, currency_name
from vlms.core.reading import Reader, countries, read_country, read_currency, read_zone, zones
from vlms.core.text import Text, _, bracketed
from vlms.core.zones import shown_zones, zone_name
from vlms.web.forms import ChoiceField

COUNTRY, CURRENCY, TIME_ZONE = _("Country"), _("Currency"), _("Time zone")
# They stand first: a list by name is in no order that readers of Chinese would look for.
_NEAR = ("TW", "HK", "MO", "JP", "SG", "US")
_NEAR_ZONES = (
    "Asia/Taipei",
    "Asia/Hong_Kong",
    "Asia/Tokyo",
    "Asia/Singapore",
    "America/Los_Angeles",
    "America/New_York",
)


class _CodeField(ChoiceField):
    """A code among names; a code typed by a program is read as in files."""

    def __init__(self, label: Text, reader: Reader[str], **kw: Any) -> None:
        super().__init__(label, validate_choice=False, **kw)
        self.reader = reader
        self.chosen = ""

    @property
    def value(self) -> str:
        return self.chosen

    def pre_validate(self, form: Any) -> None:
        try:
            self.chosen = self.reader(self.data or "", self.label.text)
        except DomainError as refusal:
            raise ValidationError(str(refusal)) from refusal


class CountryField(_CodeField):
    """By name in the reader's language, as "Taiwan (TW)"."""

    def __init__(self, label: Text = COUNTRY, **kw: Any) -> None:
        others = sorted(countries() - set(_NEAR), key=lambda code: str(country_name(code)))
        named = [(code, f"{country_name(code)}{bracketed(code)}") for code in (*_NEAR, *others)]
        super().__init__(label, read_country, choices=[("", _("Choose a country")), *named], **kw)


class CurrencyField(_CodeField):
    """By code, with its name in the reader's language, as "TWD – New Taiwan dollar"."""

    def __init__(self, label: Text = CURRENCY, **kw: Any) -> None:
        named = [(code, f"{code} – {currency_name(code)}") for code in currencies()]
        super().__init__(label, read_currency, choices=[("", _("Choose a currency")), *named], **kw)


class ZoneField(_CodeField):
    """By the time of its city, as "Taipei time (Asia/Taipei)".

    Without a choice it is `nothing`, where that is allowed: its words stand first.
    """

    def __init__(self, label: Text = TIME_ZONE, nothing: Text | None = None, **kw: Any) -> None:
        first = [("", nothing or _("Choose a time zone"))]
        reader = read_zone if nothing is None else optional_zone
        super().__init__(label, reader, choices=[*first, *_zone_choices()], **kw)

    def iter_choices(self) -> Any:
        """One that was chosen by another of its names stays chosen, and stands last."""
        offered = {choice.value for choice in self.choices or ()}
        if self.data in zones() and self.data not in offered:
            self.choices = [*(self.choices or ()), SelectChoice(*_zone_choice(self.data))]
        return super().iter_choices()


def optional_zone(typed: str, label: Text) -> str:
    """A time zone, or the empty text for none."""
    return read_zone(typed, label) if typed.strip() else ""


def _zone_choices() -> list[tuple[str, str]]:
    others = sorted(set(shown_zones()) - set(_NEAR_ZONES), key=lambda zone: str(zone_name(zone)))
    return [_zone_choice(zone) for zone in (*_NEAR_ZONES, *others)]


def _zone_choice(zone: str) -> tuple[str, str]:
    return zone, f"{zone_name(zone)}{bracketed(zone)}"
