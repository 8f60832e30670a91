"""People as somebody pastes them: one a line, from mail programs and sheets."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.giving.rules.handouts import Entry
from vlms.giving.rules.pasted_lines import looks_like_a_table, read_pasted


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("ann@contoso.example", Entry(1, "ann@contoso.example")),
        ("Ann Lee <ann@contoso.example>", Entry(1, "ann@contoso.example", "Ann Lee")),
        ('"Lee, Ann" <ann@contoso.example>;', Entry(1, "ann@contoso.example", "Lee, Ann")),
        ("王小明\twang@contoso.example\tE-17", Entry(1, "wang@contoso.example", "王小明", "E-17")),
        ("E-17，王小明", Entry(1, "", "王小明", "E-17")),
        ("ann.contoso.example", Entry(1, "ann.contoso.example")),
        ("Ann Lee", Entry(1, "", "Ann Lee")),
        ("S1234", Entry(1, "", "", "S1234")),
    ],
)
def test_a_line_is_read_as_it_was_meant(line: str, entry: Entry) -> None:
    assert read_pasted(line) == [entry]


def test_empty_lines_count_but_name_nobody() -> None:
    found = read_pasted("\nann@contoso.example\n\n ,\nben@contoso.example")
    assert [each.line for each in found] == [2, 5]


@pytest.mark.parametrize(
    ("text", "is_table"),
    [
        ("Name,E-mail\nAnn,ann@contoso.example", True),
        ("姓名\t電子郵件\n王小明\twang@contoso.example", True),
        ("ann@contoso.example,Ann", False),
        ("E-17,王小明", False),
        ("Ann Lee", False),
        ("", False),
    ],
)
def test_a_heading_is_told_from_a_person(text: str, is_table: bool) -> None:
    assert looks_like_a_table(text) is is_table


@pytest.mark.parametrize("sign", [" ", '"', "<", ">", "a<b>", ",", "\t"])
def test_a_very_long_line_is_read_at_once(sign: str) -> None:
    begun = process_time()
    assert read_pasted(sign * 20_000 + "x" + sign * 20_000 + "y")
    assert process_time() - begun < 1


@settings(max_examples=100)
@given(st.text(max_size=200))
def test_whatever_is_pasted_becomes_lines_in_order(text: str) -> None:
    lines = [each.line for each in read_pasted(text)]
    assert lines == sorted(set(lines))
