"""Characters that files cannot hold, and how wide the others are."""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "\ufffd"
CUT_MARK = "…"
CELL_LIMIT = 32_767
"""What one Excel cell holds, in UTF-16 units."""

# Control characters but TAB and LF, non-characters, and halves of surrogate pairs.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_NEW_LINES = re.compile("\r\n?|\u2028|\u2029")


def without_controls(text: str) -> str:
    """`text` with one kind of line end and a visible mark for each control character."""
    if text.isascii() and text.isprintable():
        return text
    return _CONTROLS.sub(REPLACEMENT, _NEW_LINES.sub("\n", text))


def cut_for_cell(text: str) -> str:
    """`text` as far as an Excel cell holds it; what is cut ends with a visible mark."""
    if len(text) * 2 <= CELL_LIMIT:
        return text
    units = text.encode("utf-16-le")
    if len(units) <= CELL_LIMIT * 2:
        return text
    return units[: (CELL_LIMIT - 1) * 2].decode("utf-16-le", "ignore") + CUT_MARK


def display_width(text: str) -> int:
    """The columns of the longest line, an East Asian wide character counting two."""
    return max(map(_line_width, text.split("\n")))


def _line_width(line: str) -> int:
    return len(line) if line.isascii() else sum(map(_character_width, line))


def _character_width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
