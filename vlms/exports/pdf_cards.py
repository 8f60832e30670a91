"""Voucher sheets: cards to cut out, with a code or the QR of a claim link (C8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from vlms.core.text import _
from vlms.exports.document import CodeCard, CodeCards
from vlms.exports.fonts import BOLD, REGULAR, code_font, cut, printable, text_width, wrap
from vlms.exports.qr import draw_qr

LEAST_HEIGHT = 46 * mm
_QR_SIDE = 30 * mm
_PAD = 3.5 * mm
_CODE_SIZE = 15.0
_TERMS_SIZE = 6.8
_MOST_LINES = 60


@dataclass(frozen=True)
class _Line:
    text: str
    font: str
    size: float

    @property
    def leading(self) -> float:
        return self.size * 1.3


class _SetCard:
    """One card with its lines broken for a width in points."""

    def __init__(self, card: CodeCard, width: float) -> None:
        self._link = card.claim_link
        self._width = width
        inner = width - 2 * _PAD
        beside_qr = inner - _QR_SIDE if card.claim_link else inner
        self._lines = list(_upper_lines(card, beside_qr))
        self._terms = list(_term_lines(card, inner))
        upper = max(_height(self._lines), _QR_SIDE if card.claim_link else 0)
        self.height = max(upper + _height(self._terms) + 2 * _PAD + 3, LEAST_HEIGHT)

    def draw(self, canvas: Canvas, x: float, height: float) -> None:
        canvas.setLineWidth(0.4)
        canvas.setDash(2, 2)
        canvas.rect(x, 0, self._width, height)
        canvas.setDash()
        _draw_lines(canvas, self._lines, x + _PAD, height - _PAD)
        _draw_lines(canvas, self._terms, x + _PAD, _PAD + _height(self._terms))
        if self._link:
            corner = x + self._width - _PAD - _QR_SIDE
            draw_qr(canvas, self._link, corner, height - _PAD - _QR_SIDE, _QR_SIDE)


class _CardRow(Flowable):
    """Cards side by side, all as high as the highest of them."""

    def __init__(self, cards: Sequence[CodeCard], card_width: float) -> None:
        super().__init__()
        self._cards = [_SetCard(card, card_width) for card in cards]
        self._card_width = card_width

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803 (reportlab's)
        self.height = max(card.height for card in self._cards)
        return self._card_width * len(self._cards), self.height

    def draw(self) -> None:
        for place, card in enumerate(self._cards):
            card.draw(self.canv, place * self._card_width, self.height)


def card_rows(block: CodeCards, width: float) -> Iterator[Flowable]:
    """The cards as rows that fill `width` points."""
    for start in range(0, len(block.cards), block.across):
        row = block.cards[start : start + block.across]
        yield _CardRow(row, width / block.across)


def _upper_lines(card: CodeCard, width: float) -> Iterator[_Line]:
    yield from _wrapped(card.title, BOLD, 10, width)
    yield from _wrapped(card.holder, REGULAR, 8.5, width)
    if card.code is not None:
        yield _code_line(printable(card.code), width)
    if card.exam_families:
        families = ", ".join(map(str, card.exam_families))
        yield from _wrapped(_("Exams: %(families)s", families=families), REGULAR, 8, width)
    yield from _wrapped(card.last_day, BOLD, 8, width)
    yield from _wrapped(card.caption, REGULAR, 7.5, width)


def _term_lines(card: CodeCard, width: float) -> Iterator[_Line]:
    for term in card.terms:
        yield from _wrapped(term, REGULAR, _TERMS_SIZE, width)


def _wrapped(text: object, font: str, size: float, width: float) -> Iterator[_Line]:
    shown = printable(text)
    if shown:
        for line in cut(wrap(shown, font, size, width), _MOST_LINES):
            yield _Line(line, font, size)


def _code_line(code: str, width: float) -> _Line:
    """The code on one line: a code that is broken is typed wrongly."""
    font = code_font(code)
    needed = text_width(code, font, _CODE_SIZE)
    return _Line(code, font, min(_CODE_SIZE, _CODE_SIZE * width / max(needed, 1)))


def _height(lines: Sequence[_Line]) -> float:
    return sum(line.leading for line in lines)


def _draw_lines(canvas: Canvas, lines: Sequence[_Line], x: float, top: float) -> None:
    canvas.setFillGray(0)
    for line in lines:
        top -= line.leading
        canvas.setFont(line.font, line.size)
        canvas.drawString(x, top + line.size * 0.3, line.text)
