"""What an invoice's parts add up to, and Taiwan's numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlms.billing.rules.crediting import Asked, Left, credit_taxes
from vlms.billing.rules.tax import Taxable, TaxMode, line_taxes
from vlms.billing.rules.tax_numbers import is_business_number, read_tax_invoice_number
from vlms.core.errors import BadInput
from vlms.core.text import _


@given(
    st.lists(st.integers(2, 10**9), min_size=1, max_size=6),
    st.decimals(0, 30, places=2),
    st.sampled_from(TaxMode),
    st.data(),
)
@settings(max_examples=100)
def test_what_goes_back_in_parts_adds_up_to_the_tax_of_the_invoice(
    nets: list[int], percent: Decimal, mode: TaxMode, data: st.DataObject
) -> None:
    taxes = line_taxes([Taxable(net, percent) for net in nets], mode)
    left = [Left(1, net, tax, percent) for net, tax in zip(nets, taxes, strict=True)]
    asked = [Asked(each, data.draw(st.integers(1, each.net_minor - 1))) for each in left]
    first = credit_taxes(asked, mode)
    assert all(0 <= part <= each.tax_minor for part, each in zip(first, left, strict=True))
    rest = [
        Left(1, each.net_minor - one.net_minor, each.tax_minor - part, percent)
        for each, one, part in zip(left, asked, first, strict=True)
    ]
    second = credit_taxes([Asked(each, each.net_minor) for each in rest], mode)
    assert sum(first) + sum(second) == sum(taxes)


@pytest.mark.parametrize("number", ["04595257", "99999992", "10458575"])
def test_business_numbers_pass_their_check(number: str) -> None:
    assert is_business_number(number)


@pytest.mark.parametrize("number", ["12345678", "0459525", "０４５９５２５７", "04595258", ""])
def test_others_do_not(number: str) -> None:
    assert not is_business_number(number)


def test_a_tax_invoices_number_is_read_with_or_without_a_hyphen() -> None:
    assert read_tax_invoice_number(" ab-12345678", _("Number")) == "AB12345678"
    with pytest.raises(BadInput):
        read_tax_invoice_number("AB-1234567", _("Number"))
