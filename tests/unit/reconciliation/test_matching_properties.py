"""Whatever the two sides are: nothing is lost, order changes nothing, amounts add up."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.making_sides import charge, row_of
from vlms.reconciliation.rules.classes import Found, differences_of
from vlms.reconciliation.rules.differences import DifferenceClass
from vlms.reconciliation.rules.matching import Matching, match
from vlms.reconciliation.rules.sides import OurCharge, TheirRow
from vlms.reconciliation.rules.unpaired import left_of_ours, left_of_theirs

SIZES = st.sampled_from([-10, 4, 6, 10])
DAYS = st.sampled_from([date(2025, 10, 15), date(2025, 11, 1)])


@st.composite
def charges(draw: st.DrawFn) -> list[OurCharge]:
    """Few orders, few lines, few sizes: much that looks alike."""
    some = []
    for number in range(draw(st.integers(0, 8))):
        order = draw(st.integers(1, 3))
        quantity = draw(SIZES)
        some.append(
            charge(
                order,
                key=f"charge-{number}",
                reference=f"O-2026-{order:06d}/{draw(st.integers(1, 2))}",
                quantity=quantity,
                net=quantity * 8_000,
                start=draw(DAYS),
            )
        )
    return some


@st.composite
def rows(draw: st.DrawFn) -> list[TheirRow]:
    some = []
    for number in range(2, 2 + draw(st.integers(0, 8))):
        quantity = draw(SIZES)
        some.append(
            row_of(
                charge(draw(st.integers(1, 4))),
                number,
                quantity=quantity,
                net=quantity * 8_000 + draw(st.sampled_from([0, 0, 1, 1_000])),
                start=draw(DAYS),
                unit_price=draw(st.sampled_from([None, Decimal("120.00"), Decimal("130")])),
                product=draw(st.sampled_from(["voucher", "voucher", "library", None])),
            )
        )
    return some


def differences(matched: Matching) -> list[Found]:
    some = [one for pair in matched.pairs for one in differences_of(pair)]
    some += [left_of_ours(one) for one in matched.ours_left]
    return some + [left_of_theirs(row) for row in matched.theirs_left]


@given(charges(), rows())
@settings(max_examples=60, deadline=None)
def test_every_charge_and_every_row_is_in_one_place(
    ours: list[OurCharge], theirs: list[TheirRow]
) -> None:
    matched = match(ours, theirs)
    placed = [one.key for pair in matched.pairs for one in pair.ours]
    placed += [one.key for one in matched.ours_left]
    assert Counter(placed) == Counter(one.key for one in ours)
    placed = [row.key for pair in matched.pairs for row in pair.theirs]
    placed += [row.key for row in matched.theirs_left]
    assert Counter(placed) == Counter(row.key for row in theirs)


@given(charges(), rows())
@settings(max_examples=60, deadline=None)
def test_our_amounts_and_the_differences_add_up_to_theirs(
    ours: list[OurCharge], theirs: list[TheirRow]
) -> None:
    some = differences(match(ours, theirs))
    apart = sum(one.amount or 0 for one in some if not one.is_of_tax)
    assert sum(one.net for one in ours) + apart == sum(row.net for row in theirs)


@given(charges(), rows(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_lines_changes_nothing(
    ours: list[OurCharge], theirs: list[TheirRow], random: object
) -> None:
    def told() -> Counter[tuple[object, ...]]:
        return Counter(
            (one.kind, one.amount, one.currency, tuple(charge.key for charge in one.ours))
            for one in differences(match(ours, theirs))
        )

    before = told()
    random.shuffle(ours)  # type: ignore[attr-defined]
    random.shuffle(theirs)  # type: ignore[attr-defined]
    assert told() == before


@given(charges())
@settings(max_examples=40, deadline=None)
def test_a_file_of_our_own_charges_has_no_difference(ours: list[OurCharge]) -> None:
    theirs = [row_of(one, number) for number, one in enumerate(ours, 2)]
    assert differences(match(ours, theirs)) == []


@given(charges(), st.data())
@settings(max_examples=40, deadline=None)
def test_rows_written_again_are_duplicates_and_nothing_else(
    ours: list[OurCharge], data: st.DataObject
) -> None:
    theirs = [row_of(one, number) for number, one in enumerate(ours, 2)]
    again = [one for one in ours if data.draw(st.booleans())]
    theirs += [row_of(one, number) for number, one in enumerate(again, 100)]
    kinds = Counter(one.kind for one in differences(match(ours, theirs)))
    assert kinds == ({DifferenceClass.DUPLICATE: len(again)} if again else {})
