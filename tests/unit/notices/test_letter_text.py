"""An organisation's wording: checked placeholders, plain text, no code, no header."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlms.core.errors import BadInput
from vlms.notices.kinds import KINDS
from vlms.notices.rules.letter_text import (
    LETTERS,
    Placeholder,
    Wording,
    check_wording,
    fill,
)

GOOD = "Hello {name},\n\n{link}\n"
CLAIM = "code_assigned"


def refusal(**changes: str) -> BadInput:
    wording = Wording(**{"subject": "A code", "text": GOOD, **changes})
    with pytest.raises(BadInput) as raised:
        check_wording(CLAIM, wording)
    return raised.value


@pytest.mark.parametrize("template", LETTERS)
def test_what_may_be_worded_is_a_kind_and_needs_its_link(template: str) -> None:
    assert template in KINDS
    needed = [each.name for each in LETTERS[template] if each.is_needed]
    assert "link" in needed
    text = " ".join(each.written for each in LETTERS[template])
    check_wording(template, Wording("Subject", text, "Yours, {organisation}", "Contoso"))


def test_the_link_may_not_be_left_out() -> None:
    found = refusal(text="Hello {name}")
    assert found.field == "text"
    assert "{link}" in str(found.sentence)


@pytest.mark.parametrize("field", ["subject", "text", "signature"])
def test_unknown_placeholders_are_all_named_in_their_field(field: str) -> None:
    found = refusal(**{field: "{link} {code} {Name} {facts.path} {0} {}"})
    assert found.field == field
    for name in ("{code}", "{Name}", "{facts.path}", "{0}", "{}"):
        assert name in str(found.sentence)
    assert "{name}" in str(found.way_out)


def test_a_link_stands_in_the_text_alone() -> None:
    assert refusal(subject="Open {link}").field == "subject"
    assert refusal(signature="{link}").field == "signature"


@pytest.mark.parametrize("text", ["ABCD-2345-EFGH-6789", "9F3K2L7Q8W1E5R6T"])
def test_what_looks_like_a_code_is_refused(text: str) -> None:
    assert refusal(text=f"{GOOD}{text}").rule == "C8"
    assert refusal(subject=text).rule == "C8"


@pytest.mark.parametrize("text", ["0800-1234-5678", "2026-2027", "MS-900", "CONTOSO-WEST-TEAM"])
def test_what_only_resembles_one_is_let_through(text: str) -> None:
    check_wording(CLAIM, Wording("A code", f"{GOOD}{text}"))


@pytest.mark.parametrize("line", ["Hi\r\nBcc: all@x.example", "Hi\nBcc: a@x.example", "\r", "  "])
@pytest.mark.parametrize("field", ["subject", "reply_name"])
def test_a_header_begins_no_other(field: str, line: str) -> None:
    assert refusal(**{field: line}).field == field


@pytest.mark.parametrize("unseen", ["\x00", "\u202e", "\u200b", "\x1b"])
@pytest.mark.parametrize("field", ["subject", "text", "signature", "reply_name"])
def test_invisible_characters_are_refused(field: str, unseen: str) -> None:
    assert (
        refusal(**{field: f"{{link}}{unseen}" if field == "text" else f"a{unseen}"}).field == field
    )


def test_too_long_is_refused_in_its_field() -> None:
    assert refusal(text=GOOD + "x" * 5000).field == "text"
    assert refusal(subject="x" * 201).field == "subject"
    assert refusal(reply_name="x" * 101).field == "reply_name"
    assert refusal(signature="x" * 501).field == "signature"


def test_what_a_value_holds_in_braces_is_not_filled_in_again() -> None:
    assert fill("{name} {link}", {"name": "{link}", "link": "L"}) == "{link} L"


def test_template_signs_mean_nothing() -> None:
    text = "{{ config }} {% raw %} %(name)s ${x}"
    assert fill(text, {"name": "Ann"}) == text


@given(st.text(max_size=60), st.text(max_size=20))
def test_filling_changes_nothing_but_what_is_known(text: str, value: str) -> None:
    known = Placeholder("name", "").written  # type: ignore[arg-type]
    assert fill(text.replace("{", ""), {"name": value}) == text.replace("{", "")
    assert fill(known, {"name": value}) == value
