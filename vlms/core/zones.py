"""What a time zone is called for people."""

from __future__ import annotations

from functools import cache, lru_cache

from babel.core import get_global
from babel.dates import get_timezone_location

from vlms.core.language import Language
from vlms.core.reading import zones
from vlms.core.text import Name

# Babel writes the city with the simpler 台; official texts, as this product's, have 臺.
_OWN_NAMES = {"Asia/Taipei": "臺北時間"}
_REGIONS = frozenset(
    {
        "Africa",
        "America",
        "Antarctica",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
)


@lru_cache(maxsize=600)
def zone_name(zone: str) -> Name:
    """An IANA zone by the time of its city: Taipei time; 臺北時間. UTC is UTC."""
    if "/" not in zone:
        return Name(zone, chinese=zone)
    return Name(f"{_city(zone, Language.ENGLISH)} time", chinese=_chinese_name(zone))


def bracketed_zone(zone: str) -> Name:
    """The same, to stand behind a moment: ` (Taipei time)`; `（臺北時間）`."""
    name = zone_name(zone)
    return Name(f" ({name.singular})", chinese=f"（{name.chinese}）")


def _chinese_name(zone: str) -> str:
    city = _city(zone, Language.TRADITIONAL_CHINESE)
    # A city without a Chinese name stands in Latin letters, set apart.
    space = " " if city.isascii() else ""
    return _OWN_NAMES.get(zone) or f"{city}{space}時間"


def _city(zone: str, language: Language) -> str:
    """Without the region that Babel puts before a few."""
    named = get_timezone_location(zone, locale=language.value, return_city=True)
    return str(named).rpartition("/")[-1]


@cache
def shown_zones() -> tuple[str, ...]:
    """The zones to choose from: of several with one name the one that is called like its city."""
    best: dict[str, str] = {}
    for zone in sorted(zones(), key=_oddness, reverse=True):
        best[zone_name(zone).singular] = zone
    return tuple(sorted(best.values()))


def _oddness(zone: str) -> tuple[bool, bool, bool, str]:
    """Old names of countries and cities, and other places of one time, come after today's."""
    region, _slash, place = zone.partition("/")
    is_called_so = _city(zone, Language.ENGLISH) == place.rpartition("/")[-1].replace("_", " ")
    return not is_called_so, region not in _REGIONS, zone in get_global("zone_aliases"), zone
