"""Documents and tables as PDF, with fonts that have Traditional Chinese and Latin."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import partial
from typing import Any, BinaryIO, cast

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import CondPageBreak, Flowable, Preformatted, SimpleDocTemplate, Spacer
from reportlab.platypus import PageBreak as PageEnd
from reportlab.platypus import Table as PaperTable

from vlms.core.text import writing_days
from vlms.exports.document import (
    Block,
    CodeCards,
    Document,
    Facts,
    Heading,
    Note,
    PageBreak,
    Paragraph,
    Qr,
    Rows,
)
from vlms.exports.fonts import BOLD, REGULAR, cut, printable, register_fonts, wrap
from vlms.exports.pdf_cards import card_rows
from vlms.exports.pdf_page import BOTTOM, SIDE, TOP, NumberedCanvas, frame_size, page_size
from vlms.exports.pdf_table import SetTable, is_wide, paper_table, set_table
from vlms.exports.qr import draw_qr
from vlms.exports.table import Table

_QR_SIDE = 34 * mm
_FACT_LINES = 40
# A heading has room below it for the first rows of its table.
_BELOW_HEADING = 75


def write_pdf(paper: Document | Table[Any], out: BinaryIO) -> None:
    """Write a document, or a table as a document of its own, to `out`.

    Long text is broken into lines, a character outside the fonts prints as □. The same
    value gives the same bytes. Raises BadInput when a list is too long for paper, and
    TotalsDiffer (see `Total`).
    """
    register_fonts()
    document = _as_document(paper) if isinstance(paper, Table) else paper
    writer = document.write_day
    with writing_days(writer) if writer else nullcontext():
        _write(document, out)


def _write(document: Document, out: BinaryIO) -> None:
    tables = {} if document.landscape else _set_tables(document)
    width = frame_size(False)[0]
    is_landscape = document.landscape or any(is_wide(t, width) for t in tables.values())
    template = _Template(
        out,
        pagesize=page_size(is_landscape),
        leftMargin=SIDE - 6,  # the frame adds 6 points of padding
        rightMargin=SIDE - 6,
        topMargin=TOP - 6,
        bottomMargin=BOTTOM - 6,
        title=printable(document.title),
        author="VLMS",
        lang=document.language,
        invariant=1,
    )
    setter = _Setter(frame_size(is_landscape)[0], tables)
    maker = cast(type[Canvas], partial(NumberedCanvas, document=document))
    template.build(list(setter.story(document)), canvasmaker=maker)


def _set_tables(document: Document) -> dict[int, SetTable]:
    """The tables, set before the page's direction is chosen by how wide they are."""
    return {id(b): set_table(b.table) for b in document.blocks if isinstance(b, Rows)}


class _Later(Flowable):
    """A table that is set when its page is reached: a long paper has one at a time."""

    def __init__(self, make: Callable[[], Iterator[Flowable]]) -> None:
        super().__init__()
        self.make = make


class _Template(SimpleDocTemplate):
    def handle_flowable(self, flowables: list[Flowable]) -> None:
        if isinstance(flowables[0], _Later):
            flowables[0:1] = flowables[0].make()
        super().handle_flowable(flowables)


def _as_document(table: Table[Any]) -> Document:
    return Document(
        table.title,
        [*map(Paragraph, table.about), Rows(table), *map(Note, table.notes)],
        table.made_at,
        marks=table.marks,
    )


class _Setter:
    """Turns blocks into flowables for one width, in points."""

    def __init__(self, width: float, tables: dict[int, SetTable]) -> None:
        self._width = width
        self._tables = tables
        self._ways: dict[type, Callable[[Any], Iterator[Flowable]]] = {
            Heading: self._heading,
            Paragraph: lambda block: self._text(block.text, REGULAR, 10),
            Note: lambda block: self._text(block.text, REGULAR, 8.5, indent=10),
            Facts: self._facts,
            Rows: self._rows,
            Qr: self._qr,
            CodeCards: lambda block: card_rows(block, self._width),
            PageBreak: lambda block: iter([PageEnd()]),
        }

    def story(self, document: Document) -> Iterator[Flowable]:
        title = " ".join(filter(None, (str(document.title), document.number)))
        yield from self._text(title, BOLD, 15)
        for block in document.blocks:
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[Flowable]:
        return self._ways[type(block)](block)

    def _text(
        self, text: object, font: str, size: float, *, space: float = 2, indent: float = 0
    ) -> Iterator[Flowable]:
        # A space that follows is no flowable: one that fitted no more would begin a page.
        style = ParagraphStyle(
            "text",
            fontName=font,
            fontSize=size,
            leading=size * 1.4,
            leftIndent=indent,
            spaceAfter=size * 0.4,
        )
        lines = wrap(printable(text), font, size, self._width - indent)
        yield Spacer(0, space)
        yield Preformatted("\n".join(lines), style)

    def _heading(self, block: Heading) -> Iterator[Flowable]:
        yield CondPageBreak(_BELOW_HEADING)
        yield from self._text(block.text, BOLD, 12, space=8)

    def _facts(self, block: Facts) -> Iterator[Flowable]:
        if not block.pairs:
            return
        left = min(self._width * 0.32, 60 * mm)
        rows = [
            [_cell(name, BOLD, left), _cell(value, REGULAR, self._width - left)]
            for name, value in block.pairs
        ]
        style: list[Any] = [
            ("FONT", (0, 0), (0, -1), BOLD, 9.5, 13),
            ("FONT", (1, 0), (1, -1), REGULAR, 9.5, 13),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 1),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ]
        widths = [left, self._width - left]
        yield PaperTable(rows, widths, style=style, hAlign="LEFT", spaceAfter=5)

    def _rows(self, block: Rows) -> Iterator[Flowable]:
        yield _Later(partial(self._table, block))

    def _table(self, block: Rows) -> Iterator[Flowable]:
        found = self._tables.pop(id(block), None) or set_table(block.table)
        yield Spacer(0, 3)
        yield paper_table(found, self._width)

    def _qr(self, block: Qr) -> Iterator[Flowable]:
        yield _QrFlowable(block, self._width)


def _cell(text: object, font: str, width: float) -> str:
    return "\n".join(cut(wrap(printable(text), font, 9.5, width - 8), _FACT_LINES))


class _QrFlowable(Flowable):
    """A QR symbol with its caption to the right."""

    def __init__(self, block: Qr, width: float) -> None:
        super().__init__()
        self._content = block.content
        caption = wrap(printable(block.caption), REGULAR, 9.5, width - _QR_SIDE - 8)
        self._lines = cut(caption, 6)
        self.width, self.height = width, _QR_SIDE

    def draw(self) -> None:
        draw_qr(self.canv, self._content, 0, 0, _QR_SIDE)
        self.canv.setFont(REGULAR, 9.5)
        for place, line in enumerate(self._lines):
            self.canv.drawString(_QR_SIDE + 8, _QR_SIDE - 20 - place * 13, line)
