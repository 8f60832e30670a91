"""Where a text names somebody: whole names and addresses, never a part of another's (D1)."""

from __future__ import annotations

import re

import pytest

from vlms.core.language import Language
from vlms.core.tokens import new_id
from vlms.privacy.rules.naming import (
    Named,
    is_neutral,
    is_telling,
    names_somebody,
    neutral_address,
    neutral_word,
    rewritten,
)

GONE = "nobody@erased.invalid"


def named(*names: str, addresses: str = "", numbers: str = "") -> Named:
    return Named(
        frozenset(names),
        frozenset(addresses.split()),
        frozenset(numbers.split()),
        "Erased person 1A2B",
        GONE,
    )


OTHERS = [
    ("ann@x.example", "joann@x.example"),
    ("ann@x.example", "jo.ann@x.example and jo-ann@x.example, ann+ann@x.example"),
    ("ann@x.example", "o'ann@x.example"),
    ("ann@x.example", "ann@x.example.com, ann@x.example-shop.com, ann@x.examples"),
    ("mike@x.example", "mıke@x.example"),
    ("王小", "王小明"),
    ("小明", "王小明"),
    ("Amy Chen", "Amy Chenault, Mary-Amy Chen, Amy Chen-Lee, j.amy chen"),
    ("Jose", "Jose\u0301"),
    ("葛", "葛\U000e0100"),
    ("Ann", "ann@y.example, x@ann.example"),
]


def everywhere(text: str, who: Named) -> str:
    """The twin without boundaries."""
    for needle in (*who.names, *who.addresses):
        text = text.lower().replace(needle.lower(), "erased")
    return text


@pytest.mark.parametrize(("mine", "text"), OTHERS)
def test_nobody_elses_name_or_address_is_part_of_a_match(mine: str, text: str) -> None:
    who = named(addresses=mine) if "@" in mine else named(mine)
    assert rewritten(text, who, own=True) == text


def test_the_twin_without_boundaries_hits_others() -> None:
    hit = [
        text
        for mine, text in OTHERS
        if everywhere(text, named(addresses=mine) if "@" in mine else named(mine)) != text.lower()
    ]
    # All but the letter that only looks like another.
    assert len(hit) == len(OTHERS) - 1


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("Amy Chen", "Erased person 1A2B"),
        ("asked by AMY CHEN.", "asked by Erased person 1A2B."),
        ("(Amy Chen's)", "(Erased person 1A2B's)"),
        ("王小明 Amy Chen，王小", "王小明 Erased person 1A2B，Erased person 1A2B"),
        ("mail Ann@X.example, twice: <ann@x.example>.", f"mail {GONE}, twice: <{GONE}>."),
        ("S-4711", "Erased person 1A2B"),
        ("S-47115 and S-4711", "S-47115 and S-4711"),
    ],
)
def test_in_their_own_rows_names_addresses_and_whole_numbers_go(text: str, after: str) -> None:
    who = named("Amy Chen", "王小", addresses="ann@x.example", numbers="S-4711")
    assert rewritten(text, who, own=True) == after
    assert rewritten({"a": [text, 1]}, who, own=True) == {"a": [after, 1]}


def test_in_texts_of_others_an_address_alone_goes() -> None:
    who = named("Amy Chen", addresses="ann@x.example", numbers="S-4711")
    assert rewritten(["Amy Chen", "S-4711"], who, own=False) == ["Amy Chen", "S-4711"]
    assert rewritten("Amy Chen, ann@x.example", who, own=False) == f"Amy Chen, {GONE}"


@pytest.mark.parametrize("name", ["@", "..", "12", "A", "a@b", "", "字"])
def test_signs_and_single_letters_are_no_names_to_look_for(name: str) -> None:
    assert not is_telling(name)
    assert all(map(is_telling, ("Al", "王小", "Amy Chen")))


def test_a_reason_that_names_them_is_seen() -> None:
    who = named("Amy Chen", "王小明", addresses="ann@x.example")
    assert all(names_somebody(text, who) for text in ("amy chen!", "應王小明要求", "ANN@x.example"))
    assert not any(names_somebody(text, who) for text in ("Amy Chenault", "They asked", "王小"))


def test_what_stands_there_afterwards_reaches_nobody() -> None:
    key = new_id()
    assert neutral_word(key, Language.TRADITIONAL_CHINESE).startswith("已清除的人員 ")
    assert is_neutral(neutral_address(key))
    assert not is_neutral("ann@x.example")


def test_no_pattern_keeps_an_erased_name_in_memory() -> None:
    who = named("Zoe Quirk", addresses="zoe@x.example")
    assert rewritten("Zoe Quirk, zoe@x.example", who, own=True) == f"{who.word}, {GONE}"
    assert "quirk" not in str(vars(re)["_cache"]).lower()
    # What is made a pattern of is kept there.
    re.compile("Zoe Quirk")
    assert "quirk" in str(vars(re)["_cache"]).lower()
    re.purge()
