"""Days as their reader writes them."""

from __future__ import annotations

from datetime import date
from functools import partial

from babel import dates

from vlms.core.language import Language
from vlms.core.text import DayWriter

# The first year of the Republic of China's calendar.
_ROC_FIRST = 1912


def write_day(day: date, language: Language, *, has_roc_years: bool = False) -> str:
    """30 Jun 2026; 2026/6/30; with years of the Republic 民國115年6月30日, in Chinese only."""
    if language is not Language.TRADITIONAL_CHINESE:
        return dates.format_date(day, "d MMM y", locale="en")
    if has_roc_years and day.year >= _ROC_FIRST:
        return f"民國{day.year - _ROC_FIRST + 1}年{day.month}月{day.day}日"
    return f"{day.year}/{day.month}/{day.day}"


def day_writer(language: Language, has_roc_years: bool) -> DayWriter:
    """How a paper in this language, of an organisation that wants such years, writes days."""
    return partial(write_day, language=language, has_roc_years=has_roc_years)
