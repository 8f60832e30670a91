"""Reads docs/rules.md, the one text of the rules, for the page that messages link to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from vlms.core.language import Language
from vlms.resources import resource_path

_RULE = re.compile(r"\| \*\*(?P<number>[A-Z]\d+)\*\* \| (?P<en>.+?) \| (?P<zh>.+?) \|$")
_SECTION = re.compile(r"## (?P<en>.+?) / (?P<zh>.+)$")


@dataclass(frozen=True)
class Rule:
    number: str
    text: str


@dataclass(frozen=True)
class Section:
    title: str
    rules: tuple[Rule, ...]


@cache
def rule_sections(language: Language) -> tuple[Section, ...]:
    """The rules by section, in one language."""
    word = "en" if language is Language.ENGLISH else "zh"
    found: list[tuple[str, list[Rule]]] = []
    for line in resource_path("docs/rules.md").read_text("utf-8").splitlines():
        if section := _SECTION.match(line):
            found.append((section[word], []))
        elif (rule := _RULE.match(line)) and found:
            found[-1][1].append(Rule(rule["number"], rule[word]))
    return tuple(Section(title, tuple(rules)) for title, rules in found)
