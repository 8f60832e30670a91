"""Characters that no text of a person holds: halves of pairs, NUL, controls, non-characters.

Databases disagree about them, drivers raise on them, and terminals and logs obey some. Line
breaks and tabs are not among them; whether a field has several lines is its reader's affair.
"""

from __future__ import annotations

import re

_NON_CHARACTERS = "".join(
    chr((plane << 16) | low) for plane in range(17) for low in (0xFFFE, 0xFFFF)
)
_ODD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef" + _NON_CHARACTERS + "]"
)
_BREAKS = re.compile("[\t\r\n]")


def is_odd(text: str, *, breaks: bool = True) -> bool:
    """Whether `text` holds such a character; without `breaks` a line break or tab is one too."""
    return bool(_ODD.search(text)) or (not breaks and bool(_BREAKS.search(text)))


def without_odd(text: str) -> str:
    """`text` without them; its line breaks and tabs stay."""
    return _ODD.sub("", text)
