"""Tells what is wrong with a pair: each difference with its class, amount and cause."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from vlms.core.money import Money, round_half_up
from vlms.core.text import Text, _
from vlms.reconciliation.rules.causes import Reckoning, cause_of, plain
from vlms.reconciliation.rules.differences import DifferenceClass, MatchRule
from vlms.reconciliation.rules.sides import OurCharge, Pair, TheirRow, quantity_of


@dataclass(frozen=True, slots=True)
class Found:
    """A difference; `amount` is theirs less ours in minor units, None in two currencies.

    `is_of_tax`: the amount is of the tax, the net amounts agree.
    """

    kind: DifferenceClass
    ours: tuple[OurCharge, ...]
    theirs: tuple[TheirRow, ...]
    amount: int | None
    currency: str
    cause: Text
    rule: MatchRule | None = None
    is_of_tax: bool = False
    repeats: TheirRow | None = None


def differences_of(pair: Pair, tolerance: int = 0) -> Iterator[Found]:
    """What of a pair does not agree; amounts up to `tolerance` apart count as equal."""
    if pair.repeats is not None:
        yield _repeated(pair, pair.repeats)
    elif pair.theirs:
        yield from _compared(pair, tolerance)


def _repeated(pair: Pair, first: TheirRow) -> Found:
    row = pair.theirs[0]
    low, high = sorted((first.row, row.row))
    cause = _("Written twice, rows %(first)s and %(second)s.", first=str(low), second=str(high))
    return Found(
        DifferenceClass.DUPLICATE,
        pair.ours,
        pair.theirs,
        row.net,
        row.currency,
        cause,
        pair.rule,
        repeats=first,
    )


@dataclass(frozen=True, slots=True)
class _Sides:
    """A pair's two sides, each added up."""

    pair: Pair
    quantity: int
    net: int
    their_quantity: int | None
    their_net: int
    currency: str

    @classmethod
    def of(cls, pair: Pair) -> _Sides:
        return cls(
            pair,
            sum(one.quantity for one in pair.ours),
            sum(one.net for one in pair.ours),
            quantity_of(pair.theirs),
            sum(row.net for row in pair.theirs),
            pair.ours[0].currency,
        )

    def found(
        self, kind: DifferenceClass, cause: Text, amount: int | None, is_of_tax: bool = False
    ) -> Found:
        pair = self.pair
        return Found(
            kind, pair.ours, pair.theirs, amount, self.currency, cause, pair.rule, is_of_tax
        )


def _compared(pair: Pair, tolerance: int) -> Iterator[Found]:
    sides = _Sides.of(pair)
    if {row.currency for row in pair.theirs} != {sides.currency}:
        yield _currency(sides)
        return
    amount = _amount(sides, tolerance)
    if amount is not None:
        yield amount
    else:
        tax = _tax(sides, tolerance)
        if tax is not None:
            yield tax
    if amount is None or amount.kind is not DifferenceClass.PRORATION:
        yield from _days(sides)


def _currency(sides: _Sides) -> Found:
    row = sides.pair.theirs[0]
    return sides.found(
        DifferenceClass.CURRENCY,
        _(
            "They charge %(theirs)s, ordered was in another currency: %(ours)s.",
            theirs=Money(sides.their_net, row.currency),
            ours=Money(sides.net, sides.currency),
        ),
        None,
    )


def _amount(sides: _Sides, tolerance: int) -> Found | None:
    """A difference in quantity, else in the net amount."""
    apart = sides.their_net - sides.net
    if sides.their_quantity not in (None, sides.quantity):
        return sides.found(
            DifferenceClass.QUANTITY,
            _(
                "They count %(theirs)s, %(ours)s were ordered: %(their_net)s against %(our_net)s.",
                theirs=sides.their_quantity,
                ours=sides.quantity,
                their_net=Money(sides.their_net, sides.currency),
                our_net=Money(sides.net, sides.currency),
            ),
            apart,
        )
    if abs(apart) <= tolerance:
        return None
    kind, cause = cause_of(_reckoning(sides))
    return sides.found(kind, cause, apart)


def _reckoning(sides: _Sides) -> Reckoning:
    rows, latest = sides.pair.theirs, sides.pair.ours[-1]
    prices = {row.unit_price for row in rows}
    starts = [row.start for row in rows if row.start is not None]
    ends = [row.end for row in rows if row.end is not None]
    return Reckoning(
        quantity=sides.quantity,
        unit_price=_price(sides.pair.ours),
        months=latest.months,
        net=sides.net,
        currency=sides.currency,
        start=latest.start,
        end=latest.end,
        theirs=sides.their_net,
        their_price=prices.pop() if len(prices) == 1 else None,
        their_start=min(starts, default=None),
        their_end=max(ends, default=None),
        percent=latest.percent,
        parts=max(len(rows), len(sides.pair.ours)),
    )


def _price(charges: Sequence[OurCharge]) -> Decimal:
    """The price that counts: the latest, where a line was priced again."""
    again = [one for one in charges if one.reason == "repricing"]
    return (again or charges)[-1].unit_price


def _tax(sides: _Sides, tolerance: int) -> Found | None:
    told = [row.tax for row in sides.pair.theirs if row.tax is not None]
    if len(told) != len(sides.pair.theirs):
        return None
    percent = sides.pair.ours[0].percent
    invoiced = [one.tax for one in sides.pair.ours if one.tax is not None]
    is_invoiced = len(invoiced) == len(sides.pair.ours)
    theirs = sum(told)
    if is_invoiced:
        expected, leeway = sum(invoiced), tolerance
    elif percent is not None:
        # Not invoiced yet: rounded per line or per invoice, both are right.
        expected = _per_line(sides.net, percent)
        leeway = max(tolerance, len(told))
    else:
        return None
    if abs(theirs - expected) <= leeway:
        return None
    cause = _tax_cause(sides, theirs, expected, percent)
    return sides.found(DifferenceClass.TAX, cause, theirs - expected, is_of_tax=True)


def _per_line(net: int, percent: Decimal) -> int:
    return int(round_half_up(net * Fraction(percent) / 100, 0))


def _tax_cause(sides: _Sides, theirs: int, expected: int, percent: Decimal | None) -> Text:
    values: dict[str, object] = {
        "theirs": Money(theirs, sides.currency),
        "ours": Money(expected, sides.currency),
    }
    if percent is not None and theirs == _per_line(sides.net, percent):
        return _(
            "Tax of %(percent)s %% rounded per line: %(theirs)s; on the invoice it is %(ours)s.",
            percent=plain(percent),
            **values,
        )
    if theirs == 0:
        return _("They charge no tax, due is %(ours)s.", **values)
    if not sides.net:
        return _("They charge a tax of %(theirs)s, due is %(ours)s.", **values)
    rate = round_half_up(Fraction(theirs * 100, sides.net), 2)
    return _(
        "They charge a tax of %(rate)s %%: %(theirs)s against %(ours)s.",
        rate=plain(rate),
        **values,
    )


def _days(sides: _Sides) -> Iterator[Found]:
    """Days of the charge that are told and are not ours."""
    ours, rows = sides.pair.ours, sides.pair.theirs
    starts, ends = {one.start for one in ours}, {one.end for one in ours}
    start = _only(starts, {row.start for row in rows})
    if start is not None:
        yield sides.found(
            DifferenceClass.PERIOD,
            _(
                "They charge from %(theirs)s, the order from %(ours)s.",
                theirs=start[1],
                ours=start[0],
            ),
            0,
        )
    end = _only(ends, {row.end for row in rows})
    if end is not None:
        yield sides.found(
            DifferenceClass.WRONG_END_DATE,
            _(
                "They charge until %(theirs)s, the order until %(ours)s.",
                theirs=end[1],
                ours=end[0],
            ),
            0,
        )


def _only(ours: set[date], theirs: set[date | None]) -> tuple[date, date] | None:
    """Two days that are not the same, where each side tells one."""
    if len(ours) != 1 or len(theirs) != 1:
        return None
    our, their = next(iter(ours)), next(iter(theirs))
    return None if their is None or their == our else (our, their)
