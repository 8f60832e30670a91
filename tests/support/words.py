"""The words that a page shows for the source's English ones, to find things by."""

from __future__ import annotations

import gettext
from typing import Any

from vlms.resources import PACKAGE

_FOLDER = PACKAGE / "translations"


class Words:
    """`words("Save")` as the page of this language shows it."""

    def __init__(self, language: str) -> None:
        locale = "zh_Hant_TW" if language.startswith("zh") else "en"
        self._catalogue = gettext.translation("messages", _FOLDER, [locale], fallback=True)

    def __call__(self, message: str, **values: Any) -> str:
        text = self._catalogue.gettext(message)
        return text % values if values else text

    def counted(self, one: str, many: str, number: int) -> str:
        """The same of what is counted, with its number."""
        return self._catalogue.ngettext(one, many, number) % {"number": number, "num": number}
