"""Columns are found by their headings in both languages."""

from __future__ import annotations

import pytest

from vlms.core.errors import BadInput
from vlms.core.text import _
from vlms.exports.mapping import (
    Field,
    Fixed,
    FromColumn,
    check_mapping,
    fold,
    guess_mapping,
    value_in,
)
from vlms.exports.sheets import Row

CODE = Field("code", _("Code"), ["voucher", "代碼", "考試券"])
DATE = Field("last_day", _("Last day"), ["expiry date", "expires", "到期日"], required=False)
NAME = Field("name", _("Name"), ["姓名"])
FIELDS = (CODE, DATE, NAME)


@pytest.mark.parametrize(
    "heading", ["Code", "CODE", " code ", "ＣＯＤＥ", "Voucher", "代碼", "「代碼」", "c_o-d e"]
)
def test_a_heading_is_known_whatever_its_form(heading: str) -> None:
    assert guess_mapping([CODE], ["Other", heading]) == {"code": FromColumn(1)}


def test_a_heading_that_contains_a_name_is_taken_when_no_other_does() -> None:
    assert guess_mapping([CODE], ["Exam voucher no."]) == {"code": FromColumn(0)}
    assert guess_mapping([CODE], ["Voucher A", "Voucher B"]) == {}


def test_equal_headings_win_and_no_column_is_given_twice() -> None:
    headers = ["Voucher name", "Name", "代碼", "到期日"]
    assert guess_mapping(FIELDS, headers) == {
        "code": FromColumn(2),
        "last_day": FromColumn(3),
        "name": FromColumn(1),
    }


def test_unknown_headings_are_left_to_the_person() -> None:
    assert guess_mapping(FIELDS, ["x", "", "***"]) == {}


@pytest.mark.parametrize("source", [None, Fixed(""), FromColumn(1), FromColumn(-1)])
def test_a_required_field_needs_a_source(source: Fixed | FromColumn | None) -> None:
    mapping = {} if source is None else {"code": source}
    with pytest.raises(BadInput, match="“Code”") as refused:
        check_mapping([CODE, DATE], mapping, ["A"])
    assert refused.value.field == "code"


@pytest.mark.parametrize("source", [Fixed("X"), FromColumn(0)])
def test_a_column_or_one_value_is_a_source(source: Fixed | FromColumn) -> None:
    check_mapping([CODE, DATE], {"code": source}, ["A"])


def test_values_come_from_their_source() -> None:
    row = Row(2, ("a", None))
    mapping = {"code": FromColumn(0), "last_day": Fixed("2026-06-30"), "name": FromColumn(1)}
    assert [value_in(row, mapping, key) for key in ("code", "last_day", "name", "other")] == [
        "a",
        "2026-06-30",
        None,
        None,
    ]


def test_folding_ignores_case_width_spaces_and_signs() -> None:
    assert fold(" Ｌast_Day (最後使用日) ") == "lastday最後使用日"
