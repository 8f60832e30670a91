"""Who of two months is the same person, and whom an MCID means."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from vlms.accounts.rules.mcid import only_one
from vlms.partners.rules.report_differences import DifferenceKind, Entry, differences_of
from vlms.partners.rules.report_people import People
from vlms.partners.rules.report_rows import Who, who_key

ADA, BO = UUID(int=1), UUID(int=2)
WHOLE = {DifferenceKind.NEW_PERSON, DifferenceKind.GONE_PERSON}


def entry(who: Who, title: str = "AZ-104") -> Entry:
    return Entry(who, None, title, date(2026, 1, 5), None, True, True)


def changes(before: list[Who], after: list[Who]) -> list[DifferenceKind]:
    found = differences_of([entry(who) for who in before], [entry(who) for who in after])
    return [one.change for one in found]


SAME: list[tuple[Who, Who]] = [
    # An MCID appears between the months, or goes.
    ((None, None, "ada@x.example", "Ada"), ("1", None, "ADA@x.example", "Ada Lin")),
    (("1", None, "ada@x.example", "Ada"), (None, None, "ada@x.example", "Ada")),
    # The directory knew the person only in one of the months.
    (("1", None, "ada@x.example", "Ada"), ("1", ADA, None, None)),
    ((None, ADA, None, None), ("1", ADA, None, None)),
    # Two MCIDs of one person.
    (("1", ADA, None, None), ("2", ADA, None, None)),
]


@pytest.mark.parametrize(("was", "now"), SAME)
def test_nobody_is_both_gone_and_new(was: Who, now: Who) -> None:
    assert changes([was], [now]) == []


@pytest.mark.parametrize(("was", "now"), [one for one in SAME if one[0][0] != one[1][0]])
def test_by_the_first_name_alone_they_would_be(was: Who, now: Who) -> None:
    """The negative control: what told people from one another in one report alone."""
    assert who_key(was) != who_key(now)


def test_others_stay_others() -> None:
    was: Who = ("1", None, "ada@x.example", "Ada")
    now: Who = ("2", None, "bo@x.example", "Ada")
    assert set(changes([was], [now])) == WHOLE


def test_a_row_of_somebody_erased_is_nobodys() -> None:
    nobody: Who = (None, None, None, None)
    assert changes([nobody], []) == []
    assert People([nobody]).key(nobody) == ""


WHOS = some.lists(
    some.tuples(
        some.sampled_from([None, "1", "2"]),
        some.sampled_from([None, ADA, BO]),
        some.sampled_from([None, "a@x.example", "b@x.example"]),
        some.none(),
    ),
    max_size=5,
)


@given(WHOS, WHOS)
def test_who_shares_a_mark_has_one_key_whatever_the_order(one: list[Who], other: list[Who]) -> None:
    people, turned = People([*one, *other]), People([*reversed(other), *reversed(one)])
    for left in one:
        assert people.key(left) == turned.key(left)
        for right in other:
            if any(a is not None and a == b for a, b in zip(left, right, strict=True)):
                assert people.key(left) == people.key(right)


@pytest.mark.parametrize(
    ("entries", "means"),
    [
        ([(ADA, True)], ADA),
        ([(ADA, False)], ADA),
        ([(ADA, False), (BO, True)], BO),
        ([(ADA, True), (BO, False)], ADA),
        ([(ADA, True), (BO, True)], None),
        ([(ADA, False), (BO, False)], None),
    ],
)
def test_an_mcid_means_who_is_present_and_nobody_where_it_could_be_several(
    entries: list[tuple[UUID, bool]], means: UUID | None
) -> None:
    assert only_one(entries) == means
