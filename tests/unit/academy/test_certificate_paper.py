"""Certificates as PDF: names in both scripts, long texts, every layout; nothing overlaps."""

from __future__ import annotations

import io
import itertools
from datetime import date

import pytest
from pypdf import PdfReader

from tests.support.making_certificates import picture
from vlms.academy.exports.certificate_layouts import LAYOUTS
from vlms.academy.exports.certificate_words import chinese_day
from vlms.academy.exports.certificates import Look, Paper, write_certificates
from vlms.academy.layout_keys import LAYOUT_WORDS

LINK = "https://vlms.example/certificates/abcdefghijklmnopqrstuv"
LONG_ZH = "國立示範科技大學附設高級工業職業進修學校暨推廣教育中心" * 3
LONG_EN = "Introduction to the Administration of Distributed Databases " * 3


def paper(layout: str = "classic", **facts: object) -> Paper:
    pictured = Look(layout, "林文山", "院長 Dean", picture(), picture(200, 80))
    return Paper(
        **{
            "number": "C-2026-000001",
            "name": "王小明",
            "latin_name": "WANG, HSIAO-MING",
            "institution_name": "示範大學",
            "latin_institution_name": "Demo University",
            "school_name": "管理學院",
            "latin_school_name": "School of Management",
            "title_en": "Data analysis",
            "title_zh": "資料分析",
            "hours": 36,
            "completed_on": date(2026, 3, 2),
            "link": LINK,
            "look": pictured,
            **facts,
        }  # type: ignore[arg-type]
    )


def pages(*papers: Paper) -> list[str]:
    out = io.BytesIO()
    write_certificates(papers, out)
    return [page.extract_text() for page in PdfReader(out).pages]


def boxes(one: Paper) -> list[tuple[float, float, float]]:
    """Where each line of text begins, and its size: x, y, points."""
    out = io.BytesIO()
    write_certificates([one], out)
    found: list[tuple[float, float, float]] = []

    def hear(text: str, _cm: object, matrix: list[float], _font: object, size: float) -> None:
        if text.strip():
            found.append((matrix[4], matrix[5], size))

    PdfReader(out).pages[0].extract_text(visitor_text=hear)
    return found


def test_every_layout_has_a_name_to_choose_it_by() -> None:
    assert LAYOUTS.keys() == LAYOUT_WORDS.keys()
    assert len(LAYOUTS) >= 3


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_paper_says_all_that_is_certified(layout: str) -> None:
    (text,) = pages(paper(layout))
    for told in (
        "王小明",
        "WANG, HSIAO-MING",
        "示範大學",
        "Demo University",
        "管理學院",
        "School of Management",
        "資料分析",
        "Data analysis",
        "36",
        "2026 年 3 月 2 日",
        "2 March 2026",
        "C-2026-000001",
        "林文山",
        "結業證書",
    ):
        assert told in text, (layout, told)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("is_long", [False, True])
def test_no_line_stands_on_another_one(layout: str, is_long: bool) -> None:
    long = {
        "name": LONG_ZH[:60],
        "latin_name": LONG_EN[:120],
        "institution_name": LONG_ZH[::-1],
        "latin_institution_name": LONG_EN,
        "school_name": LONG_ZH,
        "latin_school_name": LONG_EN,
        "title_zh": LONG_ZH,
        "title_en": LONG_EN,
    }
    found = sorted(boxes(paper(layout, **(long if is_long else {}))), key=lambda box: -box[1])
    body = [box for box in found if box[1] > LAYOUTS[layout].body[1]]
    assert len(body) >= 10
    for (_x, upper, _size), (_x2, lower, size) in itertools.pairwise(body):
        assert upper - lower >= size * 0.95 or abs(upper - lower) < 0.01, (layout, upper, lower)
    assert min(size for _x, _y, size in body) >= 4.5


def test_a_class_is_one_file_with_a_page_each() -> None:
    papers = [paper(number=f"C-2026-{n:06d}") for n in range(1, 31)]
    found = pages(*papers)
    assert len(found) == 30
    assert "C-2026-000030" in found[-1]


def test_pictures_that_pages_share_are_kept_once() -> None:
    one, many = io.BytesIO(), io.BytesIO()
    write_certificates([paper()], one)
    write_certificates([paper()] * 20, many)
    images = [
        obj
        for page in PdfReader(many).pages
        for obj in page["/Resources"]["/XObject"].values()  # type: ignore[index]
    ]
    assert len({repr(image.indirect_reference) for image in images}) <= 5


def test_nothing_to_certify_makes_no_file() -> None:
    with pytest.raises(ValueError, match="no certificate"):
        write_certificates([], io.BytesIO())


def test_years_are_those_of_the_republic_where_it_is_wished() -> None:
    assert chinese_day(date(2026, 3, 2), has_roc_years=True) == "民國 115 年 3 月 2 日"
    assert chinese_day(date(2026, 3, 2), has_roc_years=False) == "2026 年 3 月 2 日"


def test_a_name_in_latin_letters_alone_stands_once() -> None:
    (text,) = pages(paper(name="John Smith", latin_name="John Smith"))
    assert text.count("John Smith") == 1


def test_a_school_that_bears_its_institutions_name_says_it_once() -> None:
    (text,) = pages(paper(school_name="示範大學管理學院"))
    assert text.count("示範大學") == 1
    (of_the_first_release,) = pages(paper(institution_name="", latin_institution_name=""))
    assert "大學" not in of_the_first_release


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("latin_name", ["", "WANG, HSIAO-MING"])
def test_what_follows_a_name_keeps_its_distance(layout: str, latin_name: str) -> None:
    """As far as the words before it, whether the name stands in one script or in two."""
    found = sorted({y: size for _x, y, size in boxes(paper(layout, latin_name=latin_name))}.items())
    by_size = [size for _y, size in reversed(found)]
    levels = [y for y, _size in reversed(found)]
    name = by_size.index(max(by_size[6:]), 6)
    after = name + 2 if latin_name else name + 1
    # From the last line of the name down to the top of the next.
    assert levels[after - 1] - levels[after] - by_size[after] >= 5
