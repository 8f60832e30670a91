"""Days as their readers write them."""

from __future__ import annotations

from datetime import date

import pytest

from vlms.core.days import write_day
from vlms.core.language import Language
from vlms.core.text import Text, writing_days, written

CHINESE = Language.TRADITIONAL_CHINESE


@pytest.mark.parametrize(
    ("day", "language", "has_roc_years", "shown"),
    [
        (date(2026, 6, 30), Language.ENGLISH, False, "30 Jun 2026"),
        (date(2026, 6, 30), Language.ENGLISH, True, "30 Jun 2026"),
        (date(2026, 6, 30), CHINESE, False, "2026/6/30"),
        (date(2026, 6, 30), CHINESE, True, "民國115年6月30日"),
        (date(1912, 1, 1), CHINESE, True, "民國1年1月1日"),
        (date(1911, 12, 31), CHINESE, True, "1911/12/31"),
    ],
)
def test_a_day_is_written_for_its_reader(
    day: date, language: Language, has_roc_years: bool, shown: str
) -> None:
    assert write_day(day, language, has_roc_years=has_roc_years) == shown


def test_days_within_sentences_are_written_as_the_paper_writes_them() -> None:
    sentence = Text("until %(day)s", values={"day": date(2026, 6, 30)})
    with writing_days(lambda day: f"day {day.day}"):
        assert str(sentence) == "until day 30"
        assert written(date(2026, 6, 29)) == "day 29"
        assert written("2026-06-29") == "2026-06-29"
    assert str(sentence) == "until 2026-06-30"
