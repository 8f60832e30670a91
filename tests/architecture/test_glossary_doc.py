"""docs/glossary.md explains every role and state that the product knows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

import pytest

from tests.support.sources import ROOT
from vlms.codes.models import Outcome
from vlms.codes.rules.shown_state import Shown
from vlms.core.permissions import Role
from vlms.jobs.models import JobState
from vlms.notices.models import MessageState
from vlms.orders.rules.order_clock import OrderState

ROW = re.compile(r"\| (?P<en>[^|]+) \| (?P<zh>[^|]+) \| (?P<meaning>[^|]+) \|")
NAMES = re.compile(r"`([a-z_0-9]+)`")


def rows() -> list[re.Match[str]]:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    return [row for line in text.splitlines() if (row := ROW.fullmatch(line))]


def unexplained(words: Iterable[StrEnum], explained: str) -> list[str]:
    names = set(NAMES.findall(explained))
    return [word.value for word in words if word.value not in names]


@pytest.mark.parametrize("words", [Role, OrderState, Shown, Outcome, JobState, MessageState])
def test_every_role_and_state_is_explained(words: type[StrEnum]) -> None:
    assert unexplained(words, "\n".join(row[0] for row in rows())) == []


def test_a_state_without_explanation_is_found() -> None:
    assert unexplained([OrderState.DRAFT, OrderState.PLACED], "| draft | 草稿 | `draft`: x |") == [
        "placed"
    ]


def test_every_word_has_both_languages_and_a_meaning_and_stands_once() -> None:
    words = [row["en"] for row in rows() if row["en"] != "English"]
    assert len(words) > 120
    assert all(row["zh"].strip() and row["meaning"].strip() for row in rows())
    # "reseller" and a few more are both a party and a role.
    twice = {word for word in words if words.count(word) > 1}
    assert twice == {"exam desk", "exam provider", "used"}
