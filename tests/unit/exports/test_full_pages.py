"""A paper whose last page is full ends there: no page is empty."""

from __future__ import annotations

import io
from typing import Any

import pytest
from pypdf import PdfReader

from tests.unit.exports.tables import MADE_AT, column, table
from vlms.exports.document import Document, Facts, Paragraph, Rows
from vlms.exports.pdf import write_pdf


def blocks_of(kind: str, count: int) -> list[Any]:
    lines = [(f"line {number}",) for number in range(count)]
    if kind == "rows":
        return [Rows(table([column("Name", 0)], lines))]
    if kind == "facts":
        return [Facts([("line", line) for (line,) in lines])]
    return [Paragraph(line) for (line,) in lines]


@pytest.mark.parametrize(("kind", "most"), [("rows", 33), ("facts", 33), ("paragraphs", 28)])
def test_no_page_is_empty_however_long_the_paper(kind: str, most: int) -> None:
    for count in range(most - 14, most):
        paper = Document("Codes", blocks_of(kind, count), MADE_AT, landscape=True)
        out = io.BytesIO()
        write_pdf(paper, out)
        pages = [page.extract_text() for page in PdfReader(out).pages]
        assert all("line" in page for page in pages), count
    # The control: the range went over the end of a page.
    assert len(pages) == 2
