"""Exchange rates: what a currency is worth in another, in whole millionths."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from vlms.core.errors import BadInput, DomainError
from vlms.core.money import minor_digits, round_half_up
from vlms.core.reading import Reader, optional, read_currency, read_day, read_text, refuse
from vlms.core.text import Text, _

MILLION = 1_000_000
_RATE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")

LABELS: Mapping[str, Text] = {
    "from_currency": _("From currency"),
    "to_currency": _("To currency"),
    "effective_on": _("Day"),
    "rate": _("Rate"),
    "source": _("Source"),
}


@dataclass(frozen=True, slots=True)
class RateRow:
    """One unit of `from_currency` is worth so many millionths of `to_currency` from a day on."""

    from_currency: str
    to_currency: str
    effective_on: date
    rate_millionths: int
    source: str | None

    @property
    def key(self) -> tuple[str, str, date]:
        return self.from_currency, self.to_currency, self.effective_on


def read_rate(typed: str, label: Text) -> int:
    """A rate above zero with at most six decimals, in millionths."""
    text = typed.strip()
    if not _RATE.fullmatch(text) or not Decimal(text):
        raise refuse(
            typed, label, _("Enter a number above zero with at most six decimals, as 31.25.")
        )
    return int(Decimal(text) * MILLION)


def shown_rate(millionths: int) -> str:
    """A rate as people write it, without zeros at its end."""
    return f"{(Decimal(millionths) / MILLION).normalize():f}"


def converted(minor: int, rate_millionths: int, from_currency: str, to_currency: str) -> int:
    """An amount in the other currency's minor units, rounded half-up once (P3)."""
    amount = Fraction(minor, 10 ** minor_digits(from_currency))
    digits = minor_digits(to_currency)
    rounded = round_half_up(amount * rate_millionths / MILLION, digits)
    return int(rounded.scaleb(digits))


def check_rate(row: RateRow) -> RateRow:
    """Raises BadInput for a rate of a currency in itself."""
    if row.from_currency == row.to_currency:
        raise BadInput(
            "P3",
            _("%(currency)s needs no rate to itself.", currency=row.from_currency),
            reason="same_currency",
            field="to_currency",
            way_out=_("Choose another currency."),
        )
    return row


def read_rate_row(typed: Mapping[str, str]) -> tuple[RateRow | None, list[DomainError]]:
    """What a row of a file says, or all that is wrong with it; each refusal names its field."""
    readers: dict[str, Reader[object]] = {
        "from_currency": read_currency,
        "to_currency": read_currency,
        "effective_on": read_day,
        "rate": read_rate,
        "source": optional(read_text(120)),
    }
    values: list[object] = []
    refusals: list[DomainError] = []
    for name, reader in readers.items():
        try:
            values.append(reader(typed.get(name, ""), LABELS[name]))
        except DomainError as refusal:
            refusal.field = name
            refusals.append(refusal)
    if refusals:
        return None, refusals
    try:
        return check_rate(RateRow(*values)), []  # type: ignore[arg-type]
    except BadInput as refusal:
        return None, [refusal]
