"""What a person is called afterwards, and where a text names them.

An address counts only as a whole one, a name only between what is no letter, digit, dot or
hyphen; a number only where it is the whole value. So nobody else's name or address is part
of a match.
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from vlms.core.language import Language

_WORDS = {Language.ENGLISH: "Erased person {}", Language.TRADITIONAL_CHINESE: "已清除的人員 {}"}
# Reserved for what no mail reaches (RFC 2606).
_NOWHERE = "erased.invalid"
# Signs that belong to the letter before them.
_JOINED = "\u0300-\u036f\u3099\u309a\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef"
_NO_NAME_BEFORE = r"(?<![\w.@-])"
_NO_NAME_BEHIND = rf"(?![\w@{_JOINED}]|[.-]\w)"
_NO_ADDRESS_BEFORE = r"(?<![\w.!#$%&*+/=?^`{|}~-])(?<!\w')"
_NO_ADDRESS_BEHIND = rf"(?![\w{_JOINED}-]|\.\w)"
# What may stand before and behind it, whether it is an address or not.
_AROUND = {
    False: (re.compile(_NO_NAME_BEFORE), re.compile(_NO_NAME_BEHIND)),
    True: (re.compile(_NO_ADDRESS_BEFORE), re.compile(_NO_ADDRESS_BEHIND)),
}
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_FEWEST_LETTERS = 2


def neutral_word(person_id: UUID, language: Language) -> str:
    """What a person is called who was erased; it tells one from another."""
    return _WORDS[language].format(person_id.hex[-4:].upper())


def neutral_address(key: UUID) -> str:
    """An address that no mail reaches, one for each row that needs one."""
    return f"{key.hex}@{_NOWHERE}"


def is_neutral(address: str) -> bool:
    return address.endswith(f"@{_NOWHERE}")


@dataclass(frozen=True)
class Named:
    """What names somebody, and what stands there afterwards.

    `names` and `numbers` are looked for in their own rows alone, `addresses` elsewhere too.
    """

    names: frozenset[str]
    addresses: frozenset[str]
    numbers: frozenset[str]
    word: str
    address: str


def is_telling(name: str) -> bool:
    """Whether a name can be looked for in a text at all: signs and single letters cannot."""
    return "@" not in name and sum(sign.isalpha() for sign in name) >= _FEWEST_LETTERS


def rewritten(value: Any, named: Named, *, own: bool) -> Any:
    """The text or JSON value with the neutral word or address in place of who is named.

    In what is not their `own`, addresses alone are replaced.
    """
    match value:
        case str():
            return _rewritten(value, named, own=own)
        case list() | tuple():
            return [rewritten(each, named, own=own) for each in value]
        case dict():
            return {name: rewritten(each, named, own=own) for name, each in value.items()}
    return value


def _rewritten(text: str, named: Named, *, own: bool) -> str:
    if own and text.strip() in named.numbers:
        return named.word
    for address in sorted(named.addresses, key=len, reverse=True):
        text = _replaced(text, address, named.address)
    for name in sorted(named.names, key=len, reverse=True) if own else ():
        text = _replaced(text, name, named.word)
    return text


def _places(needle: str, text: str) -> Iterator[int]:
    """Where it stands whole. An ASCII letter fits in either case; nothing else fits what it
    only resembles. No pattern is made of it: the library would keep that in memory."""
    before, behind = _AROUND["@" in needle]
    sought, within = needle.translate(_LOWER), text.translate(_LOWER)
    at = within.find(sought) if sought else -1
    while at >= 0:
        end = at + len(sought)
        whole = before.match(text, at) and behind.match(text, end)
        if whole:
            yield at
        at = within.find(sought, end if whole else at + 1)


def _replaced(text: str, needle: str, word: str) -> str:
    parts, end = [], 0
    for at in _places(needle, text):
        parts += [text[end:at], word]
        end = at + len(needle)
    return "".join((*parts, text[end:]))


def written_as(text: str) -> tuple[str, str]:
    """How it stands in a text, and within JSON."""
    return text, json.dumps(text)[1:-1]


def names_somebody(text: str, named: Named) -> bool:
    """Whether a text that will be kept names them; rather once too often.

    Words of a script without blanks between them count wherever they stand.
    """
    closed = (name for name in named.names if not name[0].isascii())
    return any(name in text for name in closed) or any(
        next(_places(needle, text), None) is not None for needle in (*named.names, *named.addresses)
    )
