"""Tie-out: what was summed in several ways must be the same, per currency, before it leaves.

Currencies stand side by side and are never added up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vlms.core.errors import Conflict
from vlms.core.money import Money
from vlms.core.text import Text, _


@dataclass(frozen=True, slots=True)
class Sum:
    """Net and gross in minor units."""

    net: int = 0
    gross: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.net + other.net, self.gross + other.gross)


Sums = Mapping[str, Sum]
"""By currency; a currency without an amount may be missing."""


def added(amounts: Iterable[tuple[str, int, int]]) -> dict[str, Sum]:
    """Sums of (currency, net, gross)."""
    sums: dict[str, Sum] = {}
    for currency, net, gross in amounts:
        sums[currency] = sums.get(currency, Sum()) + Sum(net, gross)
    return sums


def check_tie_out(accounts: Mapping[str, tuple[Text, Sums]]) -> None:
    """Raises Conflict (I18) at the first currency and amount on which two accounts differ.

    Each account has the word by which people know it; the first is what the others must be.
    """
    (first, expected), *others = accounts.values()
    for word, sums in others:
        for currency in sorted({*expected, *sums}):
            wanted, found = expected.get(currency, Sum()), sums.get(currency, Sum())
            for name, one, other in (
                (_("net"), wanted.net, found.net),
                (_("gross"), wanted.gross, found.gross),
            ):
                if one != other:
                    amounts = (Money(one, currency), Money(other, currency))
                    raise _withheld(name, (first, word), amounts)


def _withheld(name: Text, words: tuple[Text, Text], amounts: tuple[Money, Money]) -> Conflict:
    return Conflict(
        "P3",
        _(
            "Withheld, as it does not tie out: %(name)s is %(first)s by %(one)s and %(second)s by "
            "%(other)s.",
            name=name,
            first=amounts[0],
            one=words[0],
            second=amounts[1],
            other=words[1],
        ),
        reason="no_tie_out",
        way_out=_("Look at the publisher's invoices of these orders, and correct what is wrong."),
        facts={"currency": amounts[0].currency, "amounts": [one.minor for one in amounts]},
    )
