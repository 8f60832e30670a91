"""The layouts of certificates (A3): where things stand on A4 landscape, and what frames them.

All lengths are points; a box is left, bottom, width, height.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = landscape(A4)
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Layout:
    """`body` holds the words, from its top; `frame` draws what stands behind everything."""

    key: str
    frame: Callable[[Canvas], None]
    ink: Color
    accent: Color
    body: Box
    logo: Box
    signature: Box
    qr: Box
    is_centred: bool = True


_NAVY, _GOLD = HexColor("#1b2a4a"), HexColor("#8a6a1f")
_GREEN, _GREY = HexColor("#0f5c4c"), HexColor("#4a4f57")
_WINE = HexColor("#7a1f2b")
_BLACK = HexColor("#1c1f24")


def _classic(canvas: Canvas) -> None:
    canvas.setStrokeColor(_NAVY)
    canvas.setLineWidth(2.4)
    canvas.rect(10 * mm, 10 * mm, WIDTH - 20 * mm, HEIGHT - 20 * mm)
    canvas.setStrokeColor(_GOLD)
    canvas.setLineWidth(0.8)
    canvas.rect(13 * mm, 13 * mm, WIDTH - 26 * mm, HEIGHT - 26 * mm)


def _band(canvas: Canvas) -> None:
    canvas.setFillColor(_GREEN)
    canvas.rect(0, 0, 20 * mm, HEIGHT, stroke=0, fill=1)
    canvas.setFillColor(_GOLD)
    canvas.rect(20 * mm, 0, 2 * mm, HEIGHT, stroke=0, fill=1)


def _plain(canvas: Canvas) -> None:
    canvas.setStrokeColor(_GREY)
    canvas.setLineWidth(0.8)
    for y in (14 * mm, HEIGHT - 14 * mm):
        canvas.line(25 * mm, y, WIDTH - 25 * mm, y)


def _festive(canvas: Canvas) -> None:
    canvas.setFillColor(_WINE)
    canvas.rect(0, HEIGHT - 12 * mm, WIDTH, 12 * mm, stroke=0, fill=1)
    canvas.rect(0, 0, WIDTH, 6 * mm, stroke=0, fill=1)
    canvas.setStrokeColor(_GOLD)
    canvas.setLineWidth(1.4)
    for inset in (0.0, 2.0):
        corner = 11 * mm + inset
        height = HEIGHT - 29 * mm - 2 * inset
        canvas.roundRect(corner, corner, WIDTH - 2 * corner, height, 8 * mm)


_FOOT = 18 * mm
_SIGNATURE: Box = (28 * mm, _FOOT, 92 * mm, 34 * mm)
_QR: Box = (WIDTH - 28 * mm - 62 * mm, _FOOT, 62 * mm, 30 * mm)
_BODY_BOTTOM = 54 * mm


def _body(left: float, right: float, top: float) -> Box:
    return left, _BODY_BOTTOM, WIDTH - left - right, HEIGHT - top - _BODY_BOTTOM


def _middle_logo(top: float) -> Box:
    return WIDTH / 2 - 45 * mm, HEIGHT - top - 20 * mm, 90 * mm, 20 * mm


LAYOUTS: dict[str, Layout] = {
    one.key: one
    for one in (
        Layout(
            "classic",
            _classic,
            _BLACK,
            _NAVY,
            _body(30 * mm, 30 * mm, 41 * mm),
            _middle_logo(18 * mm),
            _SIGNATURE,
            _QR,
        ),
        Layout(
            "band",
            _band,
            _BLACK,
            _GREEN,
            _body(36 * mm, 20 * mm, 41 * mm),
            (36 * mm, HEIGHT - 36 * mm, 90 * mm, 22 * mm),
            (36 * mm, _FOOT, 92 * mm, 34 * mm),
            (WIDTH - 20 * mm - 62 * mm, _FOOT, 62 * mm, 30 * mm),
            is_centred=False,
        ),
        Layout(
            "plain",
            _plain,
            _BLACK,
            _GREY,
            _body(25 * mm, 25 * mm, 41 * mm),
            _middle_logo(18 * mm),
            (25 * mm, _FOOT, 92 * mm, 34 * mm),
            (WIDTH - 25 * mm - 62 * mm, _FOOT, 62 * mm, 30 * mm),
        ),
        Layout(
            "festive",
            _festive,
            _BLACK,
            _WINE,
            _body(28 * mm, 28 * mm, 45 * mm),
            _middle_logo(22 * mm),
            _SIGNATURE,
            _QR,
        ),
    )
}
