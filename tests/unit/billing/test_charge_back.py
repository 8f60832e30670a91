"""Parts of a line add up to it, however it is shared; savings count what has a reference."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.billing.rules.charge_back import (
    Bearer,
    Giving,
    Part,
    SharedLine,
    charge_back,
    parts_of,
    totals_of,
)
from vlms.billing.rules.saving import saved_of
from vlms.core.money import Money

WAITING = Bearer(Giving.WAITING, None, "IT-100")
SALES, HR = (Bearer(Giving.GIVEN, name, "IT-100") for name in ("Sales", "HR"))
BEARERS = st.builds(
    Bearer,
    st.sampled_from(Giving),
    st.sampled_from([None, "Sales", "HR", "資訊部"]),
    st.sampled_from([None, "IT-100", "HR-7"]),
)


@st.composite
def lines(draw: st.DrawFn) -> SharedLine:
    count = draw(st.integers(1, 12))
    bearers = draw(st.lists(BEARERS, max_size=count))
    amount = Money(draw(st.integers(0, 10**9)), draw(st.sampled_from(["USD", "TWD", "KWD"])))
    return SharedLine(amount, count, WAITING, bearers)


@settings(max_examples=100)
@given(st.lists(lines(), max_size=6))
def test_parts_add_up_to_the_lines_by_currency(found: list[SharedLine]) -> None:
    parts = charge_back(found)
    assert totals_of(part.amount for part in parts) == totals_of(line.amount for line in found)
    assert len({(part.amount.currency, part.bearer) for part in parts}) == len(parts)


@settings(max_examples=100)
@given(lines())
def test_shares_of_a_line_differ_by_one_unit_at_most(line: SharedLine) -> None:
    shares = [minor for _bearer, minor in parts_of(line)]
    assert len(shares) == line.code_count
    assert max(shares) - min(shares) <= 1


@settings(max_examples=50)
@given(lines())
def test_giving_a_code_moves_no_other_share(line: SharedLine) -> None:
    empty = SharedLine(line.amount, line.code_count, line.rest)
    assert [minor for _b, minor in parts_of(line)] == [minor for _b, minor in parts_of(empty)]


def test_what_is_not_given_or_not_delivered_waits() -> None:
    line = SharedLine(Money(1000, "USD"), 3, WAITING, [SALES, HR])
    assert charge_back([line]) == [
        Part(HR, 1, Money(333, "USD")),
        Part(SALES, 1, Money(334, "USD")),
        Part(WAITING, 1, Money(333, "USD")),
    ]


def test_a_pack_is_borne_whole_and_counts_no_codes() -> None:
    pack = Bearer(Giving.PACK, None, "LAB")
    assert charge_back([SharedLine(Money(1000, "USD"), 1, pack)]) == [
        Part(pack, 0, Money(1000, "USD"))
    ]


def test_savings_leave_out_what_has_no_reference() -> None:
    usd, twd = (Money(1000, currency) for currency in ("USD", "TWD"))
    found = saved_of([(usd, Money(250, "USD")), (usd, None), (twd, Money(-5, "TWD"))])
    assert [(one.paid.currency, one.saved.minor, one.retail.minor) for one in found] == [
        ("TWD", -5, 995),
        ("USD", 250, 1250),
    ]
    assert [(one.line_count, one.left_out) for one in found] == [(1, 0), (1, 1)]
