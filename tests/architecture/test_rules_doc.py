"""docs/rules.md holds every rule that the product cites, in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import groupby

import pytest

from tests.support.sources import ROOT, product_sources, strings
from vlms.core.language import Language
from vlms.insights.rules_page import rule_sections

NUMBER = re.compile(r"[OPCARKMGD]\d{1,2}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Words of other regions, or taken for something else here.
FOREIGN_WORDS = ("用戶", "管理器", "支持", "渠道", "續訂", "訂閱期", "默認", "信息", "文件夾")
DOCUMENT = ROOT / "docs" / "rules.md"


def rules(language: Language) -> dict[str, str]:
    """The text of each rule by its number, as the page shows it."""
    return {rule.number: rule.text for section in rule_sections(language) for rule in section.rules}


def cited_in_code(tree: ast.Module) -> set[str]:
    """The rule numbers that a module passes on as texts."""
    return {text for text in strings(tree) if NUMBER.fullmatch(text)}


def cited_in_template(text: str) -> set[str]:
    """The rule numbers that a template writes."""
    return set(re.findall(rf"\b({NUMBER.pattern})\b", text))


def all_cited() -> Iterator[tuple[str, str]]:
    """(where, number) of every citation."""
    for path, tree in product_sources().items():
        yield from ((path, number) for number in cited_in_code(tree))
    for page in sorted((ROOT / "templates").rglob("*")):
        if page.is_file():
            cited = cited_in_template(page.read_text(encoding="utf-8"))
            yield from ((page.name, number) for number in cited)


@pytest.mark.parametrize("language", list(Language))
def test_every_rule_that_is_cited_can_be_looked_up(language: Language) -> None:
    known = rules(language)
    assert [(where, number) for where, number in all_cited() if number not in known] == []


def test_citations_are_found_in_code_and_templates() -> None:
    tree = ast.parse('"""Docs name C2."""\nraise Refused("Q1" "", rule="O99", asks=("K9",))')
    assert cited_in_code(tree) == {"O99", "K9"}
    assert cited_in_template('{{ page.rule("P2") }} {{ rule("M9") }} H1 XM1') == {"P2", "M9"}
    assert {number for _where, number in all_cited()} >= {"O1", "P2", "C2", "C6", "A1"}


def test_every_line_of_the_document_that_looks_like_a_rule_is_read_as_one() -> None:
    rows = [line for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("| **")]
    assert all(line.count("|") == 4 for line in rows)
    assert len(rows) == len(rules(Language.ENGLISH)) == len(rules(Language.TRADITIONAL_CHINESE))


def test_rules_are_numbered_without_gaps() -> None:
    numbers = list(rules(Language.ENGLISH))
    for letter, group in groupby(numbers, key=lambda number: number[0]):
        found = list(group)
        assert found == [f"{letter}{count}" for count in range(1, len(found) + 1)]


def test_each_text_is_in_its_own_language() -> None:
    assert [n for n, text in rules(Language.ENGLISH).items() if CHINESE.search(text)] == []
    chinese = rules(Language.TRADITIONAL_CHINESE)
    assert [n for n, text in chinese.items() if len(CHINESE.findall(text)) < 20] == []
    assert [(n, w) for n, text in chinese.items() for w in FOREIGN_WORDS if w in text] == []


@pytest.mark.parametrize("number", ["P1", "O3", "C2", "C3", "C5", "M1"])
def test_rules_that_reckon_have_a_worked_example(number: str) -> None:
    assert "<br>Example" in rules(Language.ENGLISH)[number]
    assert "<br>範例" in rules(Language.TRADITIONAL_CHINESE)[number]
