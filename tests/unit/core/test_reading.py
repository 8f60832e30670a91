"""What people type: read as it is meant, or refused with the field and a way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlms.core import reading
from vlms.core.errors import BadInput
from vlms.core.text import Text

FIELD = Text("Field")
COUNT = reading.read_whole(1, 999_999)
LINE = reading.read_text(20)

READ: list[tuple[Callable[[str, Text], Any], str, Any]] = [
    (COUNT, " 10 ", 10),
    (reading.read_unit_price, "120.0125", Decimal("120.0125")),
    (reading.read_unit_price, "0", Decimal(0)),
    (reading.read_currency, "TWD", "TWD"),
    (reading.read_day, "2028-02-29", date(2028, 2, 29)),
    (reading.read_day, "2026/6/30", date(2026, 6, 30)),
    (reading.read_email, " Ann.Lee@Contoso.Example ", "ann.lee@contoso.example"),
    (reading.read_email, "a@例子.example", "a@xn--fsqu00a.example"),
    (reading.read_zone, "Asia/Taipei", "Asia/Taipei"),
    (reading.read_country, "TW", "TW"),
    (LINE, "  王小明 🎓 ", "王小明 🎓"),
    (LINE, "مرحبا", "مرحبا"),
    (LINE, "=cmd()", "=cmd()"),
    (LINE, "e\u0301", "\u00e9"),
    (reading.optional(COUNT), "  ", None),
]

REFUSED: list[tuple[Callable[[str, Text], Any], str]] = [
    *((COUNT, typed) for typed in ("", "0", "-1", "1000000000", "1.0", "1e3", "１０", "1 0", "٣")),
    *(
        (reading.read_unit_price, typed)
        for typed in ("-1", "1.23456", "1,000", "NaN", "1e5", "Infinity", "１２０", "")
    ),
    *((reading.read_currency, typed) for typed in ("usd", "XXX", "US", "$", "")),
    *(
        (reading.read_day, typed)
        for typed in ("2026-02-29", "2026-13-01", "2026/6-1", "1/2/2026", "20260101", "0000-01-01")
    ),
    *(
        (reading.read_email, typed)
        for typed in (
            "ann",
            "ann@",
            "@a.example",
            "a b@c.example",
            "a@b\n.example",
            "a@b@c.example",
        )
    ),
    *((reading.read_zone, typed) for typed in ("CST", "Mars/Olympus", "../etc", "")),
    *((reading.read_country, typed) for typed in ("tw", "ZZ", "TWN", "")),
    *((LINE, typed) for typed in ("", " ", "x" * 21, "a\u202eb", "a\u200bb", "a\x00b", "\ud800")),
]


@pytest.mark.parametrize(("reader", "typed", "meant"), READ)
def test_what_is_typed_rightly_is_read(
    reader: Callable[[str, Text], Any], typed: str, meant: object
) -> None:
    assert reader(typed, FIELD) == meant


@pytest.mark.parametrize(("reader", "typed"), REFUSED)
def test_what_cannot_be_read_is_refused_with_the_field_and_a_way_out(
    reader: Callable[[str, Text], Any], typed: str
) -> None:
    with pytest.raises(BadInput) as refused:
        reader(typed, FIELD)
    assert "Field" in str(refused.value.sentence)
    assert refused.value.way_out is not None
    assert all(c.isprintable() for c in str(refused.value))


def test_full_width_digits_are_shown_as_they_should_be_typed() -> None:
    with pytest.raises(BadInput) as refused:
        COUNT("１０", FIELD)
    assert '"10"' in str(refused.value.way_out)


def test_a_moment_that_the_clocks_leave_out_is_refused() -> None:
    read = reading.read_moment("America/Los_Angeles")
    assert read("2026-03-07T02:30", FIELD).utcoffset() is not None
    with pytest.raises(BadInput):
        read("2026-03-08T02:30", FIELD)


def test_a_moment_that_comes_twice_is_the_first() -> None:
    read = reading.read_moment("America/Los_Angeles")
    moment = read("2026-11-01T01:30", FIELD)
    offset = moment.utcoffset()
    assert offset is not None
    assert offset.total_seconds() == -7 * 3600


@pytest.mark.parametrize(
    ("one", "other"), [("ß", "SS"), ("ﬃ", "FFI"), ("K", "k"), ("ｗａｎｇ", "WANG"), ("a  b", "A B")]
)
def test_two_ways_of_writing_a_name_are_looked_up_alike(one: str, other: str) -> None:
    assert reading.search_key(one) == reading.search_key(other)


@given(st.text())
def test_no_text_whatever_breaks_a_reader(typed: str) -> None:
    for reader in (COUNT, LINE, reading.read_unit_price, reading.read_day, reading.read_email):
        try:
            reader(typed, FIELD)
        except BadInput as refused:
            assert str(refused)  # noqa: PT017 (any other exception fails the test)
