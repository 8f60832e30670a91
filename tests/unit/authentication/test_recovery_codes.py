"""Recovery codes as they are made, printed and typed."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlms.authentication.rules.recovery_codes import COUNT, make_codes, plain_code, shown


def test_ten_are_made_that_all_differ_and_can_be_read_aloud() -> None:
    codes = make_codes(os.urandom)
    assert len(set(codes)) == COUNT == 10
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}", c) for c in codes)


def test_a_double_is_made_anew() -> None:
    numbers = count()
    codes = make_codes(lambda length: bytes([next(numbers) // 2] * length))
    assert len(set(codes)) == COUNT


def test_every_byte_makes_a_symbol_and_none_is_likelier() -> None:
    """256 is a multiple of the 32 symbols."""
    symbols = Counter(plain_symbol(byte) for byte in range(256))
    assert len(symbols) == 32
    assert set(symbols.values()) == {8}


def plain_symbol(byte: int) -> str:
    others = count()
    codes = make_codes(lambda length: bytes([byte]) + next(others).to_bytes(length - 1, "big"))
    return codes[0][0]


@pytest.mark.parametrize("off", [str.lower, lambda c: c.replace("-", " "), lambda c: f" {c}\n"])
def test_case_and_separators_do_not_matter(off: Callable[[str], str]) -> None:
    code = make_codes(os.urandom)[0]
    assert plain_code(off(code)) == code.replace("-", "")


def test_letters_that_look_like_digits_are_read_as_these() -> None:
    assert plain_code("oOiI-lLAA-AAAA") == "001111AAAAAA"


@pytest.mark.parametrize("typed", ["", "AAAA", "AAAA-AAAA-AAAU", "AAAA-AAAA-AAAA-A", "代碼"])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert plain_code(typed) is None


@given(st.text())
def test_reading_twice_is_reading_once(text: str) -> None:
    plain = plain_code(text)
    if plain is not None:
        assert plain_code(shown(plain)) == plain
