"""What a list of people would do to the directory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.accounts.people_columns import FIELDS
from vlms.accounts.rules.compared_row import ComparedRow, HeldPerson
from vlms.accounts.rules.managers import circles, closes_circle, managers_first
from vlms.accounts.rules.people_comparison import Comparison, compare, notes_of
from vlms.accounts.rules.person_row import person_row_reader
from vlms.core.language import Language
from vlms.core.tokens import new_id
from vlms.exports.mapping import FromColumn, guess_mapping


def held(number: str | None, name: str, email: str | None = None, **facts: object) -> HeldPerson:
    told = {
        "id": new_id(),
        "number": number,
        "name": name,
        "latin_name": None,
        "email": email,
        "department": None,
        "mcid": None,
        "language": Language.ENGLISH,
        "manager_id": None,
        "has_left": False,
        **facts,
    }
    return HeldPerson(**told)  # type: ignore[arg-type]


def compared(*people: HeldPerson, rows: Sequence[Mapping[str, str]]) -> Comparison:
    read = person_row_reader()
    given_rows = [ComparedRow(number, *read(texts)) for number, texts in enumerate(rows, 2)]
    return compare(given_rows, people, new_id)


def fields(comparison: Comparison) -> list[list[str | None]]:
    return [[refusal.field for refusal in one.refusals] for one in comparison.rows]


def test_somebody_is_known_by_number_and_else_by_address() -> None:
    ada, bob = held("1", "Ada", "ada@x.example"), held(None, "Bob", "bob@x.example")
    found = compared(
        ada,
        bob,
        rows=[
            {"number": "1", "name": "Ada L."},
            {"number": "2", "name": "Bob", "email": "Bob@x.example"},
            {"number": "3", "name": "Cleo"},
        ],
    )
    assert [one.held for one in found.rows] == [ada, bob, None]
    assert [one.changed for one in found.rows] == [{"name": "Ada L."}, {"number": "2"}, {}]
    assert not found.missing


def test_what_a_row_leaves_empty_stays() -> None:
    ada = held("1", "Ada", "ada@x.example", department="Sales", latin_name="Ada", mcid="990123")
    (one,) = compared(ada, rows=[{"number": "1", "name": "Ada", "department": " "}]).rows
    assert one.is_sound
    assert not one.changed


def test_another_address_is_a_correction_and_says_so() -> None:
    ada, new = held("1", "Ada", "ada@x.example"), held("2", "Neu")
    rows = [
        {"number": "1", "name": "Ada", "email": "ada@y.example"},
        {"number": "2", "name": "Neu", "email": "neu@y.example"},
    ]
    corrected, first = compared(ada, new, rows=rows).rows
    assert corrected.new_email == "ada@y.example"
    assert "C2" in str(notes_of(corrected)[0])
    # The first address of somebody corrects nothing.
    assert first.new_email is None
    assert first.changed == {"email": "neu@y.example"}
    assert not notes_of(first)


def test_an_address_of_somebody_else_is_refused() -> None:
    ada, bob = held("1", "Ada", "ada@x.example"), held("2", "Bob", "bob@x.example")
    rows = [
        {"number": "1", "name": "Ada", "email": "bob@x.example"},
        {"number": "9", "name": "New", "email": "ada@x.example"},
    ]
    assert fields(compared(ada, bob, rows=rows)) == [["email"], ["email"]]


@pytest.mark.parametrize("name", ["number", "email"])
def test_a_number_or_address_stands_in_one_row_only(name: str) -> None:
    typed = {"number": "1", "email": "a@x.example"}[name]
    found = compared(rows=[{"name": "A", name: typed}, {"name": "B", name: typed}])
    assert fields(found) == [[], [name]]
    assert "row 2" in str(found.rows[1].refusals[0])


def test_two_rows_do_not_mean_one_person() -> None:
    ada = held("1", "Ada", "ada@x.example")
    rows = [{"number": "1", "name": "Ada"}, {"name": "Ada", "email": "ada@x.example"}]
    assert fields(compared(ada, rows=rows)) == [[], ["number"]]


def test_a_manager_may_stand_in_a_later_row_or_be_there_already() -> None:
    boss = held("100", "Boss", "boss@x.example")
    rows = [
        {"number": "1", "name": "A", "manager": "2"},
        {"number": "2", "name": "B", "manager": "BOSS@x.example"},
    ]
    found = compared(boss, rows=rows)
    first, second = found.rows
    assert first.manager_id == second.person_id
    assert second.manager_id == boss.id
    assert [one.number for one in found.in_writing_order()] == [3, 2]


def test_the_row_of_a_manager_takes_the_rows_below_it_along() -> None:
    rows = [
        {"number": "1", "name": "A", "manager": "2"},
        {"number": "2", "name": "B", "manager": "3"},
        {"number": "3", "name": "C", "manager": "nobody"},
    ]
    assert fields(compared(rows=rows)) == [["manager"]] * 3


def test_a_circle_of_managers_is_refused() -> None:
    up = held("1", "Up")
    down = held("2", "Down", manager_id=up.id)
    # Up under Down closes it with what is there already.
    assert fields(compared(up, down, rows=[{"number": "1", "name": "Up", "manager": "2"}])) == [
        ["manager"]
    ]
    own = compared(rows=[{"number": "7", "name": "Self", "manager": "7"}])
    assert fields(own) == [["manager"]]
    # The control: the other way round it is no circle.
    assert fields(compared(up, down, rows=[{"number": "2", "name": "Down", "manager": "1"}])) == [
        []
    ]


def test_a_circle_that_only_a_fallen_row_closes_is_refused_too() -> None:
    b = held("2", "B")
    a = held("1", "A", manager_id=b.id)
    rows = [
        {"number": "1", "name": "A", "manager": "nobody"},
        {"number": "2", "name": "B", "manager": "1"},
    ]
    assert fields(compared(a, b, rows=rows)) == [["manager"], ["manager"]]


def test_who_stands_in_no_row_is_missing_but_for_leavers() -> None:
    ada, bob, gone = held("1", "Ada"), held("2", "Bob"), held("3", "Gone", has_left=True)
    assert compared(ada, bob, gone, rows=[{"number": "1", "name": "Ada"}]).missing == [bob]


@pytest.mark.parametrize(
    ("texts", "field"),
    [
        ({"number": "1"}, "name"),
        ({"name": "A"}, "number"),
        ({"name": "A", "email": "a@"}, "email"),
        ({"name": "A", "number": "1", "mcid": "12x"}, "mcid"),
        ({"name": "A", "number": "1", "language": "Klingon"}, "language"),
        ({"name": "A", "number": "1" * 61}, "number"),
    ],
)
def test_a_row_says_what_is_wrong_with_which_column(texts: dict[str, str], field: str) -> None:
    row, refusals = person_row_reader()(texts)
    assert row is None
    assert [refusal.field for refusal in refusals] == [field]
    assert refusals[0].way_out is not None


@pytest.mark.parametrize(
    ("typed", "language"),
    [("中文", Language.TRADITIONAL_CHINESE), ("ENGLISH", Language.ENGLISH)],
)
def test_languages_are_told_by_their_names(typed: str, language: Language) -> None:
    row, _refusals = person_row_reader()({"name": "A", "number": "1", "language": typed})
    assert row is not None
    assert row.language is language


@pytest.mark.parametrize(
    "headers",
    [
        ("員工編號", "姓名", "英文姓名", "電子郵件", "部門", "直屬主管", "MCID", "語言"),
        (
            *("Employee ID", "Name", "Latin name", "E-mail", "Department", "Manager number"),
            *("MCID", "Language"),
        ),
    ],
)
def test_columns_are_guessed_in_both_languages(headers: tuple[str, ...]) -> None:
    keys = ("number", "name", "latin_name", "email", "department", "manager", "mcid", "language")
    assert guess_mapping(FIELDS, headers) == {
        key: FromColumn(place) for place, key in enumerate(keys)
    }


managers = st.dictionaries(st.integers(0, 9), st.none() | st.integers(0, 9), max_size=10)


@settings(max_examples=100)
@given(managers)
def test_circles_are_those_who_stand_above_themselves(drawn: dict[int, int | None]) -> None:
    keys = [UUID(int=number) for number in range(10)]
    above = {keys[one]: None if up is None else keys[up] for one, up in drawn.items()}
    expected = {
        one for one, up in above.items() if up is not None and closes_circle(one, up, above)
    }
    assert circles(above) == expected
    free = {one: up for one, up in above.items() if one not in expected}
    order = managers_first(free, free)
    assert sorted(order) == sorted(free)
    assert all(
        order.index(up) < order.index(one)
        for one, up in free.items()
        if up is not None and up in free
    )


def test_a_very_deep_line_of_managers_falls_as_a_whole() -> None:
    rows = [{"number": str(n), "name": "N", "manager": str(n + 1)} for n in range(5_000)]
    found = compared(rows=rows)
    assert sum(one.is_sound for one in found.rows) == 0
    assert found.rows[0].refusals[0].reason == "unknown_manager"
