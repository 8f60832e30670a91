"""PDF papers hold every text, whatever its characters, and QR symbols that scan."""

from __future__ import annotations

import io
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from tests.unit.exports.tables import MADE_AT, column, table
from vlms.core.errors import BadInput
from vlms.core.money import Money
from vlms.exports import pdf_table
from vlms.exports.document import (
    CodeCard,
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
from vlms.exports.fonts import REGULAR, printable, text_width, wrap
from vlms.exports.pdf import write_pdf
from vlms.exports.table import Column, Kind, Table, Total, TotalsDiffer

LONG_NAME = "Bartholomew Featherstonehaugh-Cholmondeley von Habsburg 臺灣大學資訊工程學系暨研究所"


def written(paper: Document | Table[Any]) -> bytes:
    out = io.BytesIO()
    write_pdf(paper, out)
    return out.getvalue()


def pages(paper: Document | Table[Any]) -> list[str]:
    reader = PdfReader(io.BytesIO(written(paper)))
    return [page.extract_text() for page in reader.pages]


def document(*blocks: Any, **more: Any) -> Document:
    return Document("Order form 訂購單", blocks, MADE_AT, **more)


def order_lines(count: int) -> Table[Any]:
    columns = [column("Name 姓名", 0), column("Sum", 1, Kind.MONEY)]
    rows = [(f"王小明 {n}", Money(n * 1000, "TWD")) for n in range(count)]
    return table(columns, rows, totals=[Total(columns[1])])


def card(number: int) -> CodeCard:
    return CodeCard(
        "MCP exam voucher 考試券",
        "最後使用日 2026/6/30（含當日，臺北時間 23:59）",
        claim_link=f"https://vlms.example.org/claim/{number:043d}",
        exam_families=["MCP", "MTA"],
        terms=["一經指派不得轉讓。"],
    )


def test_a_long_table_repeats_its_heading_and_numbers_its_pages() -> None:
    shown = pages(order_lines(120))
    assert len(shown) == 3
    for number, page in enumerate(shown, 1):
        assert f"Page {number} of 3" in page
        assert "Name 姓名" in page
        assert "Made at 2026-01-01 09:00 (Taipei time)" in page
    assert "王小明 119" in shown[2]
    assert "Total TWD" in shown[2]
    assert "7,140,000" in shown[2]


def test_a_table_that_is_too_wide_for_upright_paper_lies() -> None:
    wide = table([column(f"Heading {n}", 0) for n in range(14)], [("x" * 30,)])
    box = PdfReader(io.BytesIO(written(wide))).pages[0].mediabox
    assert box.width > box.height
    assert PdfReader(io.BytesIO(written(order_lines(1)))).pages[0].mediabox.height > 800


def test_every_block_is_on_the_paper() -> None:
    paper = document(
        Heading("Heading 標題"),
        Facts([("Organisation", LONG_NAME), ("Empty", "")]),
        Facts([]),
        Rows(order_lines(2)),
        Paragraph("A paragraph. 一段文字。"),
        Note("A note 備註"),
        Qr("https://vlms.example.org", "Scan 掃描"),
        PageBreak(),
        Paragraph("Second page"),
        number="ORD-1",
        marks=["Before tax 未稅"],
    )
    first, second = pages(paper)
    for part in ("Heading 標題", "研究所", "王小明 1", "一段文字。", "A note 備註", "Scan 掃描"):
        assert part in first
    assert "Second page" in second
    assert all("ORD-1" in page and "Before tax 未稅" in page for page in (first, second))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<b>O'Neil</b> & <para>", "<b>O'Neil</b> & <para>"),
        ("&lt;", "&lt;"),
        ("emoji 😀!", "emoji □!"),
        ("\u202edlo", "□dlo"),
        ("שלום", "□□□□"),
        ("نص", "□□"),
        ("e\u0301", "é"),
        ("nul\x00", "nul□"),
        ("\ud800", "□"),
        ("=1+1", "=1+1"),
    ],
)
def test_a_character_outside_the_font_prints_as_a_box(name: str, shown: str) -> None:
    assert printable(name) == shown
    assert shown in pages(document(Paragraph(name)))[0]
    assert shown in pages(table([column("Name", 0)], [(name,)]))[0]


@settings(max_examples=40, deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_no_text_breaks_a_paper(name: str) -> None:
    made = CodeCard(name, name, holder=name, code=name or "A", terms=[name])
    paper = Document(
        name,
        [Facts([(name, name)]), CodeCards([made]), Note(name)],
        MADE_AT,
        number=name,
        marks=[name],
    )
    assert written(paper).startswith(b"%PDF")


def test_a_cell_longer_than_a_page_is_cut_with_a_mark() -> None:
    columns: list[Column[Any]] = [column("Name", 0), column("Other", 0)]
    assert "…" in "".join(pages(table(columns, [("very long " * 3_000,)])))


def test_a_paragraph_longer_than_a_page_goes_on() -> None:
    shown = pages(document(Paragraph("長文。" * 5_000)))
    assert len(shown) > 2
    assert sum(page.count("長文。") for page in shown) > 4_000


def test_a_heading_stays_with_what_it_heads() -> None:
    for above in range(20, 60):
        paper = document(
            *[Paragraph("above")] * above, Heading("Heading of it"), Rows(order_lines(3))
        )
        (headed,) = [page for page in pages(paper) if "Heading of it" in page]
        assert "王小明 0" in headed.split("Heading of it")[1], above


def test_a_list_too_long_for_paper_is_refused() -> None:
    rows = [("x",)] * (pdf_table.ROW_LIMIT + 1)
    with pytest.raises(BadInput, match="at most") as refused:
        written(table([column("Name", 0)], rows))
    assert refused.value.way_out is not None


def test_a_promised_total_is_held_on_paper_too() -> None:
    amount = column("Sum", 0, Kind.MONEY)
    wrong = table([amount], [(Money(5, "TWD"),)], totals=[Total(amount, (Money(6, "TWD"),))])
    with pytest.raises(TotalsDiffer):
        written(wrong)


def test_an_empty_table_has_its_heading() -> None:
    assert "Name" in pages(table([column("Name", 0)], []))[0]


def test_fonts_are_embedded_as_subsets() -> None:
    body = written(document(Paragraph("王小明")))
    assert b"+NotoSansTC" in body
    assert b"FontFile2" in body
    assert len(body) < 60_000


def test_the_same_document_gives_the_same_bytes() -> None:
    assert written(order_lines(3)) == written(order_lines(3))


def test_papers_written_at_the_same_time_do_not_mix_their_fonts() -> None:
    names = ["天地玄黃", "宇宙洪荒", "日月盈昃", "辰宿列張", "寒來暑往", "秋收冬藏"]
    papers = [document(Paragraph(name)) for name in names]
    with ThreadPoolExecutor(4) as pool:
        shown = list(pool.map(pages, papers))
    for name, page in zip(names, shown, strict=True):
        assert name in page[0]


def test_a_card_shows_a_code_or_a_link_and_never_both() -> None:
    with pytest.raises(ValueError, match="C8"):
        CodeCard("t", "d", code="A", claim_link="https://x")
    with pytest.raises(ValueError, match="C8"):
        CodeCard("t", "d")


def test_the_holders_sheet_shows_the_code_and_the_last_day() -> None:
    own = CodeCard("MCP 考試券", "Last day 2026-06-30", holder=LONG_NAME, code="A7K9-3MXQ-P2WT")
    page = pages(document(CodeCards([own], across=1)))[0]
    for part in ("A7K9-3MXQ-P2WT", "Last day 2026-06-30", "研究所"):
        assert part in page


@pytest.mark.skipif(not shutil.which("pdftoppm"), reason="needs pdftoppm (poppler-utils)")
def test_ten_claim_symbols_of_a_page_scan(tmp_path: Path) -> None:
    cards = [card(number) for number in range(10)]
    (tmp_path / "sheet.pdf").write_bytes(written(document(CodeCards(cards))))
    command = ["pdftoppm", "-r", "110", "-gray", "-png", "sheet.pdf", "page"]
    subprocess.run(command, cwd=tmp_path, check=True)
    (image,) = tmp_path.glob("page*.png")
    with Image.open(image) as page:
        found = {symbol.text for symbol in zxingcpp.read_barcodes(page)}
    assert found == {made.claim_link for made in cards}


@settings(max_examples=100, deadline=None)
@given(
    st.text("ab，。（「王小明 -😀\n", max_size=60).map(printable),
    st.floats(min_value=20, max_value=200),
)
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, width: float) -> None:
    lines = wrap(text, REGULAR, 10, width)
    assert all(text_width(line.rstrip(), REGULAR, 10) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_no_line_begins_with_a_closing_mark() -> None:
    text = "本訂單依合約，按月比例計價。「未稅」" * 10
    for width in range(60, 200, 7):
        assert not [n for n in wrap(text, REGULAR, 10, width) if n[:1] in "，。」"]
