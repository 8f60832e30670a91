"""Who of a list gets a code: each refusal has its reason, and good rows have none (C2)."""

from __future__ import annotations

from uuid import UUID

import pytest

from vlms.core.errors import BadInput
from vlms.giving.rules.handouts import (
    WILLING,
    Asked,
    Directory,
    Known,
    Read,
    Standing,
    check_rows,
    no_number_or_address,
)

EXAM, LIBRARY = UUID(int=1), UUID(int=2)
ANN = Known(UUID(int=11), "Ann", "ann@contoso.example", "E-1", False)
BEN = Known(UUID(int=12), "Ben", "ben@contoso.example", None, False)
DAN = Known(UUID(int=13), "Dan", "dan@contoso.example", "E-3", True)
PEOPLE = (ANN, BEN, DAN)
DIRECTORY = Directory(
    {one.email: one for one in PEOPLE if one.email},
    {one.number: one for one in PEOPLE if one.number},
)


def asked(line: int, email: str | None = None, number: str | None = None, **facts: bool) -> Asked:
    return Asked(line, EXAM, Read(email, number), **facts)


@pytest.mark.parametrize(
    ("row", "standing", "reason"),
    [
        (asked(1, ANN.email), Standing.GOOD, None),
        (asked(1, None, "E-1"), Standing.GOOD, None),
        (asked(1, ANN.email, "E-1"), Standing.GOOD, None),
        (asked(1, ANN.email, "E-9"), Standing.WRONG, "other_number"),
        (asked(1, "new@contoso.example", "E-1"), Standing.WRONG, "other_address"),
        (asked(1, BEN.email, "E-1"), Standing.WRONG, "other_address"),
        (asked(1, DAN.email), Standing.LEFT, "person_left"),
        (asked(1, "new@contoso.example"), Standing.UNKNOWN, "unknown"),
        (asked(1, None, "E-9", has_name=True), Standing.UNKNOWN, "unknown"),
        (Asked(1, EXAM, no_number_or_address()), Standing.WRONG, "unnamed"),
    ],
)
def test_a_row_alone(row: Asked, standing: Standing, reason: str | None) -> None:
    (found,) = check_rows([row], DIRECTORY, {}, adds_people=False)
    assert found.standing is standing
    assert (found.problem.reason if found.problem else None) == reason
    assert (found.standing in WILLING) is (found.problem is None)


def test_somebody_new_is_added_where_that_is_ticked_and_they_have_name_and_address() -> None:
    rows = [
        asked(1, "new@contoso.example", has_name=True),
        asked(2, "other@contoso.example"),
        asked(3, "new@contoso.example", has_name=True),
    ]
    found = check_rows(rows, DIRECTORY, {}, adds_people=True)
    assert [one.standing for one in found] == [Standing.NEW, Standing.UNKNOWN, Standing.DOUBLE]


def test_the_same_person_counts_once_for_each_product_however_they_are_named() -> None:
    rows = [asked(1, ANN.email), asked(2, None, "E-1"), Asked(3, LIBRARY, Read(ANN.email, None))]
    found = check_rows(rows, DIRECTORY, {}, adds_people=False)
    assert [one.standing for one in found] == [Standing.GOOD, Standing.DOUBLE, Standing.GOOD]


def test_somebody_unknown_who_stands_there_twice_is_told_of_once() -> None:
    new = "new@contoso.example"
    rows = [
        asked(1, new),
        asked(2, new),
        Asked(3, LIBRARY, Read(new, None)),
        asked(4, None, "E-9"),
        asked(5, None, "E-9"),
        asked(6, "other@contoso.example", is_dropped=True),
        asked(7, "other@contoso.example"),
    ]
    found = check_rows(rows, DIRECTORY, {}, adds_people=False)
    unknown, double = Standing.UNKNOWN, Standing.DOUBLE
    expected = [unknown, double, unknown, unknown, double, unknown, unknown]
    assert [one.standing for one in found] == expected
    assert found[1].problem is not None
    assert found[1].problem.reason == "double"


@pytest.mark.parametrize("named", [1, 2])
def test_a_row_with_a_name_is_added_wherever_the_one_without_stands(named: int) -> None:
    rows = [asked(line, "new@contoso.example", has_name=line == named) for line in (1, 2)]
    found = check_rows(rows, DIRECTORY, {}, adds_people=True)
    assert found[named - 1].standing is Standing.NEW
    assert [one.standing for one in found].count(Standing.NEW) == 1


def test_a_row_that_is_left_out_makes_no_other_one_double() -> None:
    rows = [asked(1, ANN.email, is_dropped=True), asked(2, ANN.email)]
    found = check_rows(rows, DIRECTORY, {}, adds_people=False)
    assert [one.standing for one in found] == [Standing.GOOD, Standing.GOOD]


def test_who_holds_one_gets_another_only_where_it_is_ticked() -> None:
    rows = [asked(1, ANN.email), asked(2, BEN.email, gives_again=True)]
    holders = {EXAM: {ANN.id, BEN.id}}
    found = check_rows(rows, DIRECTORY, holders, adds_people=False)
    assert [one.standing for one in found] == [Standing.HOLDS, Standing.GOOD]
    elsewhere = check_rows(rows, DIRECTORY, {LIBRARY: {ANN.id}}, adds_people=False)
    assert elsewhere[0].standing is Standing.GOOD


def test_what_cannot_be_read_keeps_its_own_words() -> None:
    refusal = no_number_or_address()
    assert isinstance(refusal, BadInput)
    (found,) = check_rows([Asked(7, EXAM, refusal)], DIRECTORY, {}, adds_people=True)
    assert found.problem is refusal
