"""The page of a PDF document: its margins, header and "page x of y"."""

from __future__ import annotations

import zlib
from typing import Any, cast

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream
from reportlab.pdfgen.canvas import Canvas

from vlms.core.text import _, bracketed, written
from vlms.core.zones import zone_name
from vlms.exports.document import Document
from vlms.exports.fonts import BOLD, REGULAR, cut, printable, text_width, wrap

SIDE = 14 * mm
TOP = 19 * mm
BOTTOM = 15 * mm
_SIZE = 8


def page_size(is_landscape: bool) -> tuple[float, float]:
    """A4 in points."""
    return landscape(A4) if is_landscape else A4


def frame_size(is_landscape: bool) -> tuple[float, float]:
    """Width and height, in points, of what is inside the margins."""
    width, height = page_size(is_landscape)
    return width - 2 * SIDE, height - TOP - BOTTOM


def made_at_text(document: Document) -> str:
    zone = document.made_at.tzinfo
    key = getattr(zone, "key", None)
    name = zone_name(key) if key else document.made_at.tzname()
    day = written(document.made_at.date())
    return str(_("Made at %(at)s", at=f"{day} {document.made_at:%H:%M}{bracketed(name)}"))


class NumberedCanvas(Canvas):
    """Keeps the pages until their number is known, then draws header and footer on each.

    They are kept packed: thousands of them are ten times as long otherwise.
    """

    def __init__(self, *rest: Any, document: Document, **named: Any) -> None:
        super().__init__(*rest, **named)
        self._document = document
        self._size: tuple[float, float] = named["pagesize"]
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 (reportlab's name)
        drawn = "\n".join(cast(Any, self)._code)
        self._pages.append({**self.__dict__, "_code": _packed(drawn)})
        cast(Any, self)._startPage()  # as showPage does, but nothing is written yet

    def save(self) -> None:
        for number, page in enumerate(self._pages, 1):
            self.__dict__.update(page, _code=[zlib.decompress(page["_code"]).decode()])
            page.clear()
            self._draw_header()
            self._draw_footer(number)
            super().showPage()
            _pack(cast(Any, self)._doc.Pages.pages[-1])
        super().save()

    def _draw_header(self) -> None:
        width, height = self._size
        marks = " · ".join(printable(mark) for mark in self._document.marks)
        title = " · ".join(filter(None, (str(self._document.title), self._document.number)))
        y = height - TOP + 5 * mm
        room = width - 2 * SIDE - text_width(marks, BOLD, _SIZE) - 12
        self._draw_text(SIDE, y, _one_line(title, room))
        self.setFont(BOLD, _SIZE)
        self.drawRightString(width - SIDE, y, marks)
        self.setLineWidth(0.4)
        self.line(SIDE, y - 3, width - SIDE, y - 3)

    def _draw_footer(self, number: int) -> None:
        width = self._size[0]
        pages = _("Page %(page)s of %(pages)s", page=number, pages=len(self._pages))
        y = BOTTOM - 6 * mm
        self._draw_text(SIDE, y, printable(made_at_text(self._document)))
        self.drawRightString(width - SIDE, y, printable(pages))

    def _draw_text(self, x: float, y: float, text: str) -> None:
        self.setFillGray(0)
        self.setFont(REGULAR, _SIZE)
        self.drawString(x, y, text)


def _pack(page: Any) -> None:
    """Pack a page at once; the library would do so when all of them are written."""
    filters = PDFArray([PDFName("FlateDecode")])
    page.Contents = PDFStream(PDFDictionary({"Filter": filters}), _packed(page.stream))
    page.stream = None


def _packed(drawn: str) -> bytes:
    return zlib.compress(drawn.encode(), 3)


def _one_line(text: str, room: float) -> str:
    shown = printable(text).replace("\n", " ")
    return cut(wrap(shown, REGULAR, _SIZE, max(room, 60)), 1)[0]
