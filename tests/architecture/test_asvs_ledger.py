"""docs/security/asvs.md has every row of ASVS 5.0 at levels 1 and 2; what it names is there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache

from tests.support.sources import ROOT

LEDGER = ROOT / "docs" / "security" / "asvs.md"
# How many rows each chapter of the standard has at levels 1 and 2.
CHAPTERS = {1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29}
CHAPTERS |= {11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16, 17: 7}
ROW = re.compile(r"\| (\d+)\.(\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \|")
TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
DOCUMENT = re.compile(r"\]\(([^)#]+)(?:#([\w-]+))?\)")
SUMMARY = re.compile(
    r"Of (\d+) rows a test holds (\d+), a document (\d+); (\d+) do not apply; (\d+) are open"
)


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of the tests of a file; none where there is no such file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef))


def headings(path: str) -> set[str]:
    """The anchors of a document's headings."""
    text = (LEDGER.parent / path).read_text(encoding="utf-8")
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def kind_of(held_by: str) -> str:
    """Whether a test, a document, or a reason stands for a row; "" for nothing."""
    if TEST.search(held_by):
        return "test"
    if DOCUMENT.search(held_by):
        return "document"
    found = re.match(r"(does not apply|\*\*open\*\*): \S", held_by)
    return found.group(1).strip("*") if found else ""


def faults(held_by: str) -> list[str]:
    """What is wrong with what a row names."""
    wrong = [] if kind_of(held_by) else [f"holds nothing: {held_by}"]
    wrong += [f"{p}::{name}" for p, name in TEST.findall(held_by) if name not in names_in(p)]
    for path, heading in DOCUMENT.findall(held_by):
        there = (LEDGER.parent / path).is_file()
        if not there or (heading and heading not in headings(path)):
            wrong.append(f"{path}#{heading}")
    return wrong


def rows() -> list[tuple[str, ...]]:
    return ROW.findall(LEDGER.read_text(encoding="utf-8"))


def test_every_row_stands_once_with_its_level() -> None:
    found = rows()
    assert len({(chapter, number) for chapter, number, *_ in found}) == len(found) == 253
    assert Counter(int(row[0]) for row in found) == CHAPTERS
    assert Counter(row[2] for row in found) == {"1": 70, "2": 183}


def test_whatever_a_row_names_is_there() -> None:
    assert [fault for *_, held_by in rows() for fault in faults(held_by)] == []


def test_the_sum_at_the_top_is_that_of_the_rows() -> None:
    summary = SUMMARY.search(LEDGER.read_text(encoding="utf-8"))
    count = Counter(kind_of(row[4]) for row in rows())
    kinds = ("test", "document", "does not apply", "open")
    assert summary is not None
    assert [int(n) for n in summary.groups()] == [len(rows()), *(count[kind] for kind in kinds)]


def test_a_row_that_names_nothing_or_what_is_not_there_is_found() -> None:
    assert faults("")
    assert faults("**open**:")
    assert faults("`tests/architecture/test_asvs_ledger.py::test_that_is_not_there`")
    assert faults("`tests/test_nowhere.py::test_rows`")
    assert faults("[operations](../nowhere.md)")
    assert faults("[operations](../operations.md#no-such-heading)")
    assert faults("[operations](../operations.md#behind-tls)") == []
