"""How a person is found in texts, and which word stands there afterwards."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from vlms.core.language import Language

_WORDS = {Language.ENGLISH: "Erased person {}", Language.TRADITIONAL_CHINESE: "已清除的人員 {}"}
# Reserved for what no mail reaches (RFC 2606).
_NOWHERE = "erased.invalid"
_SCRIPTS_WITH_BLANKS = re.compile(r"[\u0000-\u02af\u0370-\u07ff]")


def neutral_word(person_id: UUID, language: Language) -> str:
    """What a person is called who was erased; it tells one from another."""
    return _WORDS[language].format(person_id.hex[-4:].upper())


def neutral_address(key: UUID) -> str:
    """An address that no mail reaches, one for each row that needs one."""
    return f"{key.hex}@{_NOWHERE}"


@dataclass(frozen=True)
class Named:
    """What names somebody: `names` are looked for in their own rows, `telling` everywhere."""

    names: frozenset[str]
    telling: frozenset[str]
    word: str
    address: str

    def needles(self, *, own: bool) -> frozenset[str]:
        return self.names | self.telling if own else self.telling


def is_telling(name: str) -> bool:
    """Whether a name is long enough that it hardly stands in a text by chance.

    A single word of a script that puts blanks between words is not.
    """
    if "@" in name:
        return True
    if _SCRIPTS_WITH_BLANKS.match(name):
        return " " in name.strip()
    return len(name) >= 2


def written_as(name: str) -> tuple[str, str]:
    """The name as it stands in a text, and within JSON."""
    return name, json.dumps(name)[1:-1]


def without(value: Any, needles: Collection[str], named: Named) -> Any:
    """The text or JSON value with the neutral word or address in place of each name."""
    match value:
        case str():
            return _replaced(value, needles, named)
        case list() | tuple():
            return [without(each, needles, named) for each in value]
        case dict():
            return {name: without(each, needles, named) for name, each in value.items()}
    return value


def _replaced(text: str, needles: Collection[str], named: Named) -> str:
    for needle in sorted(needles, key=len, reverse=True):
        replacement = named.address if "@" in needle else named.word
        text = _pattern(needle).sub(lambda _found, to=replacement: to, text)  # type: ignore[misc]
    return text


def _pattern(needle: str) -> re.Pattern[str]:
    written = re.escape(needle)
    if _SCRIPTS_WITH_BLANKS.match(needle):
        written = rf"(?<![\w.+-]){written}(?![\w])" if "@" in needle else rf"(?<!\w){written}(?!\w)"
    return re.compile(written, re.IGNORECASE)


def names_somebody(text: str, named: Named) -> bool:
    """Whether a text names them."""
    return any(_pattern(needle).search(text) for needle in named.needles(own=True))
