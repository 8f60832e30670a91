"""Draws course certificates, one a page, with names in Chinese and Latin letters (A3).

A text that is too long for its line is set smaller; one that would be too small to read
takes two lines. The words of a page never leave their box.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import BinaryIO

from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from vlms.academy.exports.certificate_layouts import (
    HEIGHT,
    LAYOUTS,
    WIDTH,
    Box,
    Layout,
)
from vlms.academy.exports.certificate_words import both, chinese, chinese_day, english
from vlms.academy.layout_keys import USUAL_LAYOUT
from vlms.exports.fonts import BOLD, REGULAR, cut, printable, text_width, wrap
from vlms.exports.qr import draw_qr

_LEADING = 1.32
_MOST_LINES = 2
# The links are random, so that any mask does.
_QR_MASK = 3
# A text with its font, size, and the smallest size that can be read.
_Styled = tuple[str, str, float, float]


@dataclass(frozen=True)
class Look:
    """A school's design; the pictures are PNG."""

    layout: str = USUAL_LAYOUT
    signer_name: str = ""
    signer_title: str = ""
    logo: bytes | None = None
    signature: bytes | None = None


@dataclass(frozen=True)
class Paper:
    """What one certificate says; `link` leads to its verification page."""

    number: str
    name: str
    latin_name: str
    school_name: str
    latin_school_name: str
    title_en: str
    title_zh: str
    hours: int | None
    completed_on: date
    link: str
    look: Look
    has_roc_years: bool = False
    institution_name: str = ""
    latin_institution_name: str = ""


@dataclass(frozen=True)
class _Line:
    text: str
    font: str
    size: float
    smallest: float
    color: Color
    after: float = 0.0


def write_certificates(papers: Iterable[Paper], out: BinaryIO) -> None:
    """One PDF, one page a certificate, in their order. Raises ValueError when there is none."""
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT), pageCompression=1, lang="zh-Hant")
    canvas.setTitle(both("heading"))
    studio = _Studio(canvas)
    count = 0
    for paper in papers:
        studio.draw(paper)
        canvas.showPage()
        count += 1
    if count == 0:
        raise ValueError("no certificate to write")
    canvas.save()


class _Studio:
    """What pages share, drawn once: frames, and the pictures of designs."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._forms: dict[tuple[object, ...], str] = {}

    def draw(self, paper: Paper) -> None:
        layout = LAYOUTS.get(paper.look.layout, LAYOUTS[USUAL_LAYOUT])
        self._draw_frame(layout)
        if paper.look.logo:
            place = "c" if layout.is_centred else "w"
            self._draw_picture(paper.look.logo, layout.logo, place)
        _draw_body(self._canvas, layout, list(_body_lines(paper, layout)), _body_box(paper, layout))
        self._draw_signature(paper, layout)
        _draw_check(self._canvas, paper, layout)

    def _draw_frame(self, layout: Layout) -> None:
        self._draw_once(("frame", layout.key), lambda: layout.frame(self._canvas))

    def _draw_picture(self, picture: bytes, box: Box, anchor: str) -> None:
        def draw() -> None:
            reader = ImageReader(io.BytesIO(picture))
            self._canvas.drawImage(
                reader, *box, mask="auto", preserveAspectRatio=True, anchor=anchor
            )

        self._draw_once((picture, box, anchor), draw)

    def _draw_once(self, key: tuple[object, ...], draw: Callable[[], None]) -> None:
        """What is alike on many pages stands in the file once."""
        if key not in self._forms:
            self._forms[key] = f"shared-{len(self._forms)}"
            self._canvas.beginForm(self._forms[key])
            draw()
            self._canvas.endForm()
        self._canvas.doForm(self._forms[key])

    def _draw_signature(self, paper: Paper, layout: Layout) -> None:
        look, (left, bottom, width, height) = paper.look, layout.signature
        line_at = bottom + 12 * mm
        if look.signature:
            box = (left, line_at + 1 * mm, width * 0.8, height - 13 * mm)
            self._draw_picture(look.signature, box, "sw")
        if not (look.signer_name or look.signer_title):
            return
        self._canvas.setStrokeColor(layout.accent)
        self._canvas.setLineWidth(0.6)
        self._canvas.line(left, line_at, left + width * 0.8, line_at)
        top = line_at - 1.5 * mm
        for text, font, size in ((look.signer_name, BOLD, 10.5), (look.signer_title, REGULAR, 8.5)):
            for shown, points in _fitted(_Line(text, font, size, 6, layout.ink), width):
                top -= points * 1.2
                _write(self._canvas, shown, font, points, (left, top), layout.ink)


def _body_box(paper: Paper, layout: Layout) -> Box:
    """The body's; without a logo its place is the body's too."""
    left, bottom, width, _height_with_logo = layout.body
    if paper.look.logo:
        return layout.body
    return left, bottom, width, layout.logo[1] + layout.logo[3] - bottom


def _body_lines(paper: Paper, layout: Layout) -> Iterator[_Line]:
    ink, accent = layout.ink, layout.accent
    yield from _issuer_lines(paper, ink)
    yield _Line(chinese("heading"), BOLD, 34, 20, accent, 1)
    yield _Line(english("heading"), REGULAR, 16, 10, accent, 14)
    yield _Line(both("certifies"), REGULAR, 11.5, 8, ink, 5)
    yield from _pair((paper.name, BOLD, 34, 15), (paper.latin_name, REGULAR, 18, 10), ink, 8)
    yield _Line(both("completed"), REGULAR, 11.5, 8, ink, 5)
    yield from _pair((paper.title_zh, BOLD, 21, 12), (paper.title_en, REGULAR, 14, 9), ink, 7)
    if paper.hours is not None:
        yield _Line(both("hours", hours=str(paper.hours)), REGULAR, 11, 8, ink, 1)
    yield _Line(_completed(paper), REGULAR, 11, 8, ink)


def _issuer_lines(paper: Paper, ink: Color) -> Iterator[_Line]:
    """The institution, unless the school's name says it, and the school."""
    school, latin_school = paper.school_name, paper.latin_school_name
    if paper.institution_name in school:
        yield from _pair((school, BOLD, 19, 11), (latin_school, REGULAR, 12, 8), ink, 10)
        return
    latin = paper.latin_institution_name
    yield from _pair((paper.institution_name, BOLD, 19, 11), (latin, REGULAR, 12, 8), ink, 4)
    yield from _pair((school, BOLD, 15, 10), (latin_school, REGULAR, 11, 8), ink, 10)


def _pair(first: _Styled, second: _Styled, ink: Color, after: float) -> Iterator[_Line]:
    """A name and the same in the other script, which may be missing; the gap is below both."""
    is_alone = second[0] in ("", first[0])
    yield _Line(*first, ink, after if is_alone else 1)
    if not is_alone:
        yield _Line(*second, ink, after)


def _draw_body(canvas: Canvas, layout: Layout, lines: list[_Line], box: Box) -> None:
    """The lines fill the box: set smaller when there are too many, set apart when there is room."""
    left, bottom, width, height = box
    factor, fitted = 1.0, _fitted_lines(lines, width)
    while _height(fitted) > height and factor > 0.5:
        factor -= 0.04
        fitted = _fitted_lines([_scaled(line, factor) for line in lines], width)
    gaps = sum(line.after for line, texts in fitted if texts)
    spread = 1 + min(max(height - _height(fitted), 0) * 0.8 / gaps, 1.5)
    top = bottom + height - max(height - _height(fitted) - gaps * (spread - 1), 0) / 2
    for line, texts in fitted:
        for text, size in texts:
            top -= size * _LEADING
            x = left + (width - text_width(text, line.font, size)) / 2
            at = (x if layout.is_centred else left, top + size * (_LEADING - 1) / 2)
            _write(canvas, text, line.font, size, at, line.color)
        top -= line.after * spread if texts else 0


def _fitted_lines(
    lines: Iterable[_Line], width: float
) -> list[tuple[_Line, list[tuple[str, float]]]]:
    return [(line, _fitted(line, width)) for line in lines]


def _fitted(line: _Line, width: float) -> list[tuple[str, float]]:
    """The text as lines with their size: one if it can be read so, else at most two."""
    text = printable(line.text).replace("\n", " ").strip()
    if not text:
        return []
    needed = text_width(text, line.font, line.size)
    size = line.size if needed <= width else line.size * width / needed
    if size >= line.smallest:
        return [(text, size)]
    parts = cut(wrap(text, line.font, line.smallest, width), _MOST_LINES)
    return [(part, line.smallest) for part in parts]


def _height(fitted: list[tuple[_Line, list[tuple[str, float]]]]) -> float:
    return sum(
        sum(size for _text, size in texts) * _LEADING + line.after
        for line, texts in fitted
        if texts
    )


def _scaled(line: _Line, factor: float) -> _Line:
    return replace(
        line,
        size=line.size * factor,
        smallest=line.smallest * factor,
        after=line.after * factor,
    )


def _draw_check(canvas: Canvas, paper: Paper, layout: Layout) -> None:
    """QR, number and what to do with it, at the foot."""
    left, bottom, width, height = layout.qr
    draw_qr(canvas, paper.link, left + width - height, bottom, height, _QR_MASK)
    room = width - height - 2 * mm
    top = bottom + height * 0.62
    texts = (
        chinese("number", number=paper.number),
        english("number", number=paper.number),
        chinese("verify"),
        english("verify"),
    )
    for text in texts:
        for shown, size in _fitted(_Line(text, REGULAR, 8.5, 5, layout.ink), room):
            top -= size * 1.35
            x = left + room - text_width(shown, REGULAR, size)
            _write(canvas, shown, REGULAR, size, (x, top), layout.ink)


def _write(
    canvas: Canvas, text: str, font: str, size: float, at: tuple[float, float], color: Color
) -> None:
    canvas.setFillColor(color)
    canvas.setFont(font, size)
    canvas.drawString(*at, text)


def _completed(paper: Paper) -> str:
    day = paper.completed_on
    in_english = english("on", day=f"{day.day} {day:%B %Y}")
    return f"{chinese('on', day=chinese_day(day, paper.has_roc_years))}　{in_english}"
