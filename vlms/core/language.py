"""The languages of the product's readers."""

from __future__ import annotations

from enum import StrEnum

from babel import Locale


class Language(StrEnum):
    """The value is the locale's name."""

    ENGLISH = "en"
    TRADITIONAL_CHINESE = "zh_Hant_TW"


def language_of(tag: str) -> Language | None:
    """The product's language for a language tag; every `zh*` gets Traditional Chinese."""
    primary = tag.replace("_", "-").split("-")[0].strip().lower()
    return {"zh": Language.TRADITIONAL_CHINESE, "en": Language.ENGLISH}.get(primary)


def locale_of(language: Language) -> Locale:
    """Babel's locale for numbers, days and money."""
    return Locale.parse(language.value)


def tag_of(language: Language) -> str:
    """What a paper says of its language to readers aloud."""
    return "zh-TW" if language is Language.TRADITIONAL_CHINESE else "en"


# Each in its own language.
LANGUAGE_NAMES = {Language.ENGLISH: "English", Language.TRADITIONAL_CHINESE: "繁體中文"}
