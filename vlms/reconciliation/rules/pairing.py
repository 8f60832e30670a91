"""Puts the charges and the rows of one order together, the surest ways first.

Every step looks up by key: the work grows with the number of lines, not with its square.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from vlms.reconciliation.rules.differences import MatchRule
from vlms.reconciliation.rules.sides import OurCharge, Pair, TheirRow, quantity_of

Item = TypeVar("Item")
Charges = tuple[OurCharge, ...]


@dataclass
class Bucket:
    """What may belong together, and the pairs found in it; what is left stays in the lists."""

    rule: MatchRule
    ours: list[OurCharge]
    theirs: list[TheirRow]
    pairs: list[Pair] = field(default_factory=list)

    def settle(self) -> None:
        """Pair all that can be paired here; the order in which lines came does not matter."""
        self.ours.sort(key=_our_order)
        self.theirs.sort(key=_their_order)
        for ours_key, theirs_key in _EXACT:
            self._pair_equal(ours_key, theirs_key)
        self._drop_cancelled()
        for key in (_dates, _currency):
            self._pair_sums(key, _add_up)
        self._find_repeated()
        for key in (_dates, _currency):
            self._pair_sums(key, _count_up)
        self._pair_rest()

    def _pair_equal(
        self, ours_key: Callable[[OurCharge], Hashable], theirs_key: Callable[[TheirRow], Hashable]
    ) -> None:
        waiting = _by(self.ours, ours_key)
        left: list[TheirRow] = []
        for row in self.theirs:
            found = waiting.get(theirs_key(row))
            if found:
                self.pairs.append(Pair(self.rule, (found.popleft(),), (row,)))
            else:
                left.append(row)
        self._leave(left)

    def _leave(self, theirs: list[TheirRow]) -> None:
        """Keep what no pair has taken."""
        taken = {charge.key for pair in self.pairs for charge in pair.ours}
        self.ours = [charge for charge in self.ours if charge.key not in taken]
        self.theirs = theirs

    def _drop_cancelled(self) -> None:
        """A purchase and its cancellation, of which they know neither, are no difference."""
        for charges in _by(self.ours, lambda one: one.reference).values():
            if not sum(one.net for one in charges) and not sum(one.quantity for one in charges):
                self.pairs.append(Pair(self.rule, tuple(charges), ()))
        self._leave(self.theirs)

    def _pair_sums(
        self,
        key: Callable[[OurCharge | TheirRow], Hashable],
        agree: Callable[[Sequence[OurCharge], Sequence[TheirRow]], bool],
    ) -> None:
        """One to many and many to one: what adds up to the same belongs together."""
        ours, theirs = _by(self.ours, key), _by(self.theirs, key)
        taken: set[str] = set()
        for name in ours.keys() & theirs.keys():
            charges, rows = ours[name], theirs[name]
            if agree(charges, rows):
                self.pairs.append(Pair(self.rule, tuple(charges), tuple(rows)))
                taken |= {row.key for row in rows}
        self._leave([row for row in self.theirs if row.key not in taken])

    def _find_repeated(self) -> None:
        """Rows that say again what another row said, beyond what we have left to match."""
        seen = {row.content: row for pair in self.pairs for row in pair.theirs}
        spare = len(self.theirs) - len(_lines(self.ours))
        left: list[TheirRow] = []
        for row in self.theirs:
            first = seen.setdefault(row.content, row)
            if first is not row and spare > 0:
                self.pairs.append(Pair(self.rule, (), (row,), repeats=first))
                spare -= 1
            else:
                left.append(row)
        self.theirs = left

    def _pair_rest(self) -> None:
        """What does not agree: by quantity, all of it together, by days, at last in order."""
        lines = _lines(self.ours)
        for by_size in (_sizes_and_dates, _sizes):
            lines = self._pair_lines(lines, by_size)
        if 1 in (len(lines), len(self.theirs)) and _is_one_currency(self.ours, self.theirs):
            self.pairs.append(Pair(self.rule, tuple(self.ours), tuple(self.theirs)))
            self._leave([])
            return
        for key in (_line_dates, _anything):
            lines = self._pair_lines(lines, key)

    def _pair_lines(
        self, lines: list[Charges], key: Callable[[Sequence[OurCharge] | TheirRow], Hashable]
    ) -> list[Charges]:
        waiting = _by(lines, key)
        left: list[TheirRow] = []
        for row in self.theirs:
            found = waiting.get(key(row))
            if found:
                self.pairs.append(Pair(self.rule, found.popleft(), (row,)))
            else:
                left.append(row)
        self._leave(left)
        return _lines(self.ours)


def _by(items: Iterable[Item], key: Callable[[Item], Hashable]) -> dict[Hashable, deque[Item]]:
    found: dict[Hashable, deque[Item]] = defaultdict(deque)
    for item in items:
        found[key(item)].append(item)
    return dict(found)


def _lines(charges: Iterable[OurCharge]) -> list[Charges]:
    """The charges of each order line together."""
    return [tuple(some) for some in _by(charges, lambda one: one.reference).values()]


def _our_order(one: OurCharge) -> tuple[object, ...]:
    return (one.start, one.end, one.quantity, one.net, one.key)


def _their_order(row: TheirRow) -> tuple[object, ...]:
    first, last = row.start or date.min, row.end or date.min
    return (first, last, row.quantity or 0, row.net, row.tax or 0, row.currency, row.row, row.key)


def _dates(side: OurCharge | TheirRow) -> Hashable:
    return (side.currency, side.start, side.end)


def _currency(side: OurCharge | TheirRow) -> Hashable:
    return side.currency


def _sizes_and_dates(side: Sequence[OurCharge] | TheirRow) -> Hashable:
    return (_sizes(side), _line_dates(side))


def _sizes(side: Sequence[OurCharge] | TheirRow) -> Hashable:
    """A row that tells no quantity fits none by it."""
    if isinstance(side, TheirRow):
        return side.quantity if side.quantity is not None else side.key
    return sum(one.quantity for one in side)


def _line_dates(side: Sequence[OurCharge] | TheirRow) -> Hashable:
    if isinstance(side, TheirRow):
        return (side.start, side.end)
    return (side[0].start, side[0].end)


def _anything(_side: Sequence[OurCharge] | TheirRow) -> Hashable:
    return None


def _add_up(charges: Sequence[OurCharge], rows: Sequence[TheirRow]) -> bool:
    told = quantity_of(rows)
    same_net = sum(one.net for one in charges) == sum(row.net for row in rows)
    return same_net and told in (None, sum(one.quantity for one in charges))


def _count_up(charges: Sequence[OurCharge], rows: Sequence[TheirRow]) -> bool:
    """Whether one line and several rows, or one row and several charges, count the same."""
    if len(rows) > 1 and len(_lines(charges)) > 1:
        return False
    return quantity_of(rows) == sum(one.quantity for one in charges)


def _is_one_currency(charges: Sequence[OurCharge], rows: Sequence[TheirRow]) -> bool:
    """Whether both sides are there and in the same currency."""
    ours, theirs = {one.currency for one in charges}, {row.currency for row in rows}
    return len(ours) == 1 and ours == theirs


_EXACT: tuple[
    tuple[Callable[[OurCharge], Hashable], Callable[[TheirRow], Hashable]],
    ...,
] = (
    (
        lambda one: (one.currency, one.net, one.quantity, one.start, one.end),
        lambda row: (row.currency, row.net, row.quantity, row.start, row.end),
    ),
    (
        lambda one: (one.currency, one.net, one.quantity),
        lambda row: (row.currency, row.net, row.quantity),
    ),
    (
        lambda one: (one.currency, one.net),
        lambda row: (
            (row.currency, row.net, row.quantity is None)
            if row.quantity
            else (row.currency, row.net)
        ),
    ),
)
