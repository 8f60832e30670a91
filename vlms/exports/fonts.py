"""The fonts of PDF documents, and how their text is measured and broken into lines."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from vlms.core.text import written
from vlms.exports.characters import CUT_MARK, without_controls
from vlms.resources import resource_path

REGULAR = "NotoSansTC"
BOLD = "NotoSansTC-Bold"
CODE = "Courier-Bold"
MISSING = "□"
_FILES = {REGULAR: "NotoSansTC-Regular.ttf", BOLD: "NotoSansTC-Bold.ttf"}
_lock = threading.Lock()

# Between two wide characters a line may break, but not before closing marks nor after
# opening ones; elsewhere it breaks at spaces and after hyphens.
_OPEN = "([{‘“〈《「『【〔（［｛"
_CLOSE = ")]}’”〉》」』】〕）］｝、。，．：；！？,.:;!?%‥…"
_WIDE = "\u2e80-\u2fff\u3001-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef"
_PIECE = re.compile(
    rf"[{re.escape(_OPEN)}]*(?:[{_WIDE}]|[^\s{_WIDE}{re.escape(_OPEN)}-]+-*|-+)?"
    rf"[{re.escape(_CLOSE)}]*[ \u3000]*|\s"
)


@lru_cache(maxsize=1)
def _characters() -> frozenset[int]:
    """Registers the fonts and gives the characters they have."""
    with _lock:
        # A second registration would take the glyphs from documents under way.
        for name in _FILES.keys() - set(pdfmetrics.getRegisteredFontNames()):
            file = resource_path(f"static/fonts/{_FILES[name]}")
            pdfmetrics.registerFont(TTFont(name, str(file)))
        face = getattr(pdfmetrics.getFont(REGULAR), "face")  # noqa: B009 (not in its types)
        return frozenset(face.charToGlyph)


def register_fonts() -> None:
    """Make the fonts known to reportlab; takes a quarter of a second the first time."""
    _characters()


def printable(text: object) -> str:
    """`text` with a visible box for each character that the fonts lack; lines are kept."""
    shown = without_controls(unicodedata.normalize("NFC", str(written(text)))).expandtabs(4)
    if shown.isascii():
        return shown
    known = _characters()
    return "".join(c if c == "\n" or ord(c) in known else MISSING for c in shown)


def text_width(text: str, font: str, size: float) -> float:
    """Points that one line of printable text takes."""
    register_fonts()
    return float(pdfmetrics.stringWidth(text, font, size))


def code_font(code: str) -> str:
    """A fixed-width font for codes; what it cannot show is set in the other one."""
    return CODE if code.isascii() else BOLD


def wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """Printable text as lines no wider than `width` points, one character at least."""
    register_fonts()
    lines: list[str] = []
    for paragraph in text.split("\n"):
        if text_width(paragraph, font, size) <= width:
            lines.append(paragraph)
        else:
            lines.extend(_filled(paragraph, font, size, width))
    return lines


def cut(lines: list[str], limit: int) -> list[str]:
    """The first `limit` lines; a visible mark ends what is cut."""
    if len(lines) <= limit:
        return lines
    return [*lines[: limit - 1], lines[limit - 1][:-1] + CUT_MARK]


def _filled(paragraph: str, font: str, size: float, width: float) -> list[str]:
    lines = [""]
    used = 0.0
    for piece in _pieces(paragraph, font, size, width):
        needed = text_width(piece.rstrip(), font, size)
        if lines[-1] and used + needed > width:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
            used = 0.0
        lines[-1] += piece
        used += text_width(piece, font, size)
    return lines


def _pieces(paragraph: str, font: str, size: float, width: float) -> list[str]:
    """What stays together on a line; a word too long for one comes in parts that fit."""
    parts: list[str] = []
    for piece in filter(None, _PIECE.findall(paragraph)):
        if text_width(piece.rstrip(), font, size) <= width:
            parts.append(piece)
        else:
            parts.extend(piece)
    return parts
