from __future__ import annotations

from collections.abc import Collection
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlms.codes.rules.list_columns import Columns, guess_columns
from vlms.codes.rules.provider_list import Analysis, Row, analyse

GOOD = "ABCD-EFGH-2345-67{:02}"


def an_index(text: str) -> bytes:
    return b"key of " + text.encode()


def rows_of(*texts: str) -> list[Row]:
    return [Row(number, text) for number, text in enumerate(texts, start=2)]


def analysed(rows: list[Row], *held: str, expected: int | None = None) -> Analysis:
    keys = {an_index(text) for text in held}
    return analyse(rows, an_index, lambda asked: keys.intersection(asked), expected_count=expected)


def test_each_row_is_new_double_held_or_malformed_by_its_number() -> None:
    found = analysed(
        rows_of("AAAA-1111", "aaaa 1111", "BBBB-2222", "", "CC", "ÄÄÄÄ-1111", "CCCC3333"),
        "BBBB2222",
        expected=2,
    )
    assert [(code.row_number, code.text) for code in found.new] == [
        (2, "AAAA1111"),
        (8, "CCCC3333"),
    ]
    assert [(double.row_number, double.first_row_number) for double in found.doubles] == [(3, 2)]
    assert found.already_held == (4,)
    assert [(bad.row_number, bad.refusal.reason) for bad in found.malformed] == [
        (5, "code_missing"),
        (6, "code_too_short"),
        (7, "code_bad_symbol"),
    ]
    assert found.surplus == 0
    assert not found.is_clean


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        (None, None),
        (3, None),
        (2, "The file has 1 code more than expected."),
        (1, "The file has 2 codes more than expected."),
        (4, "The file has 1 code fewer than expected."),
        (9, "The file has 6 codes fewer than expected."),
    ],
)
def test_too_many_and_too_few_are_counted(expected: int | None, words: str | None) -> None:
    found = analysed(rows_of("AAAA1", "AAAA2", "AAAA3"), expected=expected)
    sentence = found.count_sentence()
    assert (sentence and str(sentence)) == words
    assert found.is_clean is (words is None)


def test_a_number_that_a_spreadsheet_rounded_is_no_code() -> None:
    found = analysed(rows_of("1.23457E+15", "1E+15", "123456789012345"))
    assert [bad.refusal.reason for bad in found.malformed] == ["code_rounded"] * 2
    assert len(found.new) == 1


def test_a_row_whose_last_day_is_over_is_malformed() -> None:
    today = date(2026, 5, 10)
    rows = [Row(1, "AAAA1", date(2026, 5, 9)), Row(2, "AAAA2", today), Row(3, "AAAA3")]
    found = analyse(rows, an_index, lambda _asked: (), today=today)
    assert [(bad.row_number, bad.refusal.rule) for bad in found.malformed] == [(1, "C5")]
    assert [code.last_day for code in found.new] == [today, None]


def test_the_store_is_asked_once_and_never_for_nothing() -> None:
    asked: list[Collection[bytes]] = []

    def held(keys: Collection[bytes]) -> Collection[bytes]:
        asked.append(list(keys))
        return ()

    analyse(rows_of("A"), an_index, held)
    assert asked == []
    analyse(rows_of("AAAA1", "AAAA1", "AAAA2"), an_index, held)
    assert asked == [[an_index("AAAA1"), an_index("AAAA2")]]


@given(st.lists(st.text("AB1- ", max_size=6), max_size=12), st.sets(st.text("AB1", max_size=6)))
def test_every_row_is_counted_exactly_once(texts: list[str], held: set[str]) -> None:
    found = analysed(rows_of(*texts), *held)
    numbers = [
        *(code.row_number for code in found.new),
        *(double.row_number for double in found.doubles),
        *found.already_held,
        *(bad.row_number for bad in found.malformed),
    ]
    assert sorted(numbers) == list(range(2, 2 + len(texts)))


@pytest.mark.parametrize(
    ("headers", "columns"),
    [
        (["Voucher Code", "Expiry Date"], Columns(0, 1)),
        (["No.", "Exam code", "VOUCHER_NUMBER", "Valid until"], Columns(2, 3)),
        (["Product", "Code", "Expires"], Columns(1, 2)),
        (["序號", "考試券代碼", "到期日期"], Columns(1, 2)),
        (["考試代碼", "存取碼", "最後使用日"], Columns(1, 2)),
        (["Voucher", "Voucher code", "Voucher expiration"], Columns(1, 2)),
        (["Voucher expiration", "Voucher"], Columns(1, 0)),
        (["Ｃｏｄｅ"], Columns(0, None)),
    ],
)
def test_columns_are_known_by_their_headers(headers: list[str], columns: Columns) -> None:
    assert guess_columns(headers, []) == columns


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        ([["1", "ABCD-EFGH-2345", "2026-06-30"], ["2", "ABCD-EFGH-2346", "2026-06-30"]], (1, 2)),
        ([["Mr A", "6/30/2026", "12345678901"], ["Ms B", "6/30/2026", "12345678902"]], (2, 1)),
        ([["2026年6月30日", "a@example.com1", "x"]], (None, 0)),
        ([["SAME12345"], ["SAME12345"]], (None, None)),
        ([[], ["", ""]], (None, None)),
    ],
)
def test_without_telling_headers_the_cells_decide(
    cells: list[list[str]], columns: tuple[int | None, int | None]
) -> None:
    assert guess_columns(["a", "b", "c"], cells) == Columns(*columns)
