"""The words of certificates, in Chinese and English whoever prints them (A3)."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib.resources import files

_ROC_YEAR = 1911


def chinese_day(day: date, has_roc_years: bool) -> str:
    """The day as papers in Taiwan write it, with the year of the Republic where it is wished."""
    year = f"民國 {day.year - _ROC_YEAR} " if has_roc_years else f"{day.year} "
    return f"{year}年 {day.month} 月 {day.day} 日"


def both(key: str, **values: str) -> str:
    """The word in both languages, on one line."""
    return f"{chinese(key, **values)}　{english(key, **values)}"


def chinese(key: str, **values: str) -> str:
    return _table()[key]["zh"] % values


def english(key: str, **values: str) -> str:
    return _table()[key]["en"] % values


@cache
def _table() -> dict[str, dict[str, str]]:
    place = files("vlms.academy") / "data" / "certificate_words.json"
    found: dict[str, dict[str, str]] = json.loads(place.read_text("utf-8"))
    return found
