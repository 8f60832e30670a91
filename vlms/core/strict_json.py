"""Reads JSON that somebody else has written: one meaning, or refused with the place.

Nothing is nested deeper than 32, no name stands twice in an object, numbers are those that
every reader takes alike (I-JSON, RFC 7493), texts hold no odd characters.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from vlms.core.errors import BadInput
from vlms.core.odd_text import is_odd
from vlms.core.reading import shown
from vlms.core.text import Text, _

DEEPEST = 32
LARGEST_WHOLE = 2**53
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_DEEPER, _HIGHER = frozenset("[{"), frozenset("]}")
_LONGEST_NUMBER = 40


class NoJson(BadInput):
    """The text is no JSON at all, or says something twice."""

    reason = "no_json"


def read_json(body: bytes, *, takes_odd: bool = False) -> Any:
    """The value that `body` writes. Raises BadInput, which names the place in it.

    With `takes_odd` texts may hold odd characters: their reader is to leave them out.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise NoJson(None, _("The JSON is not written in UTF-8.")) from None
    if _depth(text) > DEEPEST:
        raise BadInput(
            None,
            _("The JSON is nested deeper than %(deepest)s.", deepest=DEEPEST),
            reason="too_deep",
        )
    try:
        value = json.loads(
            text,
            object_pairs_hook=_once,
            parse_constant=_no_number,
            parse_int=_whole,
            parse_float=_fraction,
        )
    except (ValueError, RecursionError):
        raise NoJson(None, _("This is not JSON.")) from None
    if not takes_odd:
        _check_texts(value, "")
    return value


def _depth(text: str) -> int:
    """How deep brackets stand, those within strings not counted."""
    deepest = depth = 0
    for sign in _STRING.sub("", text):
        if sign in _DEEPER:
            depth += 1
            deepest = max(deepest, depth)
        elif sign in _HIGHER:
            depth -= 1
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            sentence = _("%(name)s stands twice in one object of the JSON.", name=shown(name))
            raise BadInput(None, sentence, field=shown(name), reason="twice")
        found[name] = value
    return found


def _no_number(word: str) -> Any:
    raise _bad_number(word)


def _whole(digits: str) -> int:
    if len(digits) > _LONGEST_NUMBER or abs(int(digits)) > LARGEST_WHOLE:
        raise _bad_number(digits)
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if len(digits) > _LONGEST_NUMBER or not math.isfinite(number):
        raise _bad_number(digits)
    return number


def _bad_number(digits: str) -> BadInput:
    sentence = _(
        "The JSON holds a number that not every reader takes: %(number)s.", number=shown(digits)
    )
    return BadInput(None, sentence, reason="number")


def _check_texts(value: Any, place: str) -> None:
    if isinstance(value, str):
        _check_text(value, place)
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_text(name, place)
            _check_texts(inner, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            _check_texts(inner, f"{place}[{number}]")


def _check_text(text: str, place: str) -> None:
    if is_odd(text):
        named: Text | str = shown(place) or _("The JSON")
        raise BadInput(
            None,
            _("%(field)s holds characters that no text has.", field=named),
            field=shown(place),
            reason="odd_characters",
        )
