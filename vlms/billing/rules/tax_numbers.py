"""Numbers that Taiwan's papers carry: 統一編號 of a business, 發票字軌號碼 of a tax invoice,
and that of the certificate (折讓證明單) by which part of one is given back."""

from __future__ import annotations

import re

from vlms.core.errors import BadInput
from vlms.core.reading import refuse
from vlms.core.text import Text, _

TAIWAN = "TW"
_WEIGHTS = (1, 2, 1, 2, 1, 2, 4, 1)
_ALLOWANCE = re.compile(r"[A-Z0-9-]{1,16}")
_TAX_INVOICE = re.compile(r"([A-Z]{2})-?([0-9]{8})")


def is_business_number(number: str) -> bool:
    """Whether eight digits pass the check of the Ministry of Finance (divisible by 5).

    The digits of each weighted digit are added up; a seventh digit of 7 counts 28, whose
    sum 10 may count 1 or 0.
    """
    if not re.fullmatch(r"[0-9]{8}", number):
        return False
    pairs = zip(number, _WEIGHTS, strict=True)
    total = sum(sum(divmod(int(digit) * weight, 10)) for digit, weight in pairs)
    return total % 5 == 0 or (number[6] == "7" and (total + 1) % 5 == 0)


def check_tax_number(number: str | None, country: str) -> None:
    """Raises BadInput for what is no 統一編號 in Taiwan; other countries' are not checked."""
    if number is None or country != TAIWAN or is_business_number(number):
        return
    raise BadInput(
        None,
        _(
            '"%(number)s" is no Taiwan business number: eight digits, the last of which '
            "checks the others.",
            number=number,
        ),
        reason="tax_number",
        field="tax_number",
        way_out=_("Check it against the customer's papers."),
    )


def read_tax_invoice_number(typed: str, label: Text) -> str:
    """A 發票字軌號碼 as it is kept: two capitals and eight digits; a hyphen may be typed."""
    found = _TAX_INVOICE.fullmatch(typed.strip().upper())
    if found is None:
        raise refuse(typed, label, _("Enter two letters and eight digits, as AB-12345678."))
    return found[1] + found[2]


def read_allowance_number(typed: str, label: Text) -> str:
    """The number of a 折讓證明單 as it is kept: its issuer chooses how it is built."""
    found = typed.strip().upper()
    if not _ALLOWANCE.fullmatch(found):
        raise refuse(typed, label, _("Enter up to sixteen letters, digits and hyphens."))
    return found
