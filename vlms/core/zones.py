"""What a time zone is called for people."""

from __future__ import annotations

from functools import lru_cache

from babel.dates import get_timezone_location

from vlms.core.language import Language
from vlms.core.text import Name

# Babel writes the city with the simpler 台; official texts, as this product's, have 臺.
_OWN_NAMES = {"Asia/Taipei": "臺北時間"}


def zone_name(zone: str) -> Name:
    """An IANA zone: itself in English, in Chinese its city's time (臺北時間) if it has a name."""
    return Name(zone, chinese=_OWN_NAMES.get(zone) or _city_time(zone))


def bracketed_zone(zone: str) -> Name:
    """The same, to stand behind a moment: ` (Asia/Taipei)`; `（臺北時間）`."""
    name = zone_name(zone)
    return Name(f" ({name.singular})", chinese=f"（{name.chinese}）")


@lru_cache(maxsize=600)
def _city_time(zone: str) -> str:
    city = get_timezone_location(zone, locale=Language.TRADITIONAL_CHINESE.value, return_city=True)
    return zone if any(letter.isascii() for letter in city) else f"{city}時間"
