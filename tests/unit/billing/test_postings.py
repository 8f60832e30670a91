"""Debits and credits of each paper are the same, in each currency (I16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlms.billing.rules.postings import (
    USUAL,
    Paper,
    PaperKind,
    Unbalanced,
    balances,
    check_balanced,
    entry_of,
)

DAY = date(2026, 3, 31)
INVOICE = Paper(PaperKind.INVOICE, "I-1", "1", DAY, "Contoso", 1000, 50, "TWD")


def sides(paper: Paper) -> list[tuple[str, int]]:
    """Each account with its debit, or its credit as a negative number."""
    return [
        (one.account, one.debit.minor if one.debit else -one.credit.minor if one.credit else 0)
        for one in entry_of(paper, USUAL)
    ]


@pytest.mark.parametrize(
    ("paper", "expected"),
    [
        (INVOICE, [("1191", 1050), ("4111", -1000), ("2194", -50)]),
        (
            replace(INVOICE, kind=PaperKind.CREDIT_NOTE, net_minor=-100, tax_minor=-5),
            [("1191", -105), ("4111", 100), ("2194", 5)],
        ),
        (replace(INVOICE, is_reversal=True), [("1191", -1050), ("4111", 1000), ("2194", 50)]),
        (replace(INVOICE, kind=PaperKind.RECEIPT, tax_minor=0), [("1113", 1000), ("1191", -1000)]),
        (
            replace(INVOICE, kind=PaperKind.PUBLISHER_INVOICE),
            [("5111", 1000), ("1268", 50), ("2171", -1050)],
        ),
        (replace(INVOICE, tax_minor=0), [("1191", 1000), ("4111", -1000)]),
    ],
)
def test_each_kind_of_paper_has_its_entry(paper: Paper, expected: list[tuple[str, int]]) -> None:
    assert sides(paper) == expected


papers = st.builds(
    Paper,
    st.sampled_from(PaperKind),
    st.uuids().map(lambda key: key.hex),
    st.just("1"),
    st.just(DAY),
    st.just("Contoso"),
    st.integers(-(10**12), 10**12),
    st.integers(-(10**9), 10**9),
    st.sampled_from(("TWD", "USD")),
    st.booleans(),
)


@given(st.lists(papers, max_size=20))
def test_whatever_is_posted_balances_in_each_currency(found: list[Paper]) -> None:
    postings = [one for paper in found for one in entry_of(paper, USUAL)]
    assert check_balanced(postings) is postings
    assert all((one.debit is None) != (one.credit is None) for one in postings)
    assert len({one.key for one in postings}) == len(postings)


def test_what_does_not_balance_never_leaves() -> None:
    """The negative control: without one of its sides an entry is refused."""
    whole = entry_of(INVOICE, USUAL)
    for left_out in range(len(whole)):
        with pytest.raises(Unbalanced):
            check_balanced([one for place, one in enumerate(whole) if place != left_out])


def test_the_sums_stand_side_by_side() -> None:
    both = [*entry_of(INVOICE, USUAL), *entry_of(replace(INVOICE, currency="USD"), USUAL)]
    assert [str(balance.debit) for balance in balances(both)] == ["TWD 1,050", "USD 10.50"]


def test_a_reversal_has_keys_of_its_own() -> None:
    turned = replace(INVOICE, is_reversal=True)
    keys = {one.key for paper in (INVOICE, turned) for one in entry_of(paper, USUAL)}
    assert len(keys) == 6
