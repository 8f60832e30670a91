"""Tax on net amounts (P3): rounded per line, or per invoice and then shared by its lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from vlms.core.money import round_half_up


class TaxMode(StrEnum):
    """P3: on what a country's tax is rounded."""

    PER_LINE = "per_line"
    PER_INVOICE = "per_invoice"


@dataclass(frozen=True, slots=True)
class Taxable:
    """A line's net amount in minor units, and its rate in percent."""

    net_minor: int
    percent: Decimal


def line_taxes(lines: Sequence[Taxable], mode: TaxMode) -> list[int]:
    """Each line's tax in minor units; per invoice they add up to the tax of each rate's sum.

    Rounded half-up, away from zero: a credit note mirrors its invoice to the cent.
    """
    exact = [_exact(line) for line in lines]
    if mode is TaxMode.PER_LINE:
        return [_rounded(tax) for tax in exact]
    taxes = [0] * len(lines)
    for percent in {line.percent for line in lines}:
        places = [place for place, line in enumerate(lines) if line.percent == percent]
        shares = shared(_rounded(sum((exact[p] for p in places), Fraction(0))), exact, places)
        for place, share in zip(places, shares, strict=True):
            taxes[place] = share
    return taxes


def shared(total: int, exact: Sequence[Fraction], places: Sequence[int]) -> list[int]:
    """`total` in whole units, as near to the exact parts at `places` as can be (I14).

    The units left over go to the largest remainders, the first of equals first.
    """
    whole = [exact[place].numerator // exact[place].denominator for place in places]
    remainders = [exact[place] - floor for place, floor in zip(places, whole, strict=True)]
    order = sorted(range(len(places)), key=lambda at: (-remainders[at], at))
    for at in order[: total - sum(whole)]:
        whole[at] += 1
    return whole


def _exact(line: Taxable) -> Fraction:
    return line.net_minor * Fraction(line.percent) / 100


def _rounded(exact: Fraction) -> int:
    return int(round_half_up(exact, 0))
