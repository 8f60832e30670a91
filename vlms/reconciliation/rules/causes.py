"""Why two amounts for the same charge differ: finds the reckoning that gives theirs (P1, P3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from vlms.core.money import UNIT_PRICE_DIGITS, Money, minor_digits, round_half_up
from vlms.core.text import Text, _
from vlms.orders.rules.trace import price_text
from vlms.reconciliation.rules.differences import DifferenceClass

MONTHS_OF_YEAR = 12
_MOST_MONTHS = 120
_YEARS = (365, 366, 360)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A line as we reckon it, and what they ask for it; amounts in minor units.

    `their_price` and their days are None where the file does not tell them. `parts` is how
    many amounts were rounded on the way.
    """

    quantity: int
    unit_price: Decimal
    months: int
    net: int
    currency: str
    start: date
    end: date
    theirs: int
    their_price: Decimal | None = None
    their_start: date | None = None
    their_end: date | None = None
    percent: Decimal | None = None
    parts: int = 1

    @property
    def year_price(self) -> Fraction:
        """What 12 months cost, in minor units."""
        digits = minor_digits(self.currency)
        return Fraction(self.unit_price) * (self.quantity * int(10**digits))

    def money(self, minor: int) -> Money:
        return Money(minor, self.currency)

    @property
    def amounts(self) -> dict[str, Money]:
        return {"theirs": self.money(self.theirs), "ours": self.money(self.net)}


Cause = tuple[DifferenceClass, Text]


def cause_of(reckoned: Reckoning) -> Cause:
    """The class of a difference in the net amount and its probable cause, in words."""
    for look in _LOOKS:
        found = look(reckoned)
        if found is not None:
            return found
    return _unexplained(reckoned)


def _unit_rounded(one: Reckoning) -> Cause | None:
    digits = minor_digits(one.currency)
    unit = Fraction(one.unit_price) * one.months / MONTHS_OF_YEAR
    rounded = int(round_half_up(unit * 10**digits, 0))
    if not one.quantity or rounded * one.quantity != one.theirs:
        return None
    return DifferenceClass.ROUNDING, _(
        "They rounded the price of one unit first: %(unit)s × %(quantity)s = %(theirs)s "
        "against %(ours)s, which is rounded once.",
        unit=one.money(rounded),
        quantity=one.quantity,
        **one.amounts,
    )


def _cut_off(one: Reckoning) -> Cause | None:
    exact = one.year_price * one.months / MONTHS_OF_YEAR
    if abs(one.theirs - one.net) > one.parts:
        return None
    if one.parts == 1 and abs(one.theirs) == abs(exact).__floor__():
        sentence = _(
            "They cut the amount off instead of rounding it half up: %(theirs)s against %(ours)s.",
            **one.amounts,
        )
    else:
        sentence = _(
            "They rounded otherwise: %(theirs)s against %(ours)s, %(difference)s apart.",
            difference=one.money(abs(one.theirs - one.net)),
            **one.amounts,
        )
    return DifferenceClass.ROUNDING, sentence


def _holds_tax(one: Reckoning) -> Cause | None:
    if not one.percent:
        return None
    gross = one.net + int(round_half_up(one.net * Fraction(one.percent) / 100, 0))
    if gross != one.theirs:
        return None
    return DifferenceClass.TAX, _(
        "Their net amount holds the tax of %(percent)s %%: %(theirs)s against %(ours)s.",
        percent=plain(one.percent),
        **one.amounts,
    )


def _other_price(one: Reckoning) -> Cause | None:
    """Their price is told, and is neither ours nor ours for the months that they charge."""
    told = one.their_price
    if told is None or told == one.unit_price or _is_effective(one, told):
        return None
    return DifferenceClass.PRICE, _(
        "They charge %(their_price)s for 12 months, the price is %(our_price)s: "
        "%(theirs)s against %(ours)s.",
        their_price=price_text(told, one.currency),
        our_price=price_text(one.unit_price, one.currency),
        **one.amounts,
    )


def _is_effective(one: Reckoning, told: Decimal) -> bool:
    """Whether their unit price is that of the months charged: P × M / 12, or their amount."""
    digits = minor_digits(one.currency)
    asked = Fraction(one.theirs, 10**digits)
    apart = abs(Fraction(told) * one.quantity - asked)
    effective = Fraction(one.unit_price) * one.months / MONTHS_OF_YEAR
    is_ours = abs(Fraction(told) - effective) * 10**digits <= 1
    months = _months(one)
    return is_ours or (months is not None and apart * 10**digits <= max(1, abs(one.quantity)))


def _months(one: Reckoning) -> int | None:
    """The number of whole months that gives their amount."""
    if not one.year_price:
        return None
    months = round(one.theirs * MONTHS_OF_YEAR / one.year_price)
    gives = int(round_half_up(one.year_price * months / MONTHS_OF_YEAR, 0))
    fits = 0 < months <= _MOST_MONTHS and months != one.months
    return months if fits and abs(gives - one.theirs) < max(1, one.parts) else None


def _other_months(one: Reckoning) -> Cause | None:
    months = _months(one)
    if months is None:
        return None
    return DifferenceClass.PRORATION, _(
        "They charged %(their_months)s months, %(our_months)s were left: "
        "%(theirs)s against %(ours)s.",
        their_months=months,
        our_months=one.months,
        **one.amounts,
    )


def _by_days(one: Reckoning) -> Cause | None:
    start, end = one.their_start or one.start, one.their_end or one.end
    count = (end - start).days + 1
    for days in (count, count - 1):
        for year in _YEARS:
            if abs(one.year_price * days / year - one.theirs) <= 1:
                return DifferenceClass.PRORATION, _(
                    "They prorated by days: %(theirs)s against %(ours)s (%(days)s days of "
                    "%(year)s instead of %(months)s months of 12).",
                    days=days,
                    year=year,
                    months=one.months,
                    **one.amounts,
                )
    return None


def _unexplained(one: Reckoning) -> Cause:
    """The price is what they say it is, so the time differs; else what price theirs would be."""
    if one.their_price is not None or not one.quantity or not one.months:
        return DifferenceClass.PRORATION, _(
            "The price is the same, the time is not: %(theirs)s against %(ours)s for "
            "%(months)s months; neither other months nor days give their amount.",
            months=one.months,
            **one.amounts,
        )
    digits = minor_digits(one.currency)
    implied = Fraction(one.theirs * MONTHS_OF_YEAR, one.quantity * one.months * 10**digits)
    return DifferenceClass.PRICE, _(
        "Theirs is a price of %(their_price)s for 12 months, ours is %(our_price)s: "
        "%(theirs)s against %(ours)s.",
        their_price=price_text(round_half_up(implied, UNIT_PRICE_DIGITS), one.currency),
        our_price=price_text(one.unit_price, one.currency),
        **one.amounts,
    )


def plain(number: Decimal) -> str:
    """A percent without the zeros behind it: `5`, `7.5`."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_LOOKS: tuple[Callable[[Reckoning], Cause | None], ...] = (
    _holds_tax,
    _other_price,
    _unit_rounded,
    _cut_off,
    _other_months,
    _by_days,
)
