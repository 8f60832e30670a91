"""A plain list of people as a roster."""

from __future__ import annotations

import io

import pytest

from tests.unit.exports.uploads import workbook
from vlms.academy.rules.roster_links import Known, check_links, rows_of
from vlms.academy.rules.roster_rows import MemberRow, Roster, UserRow
from vlms.academy.rules.roster_words import Kind
from vlms.academy.service.roster_reading import read_roster
from vlms.accounts.rules.place_role import PlaceRole
from vlms.core.errors import BadInput

HEADINGS = ["學號", "姓名", "英文姓名", "電子郵件", "學院", "身分", "班級", "學期"]
LIN = ["B01", "林小明", "Lin Xiaoming", "lin@uni.example", "Law", "學生", "A 班", "115-1"]
WU = ["T01", "Ada Wu", None, None, "Law", "teacher", "A 班", "115-1"]
KNOWN = Known(others={Kind.SESSIONS: frozenset({"115-1"})})


def read(*rows: list[object]) -> Roster:
    roster = read_roster(io.BytesIO(workbook([HEADINGS, *rows])), "list.xlsx")
    check_links(roster, KNOWN)
    return roster


def changed(place: int, value: object) -> list[object]:
    return [*LIN[:place], value, *LIN[place + 1 :]]


def test_each_row_is_a_person_in_a_school_and_a_class() -> None:
    roster = read(LIN, WU, [*LIN[:6], "B 班", None])
    assert roster.faults == []
    users = list(rows_of(roster.parts[Kind.USERS], UserRow))
    assert [(one.number, one.name, one.role) for one in users] == [
        ("B01", "林小明", PlaceRole.STUDENT),
        ("T01", "Ada Wu", PlaceRole.FACULTY),
    ]
    assert set(roster.parts[Kind.ORGS].rows) == {"Law"}
    members = list(rows_of(roster.parts[Kind.ENROLLMENTS], MemberRow))
    assert [(one.user, one.role) for one in members] == [
        ("B01", "student"),
        ("T01", "teacher"),
        ("B01", "student"),
    ]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (changed(1, None), "name"),
        (changed(3, "nowhere"), "email"),
        (changed(4, None), "school"),
        (changed(5, "wizard"), "role"),
        (changed(7, "99-9"), "term"),
        ([None, "林小明", None, None, "Law", "學生", None, None], "number"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(row: list[object], field: str) -> None:
    found = [(one.file, one.line, one.field) for one in read(WU, row).sorted_faults()]
    assert ("list.xlsx", 3, field) in found


def test_two_rows_of_one_person_say_the_same() -> None:
    found = read(LIN, [*changed(1, "林大同")[:6], "B 班", None]).faults
    assert [(one.line, one.field) for one in found] == [(3, "number")]


def test_an_address_belongs_to_one_person() -> None:
    found = read(LIN, changed(0, "B02")).faults
    assert [(one.line, one.field) for one in found] == [(3, "email")]


def test_a_list_without_its_columns_is_refused() -> None:
    with pytest.raises(BadInput, match="School"):
        read_roster(io.BytesIO(workbook([["姓名", "身分"], ["x", "學生"]])), "list.xlsx")


def test_a_row_with_a_fault_tells_of_its_unknown_term_too() -> None:
    row = [*changed(5, "wizard")[:7], "99-9", *changed(5, "wizard")[8:]]
    found = read(row).sorted_faults()
    assert [(one.line, one.field) for one in found] == [(2, "role"), (2, "term")]
