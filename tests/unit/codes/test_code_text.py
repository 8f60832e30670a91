from __future__ import annotations

import contextlib
import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.codes.errors import BadCodeText
from vlms.codes.rules.check_symbols import POWERS, WORD_COUNT, is_word
from vlms.codes.rules.code_text import (
    ALPHABET,
    Profile,
    bytes_needed,
    display,
    groups,
    last_symbols,
    make_codes,
    mask,
    normalise,
    normalise_provided,
    read_typed,
    sample,
    strength,
)

CASES = json.loads(Path(__file__).with_name("normalise_cases.json").read_text())
CODES = st.binary(min_size=26, max_size=26).map(lambda chance: make_codes(chance)[0])
SPELLINGS = {"0": "0Oo０Ｏ", "1": "1IiLl１ｌ"}
GAPS = st.sampled_from(["", "", "-", " ", "–", "_", "\u200b", "\u3000"])


def symbols(code: str) -> list[int]:
    return [ALPHABET.index(symbol) for symbol in code]


@pytest.mark.parametrize(
    ("chance", "shown"),
    [
        (bytes(26), "0000-0000-0000-0000-0000-0000-0000"),
        (bytes(range(26)), "0123-4567-89AB-CDEF-GHJK-MNPQ-RSWX"),
        (bytes([31] * 26), "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZEE"),
        (bytes([255] * 26), "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZEE"),
    ],
)
def test_the_published_vectors_come_out(chance: bytes, shown: str) -> None:
    assert sample(chance) == [shown]


@given(st.binary(max_size=260).map(lambda chance: chance[: len(chance) // 26 * 26]))
def test_a_batch_gives_the_same_codes_as_one_by_one(chance: bytes) -> None:
    singly = [make_codes(chance[start : start + 26])[0] for start in range(0, len(chance), 26)]
    assert make_codes(chance) == singly


def test_bytes_that_do_not_divide_into_codes_are_refused() -> None:
    assert bytes_needed(3) == 78
    with pytest.raises(ValueError, match="26"):
        make_codes(bytes(27))


@given(CODES)
@settings(max_examples=10)
def test_every_single_substitution_is_noticed(code: str) -> None:
    word = symbols(code)
    assert is_word(word)
    for place in range(WORD_COUNT):
        for error in range(1, 32):
            wrong = [*word]
            wrong[place] ^= error
            assert not is_word(wrong)


@given(CODES)
def test_every_adjacent_swap_of_two_different_symbols_is_noticed(code: str) -> None:
    for place, (left, right) in enumerate(pairwise(code)):
        swapped = code[:place] + right + left + code[place + 2 :]
        assert is_word(symbols(swapped)) == (left == right)


@given(CODES, st.permutations(range(WORD_COUNT)), st.integers(1, 31), st.integers(1, 31))
def test_any_two_wrong_symbols_are_noticed(
    code: str, places: list[int], first: int, second: int
) -> None:
    wrong = symbols(code)
    wrong[places[0]] ^= first
    wrong[places[1]] ^= second
    assert not is_word(wrong)


def test_every_place_of_a_word_has_its_own_weight() -> None:
    assert len(set(POWERS)) == WORD_COUNT


@pytest.mark.parametrize(("typed", "code"), CASES["accepted"])
def test_a_code_is_read_however_it_is_written(typed: str, code: str) -> None:
    assert normalise(typed) == code


@pytest.mark.parametrize(("typed", "reason"), CASES["refused"])
def test_what_is_no_code_is_refused_with_its_reason(typed: str, reason: str) -> None:
    with pytest.raises(BadCodeText) as caught:
        normalise(typed)
    assert caught.value.reason == reason
    assert caught.value.field == "code"
    assert caught.value.way_out
    str(caught.value).encode("utf-8")


def test_a_bad_symbol_is_named_with_its_place_without_separators() -> None:
    with pytest.raises(BadCodeText, match=r"Symbol 6 of the code is “U”") as caught:
        normalise("0123-4u67")
    assert caught.value.facts == {"position": 6, "symbol": "U"}


@given(CODES, st.data())
@settings(max_examples=40)
def test_all_ways_to_write_a_code_mean_the_same_one(code: str, draw: st.DataObject) -> None:
    written = ""
    for symbol in code:
        forms = SPELLINGS.get(symbol, symbol + symbol.lower() + chr(ord(symbol) + 0xFEE0))
        written += draw.draw(st.sampled_from(forms)) + draw.draw(GAPS)
    assert normalise(written) == code


@given(CODES)
def test_reading_a_code_again_changes_nothing(code: str) -> None:
    assert normalise(code) == code == normalise(display(code)) == normalise_provided(code)


@given(CODES, CODES)
def test_two_different_codes_never_mean_the_same(one: str, other: str) -> None:
    assert (normalise(one) == normalise(other)) == (one == other)


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(typed: str) -> None:
    for read in (normalise, normalise_provided):
        with contextlib.suppress(BadCodeText):
            assert read(read(typed)) == read(typed)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("abcd-1234 olio", "ABCD1234OLIO"),
        ("ＡＢ１２", "AB12"),
        ("=A+1!", "=A+1!"),
        ("a" * 64, "A" * 64),
    ],
)
def test_a_providers_code_keeps_its_symbols(typed: str, code: str) -> None:
    assert normalise_provided(typed) == code


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "code_missing"),
        ("A-B-C", "code_too_short"),
        ("A" * 65, "code_too_long"),
        (" " * 257, "code_too_long"),
        ("ABCÉ", "code_bad_symbol"),
        ("考試券代碼", "code_bad_symbol"),
        ("ABCD\x00", "code_bad_symbol"),
    ],
)
def test_what_is_no_providers_code_is_refused(typed: str, reason: str) -> None:
    with pytest.raises(BadCodeText) as caught:
        normalise_provided(typed)
    assert caught.value.reason == reason


def test_a_text_of_unknown_profile_has_its_readings() -> None:
    own = read_typed("o123-4567-89ab-cdef-ghjk-mnpq-rswx")
    assert own.texts == ("0123456789ABCDEFGHJKMNPQRSWX", "O123456789ABCDEFGHJKMNPQRSWX")
    assert own.refusal is None
    foreign = read_typed("ABCD-EFGH-2345-6789")
    assert foreign.texts == ("ABCDEFGH23456789",)
    assert foreign.refusal is not None
    assert foreign.refusal.reason == "code_wrong_length"
    with pytest.raises(BadCodeText, match="missing"):
        read_typed("")


def test_a_code_is_shown_in_groups_and_masked_by_its_last_four() -> None:
    code = "0123456789ABCDEFGHJKMNPQRSWX"
    assert display(code) == "-".join(groups(code)) == "0123-4567-89AB-CDEF-GHJK-MNPQ-RSWX"
    assert display("ABCDEFGH23456789", Profile.PROVIDER) == "ABCDEFGH23456789"
    assert mask(last_symbols(code)) == "••••-…-••••-RSWX"


@pytest.mark.parametrize(
    ("code", "seen"), [("ABCD", "D"), ("ABCDEFGH", "GH"), ("ABCDEFGHIJKL", "IJKL")]
)
def test_of_a_short_code_most_stays_hidden(code: str, seen: str) -> None:
    assert last_symbols(code) == seen


def test_the_search_space_is_130_bits() -> None:
    assert (strength().bits, strength().data_symbols, strength().check_symbols) == (130, 26, 2)
