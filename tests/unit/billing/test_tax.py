"""Tax is rounded per line or per invoice (P3), and lines always add up (I14)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.billing.rules.tax import Taxable, TaxMode, line_taxes
from vlms.core.money import round_half_up

FIVE = Decimal(5)
nets = st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=12)


def at_five(*amounts: int) -> list[Taxable]:
    return [Taxable(net, FIVE) for net in amounts]


@pytest.mark.parametrize(
    ("amounts", "per_line", "per_invoice"),
    [
        ((10, 10, 10), [1, 1, 1], [1, 1, 0]),
        ((371250,), [18563], [18563]),
        ((9, 9), [0, 0], [1, 0]),
        ((-10, -10, -10), [-1, -1, -1], [0, -1, -1]),
    ],
)
def test_the_mode_of_the_country_decides_on_what_is_rounded(
    amounts: tuple[int, ...], per_line: list[int], per_invoice: list[int]
) -> None:
    assert line_taxes(at_five(*amounts), TaxMode.PER_LINE) == per_line
    assert line_taxes(at_five(*amounts), TaxMode.PER_INVOICE) == per_invoice


@settings(max_examples=100)
@given(nets)
def test_per_invoice_the_lines_add_up_to_the_tax_of_their_sum(amounts: list[int]) -> None:
    taxes = line_taxes(at_five(*amounts), TaxMode.PER_INVOICE)
    assert sum(taxes) == int(round_half_up(Fraction(sum(amounts) * 5, 100), 0))
    shares = zip(taxes, amounts, strict=True)
    assert all(abs(tax - Fraction(net * 5, 100)) < 1 for tax, net in shares)


@settings(max_examples=100)
@given(nets)
def test_a_credit_mirrors_its_invoice_in_sum(amounts: list[int]) -> None:
    given_back = [-net for net in amounts]
    for mode in TaxMode:
        asked = sum(line_taxes(at_five(*amounts), mode))
        assert sum(line_taxes(at_five(*given_back), mode)) == -asked


def test_each_rate_is_rounded_by_itself() -> None:
    lines = [Taxable(9, FIVE), Taxable(9, FIVE), Taxable(100, Decimal(0)), Taxable(7, Decimal(10))]
    assert line_taxes(lines, TaxMode.PER_INVOICE) == [1, 0, 0, 1]
