"""What countries and currencies are called for people."""

from __future__ import annotations

from functools import cache

from babel import Locale

from vlms.core.language import Language
from vlms.core.text import Name

# Official texts, as this product's, write 臺; two names are the short ones in daily use.
_OWN_COUNTRIES = {"TW": "臺灣", "HK": "香港", "MO": "澳門"}
_OWN_CURRENCIES = {"TWD": "新臺幣"}


def country_name(code: str) -> Name:
    """A country of ISO 3166: Taiwan; 臺灣. One without a name is its code."""
    english, chinese = _territories(Language.ENGLISH), _territories(Language.TRADITIONAL_CHINESE)
    own = _OWN_COUNTRIES.get(code) or chinese.get(code, code)
    return Name(english.get(code, code), chinese=own)


def currency_name(code: str) -> Name:
    """A currency of ISO 4217: US Dollar; 美元."""
    english, chinese = _currencies(Language.ENGLISH), _currencies(Language.TRADITIONAL_CHINESE)
    own = _OWN_CURRENCIES.get(code) or chinese.get(code, code)
    return Name(english.get(code, code), chinese=own)


@cache
def _territories(language: Language) -> dict[str, str]:
    return dict(Locale.parse(language.value).territories)


@cache
def _currencies(language: Language) -> dict[str, str]:
    return dict(Locale.parse(language.value).currencies)
