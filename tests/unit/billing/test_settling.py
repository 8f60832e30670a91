"""A payment never pays more of an invoice than is open, nor more than it is."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from vlms.billing.rules.settling import days_late, spread, too_large

opens = st.lists(st.integers(1, 10**6), max_size=8).map(lambda found: list(enumerate(found)))


def test_the_first_invoices_are_paid_first() -> None:
    assert spread(150, [("a", 100), ("b", 100), ("c", 100)]) == {"a": 100, "b": 50}
    assert spread(0, [("a", 100)]) == {}
    assert spread(500, [("a", 100)]) == {"a": 100}


@given(st.integers(0, 10**7), opens)
def test_shares_add_up_to_what_was_paid_or_to_all_that_is_open(
    amount: int, open_amounts: list[tuple[int, int]]
) -> None:
    shares = spread(amount, open_amounts)
    assert sum(shares.values()) == min(amount, sum(minor for _key, minor in open_amounts))
    assert too_large(shares, dict(open_amounts)) == []
    assert all(share > 0 for share in shares.values())


def test_a_share_of_more_than_is_open_is_found() -> None:
    assert too_large({"a": 101, "b": 1, "c": 5}, {"a": 100, "b": 1}) == ["a", "c"]


def test_lateness_counts_from_the_day_after_the_due_day() -> None:
    due = date(2026, 3, 31)
    assert [days_late(due, day) for day in (date(2026, 3, 1), due, date(2026, 4, 2))] == [0, 0, 2]
