"""Matches charges with the rows of others' files by the rules that pages name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from vlms.reconciliation.rules.differences import MatchRule
from vlms.reconciliation.rules.pairing import Bucket
from vlms.reconciliation.rules.sides import OurCharge, Pair, TheirRow

# Of an amount: so near are two that belong together though nothing names their order.
NEAR_PERCENT = 2


@dataclass(frozen=True, slots=True)
class Matching:
    """The pairs, and what found nothing on the other side."""

    pairs: Sequence[Pair]
    ours_left: Sequence[OurCharge]
    theirs_left: Sequence[TheirRow]


def match(ours: Iterable[OurCharge], theirs: Iterable[TheirRow]) -> Matching:
    """Every charge and every row in exactly one pair, or left; whatever their order."""
    ours, theirs = list(ours), list(theirs)
    pairs: list[Pair] = []
    for rule, our_key, their_key in _RULES:
        ours, theirs = _by_rule(rule, our_key, their_key, ours, theirs, pairs)
    ours, theirs = _by_near_amount(ours, theirs, pairs)
    return Matching(pairs, ours, theirs)


OurKey = Callable[[OurCharge], Hashable]
TheirKey = Callable[[TheirRow], Hashable | None]


def _by_rule(
    rule: MatchRule,
    our_key: OurKey,
    their_key: TheirKey,
    ours: Sequence[OurCharge],
    theirs: Sequence[TheirRow],
    pairs: list[Pair],
) -> tuple[list[OurCharge], list[TheirRow]]:
    """Settle each bucket that both sides are in; what is left of it goes on to the next rule."""
    buckets: dict[Hashable, Bucket] = defaultdict(lambda: Bucket(rule, [], []))
    theirs_left: list[TheirRow] = []
    for row in theirs:
        key = their_key(row)
        (theirs_left if key is None else buckets[key].theirs).append(row)
    ours_left: list[OurCharge] = []
    for charge in ours:
        found = buckets.get(our_key(charge))
        (ours_left if found is None else found.ours).append(charge)
    for bucket in buckets.values():
        if bucket.ours:
            bucket.settle()
        pairs.extend(bucket.pairs)
        ours_left.extend(bucket.ours)
        theirs_left.extend(bucket.theirs)
    return ours_left, theirs_left


def _by_near_amount(
    ours: Sequence[OurCharge], theirs: Sequence[TheirRow], pairs: list[Pair]
) -> tuple[list[OurCharge], list[TheirRow]]:
    """Rows that name no order: the charge whose amount is nearest, if it is near."""
    waiting: dict[Hashable, list[OurCharge]] = defaultdict(list)
    for charge in ours:
        waiting[_shape(charge)].append(charge)
    for some in waiting.values():
        some.sort(key=lambda one: (one.net, one.key))
    left: list[TheirRow] = []
    for row in sorted(theirs, key=lambda one: (one.net, one.row, one.key)):
        some = waiting.get(_shape(row), []) if row.order_number is None else []
        # Only one that is alone is sure enough.
        if len(some) == 1 and _is_near(some[0].net, row.net):
            pairs.append(Pair(MatchRule.NEAR_AMOUNT, (some.pop(),), (row,)))
        else:
            left.append(row)
    return [charge for some in waiting.values() for charge in some], left


def _is_near(ours: int, theirs: int) -> bool:
    return abs(theirs - ours) * 100 <= abs(ours) * NEAR_PERCENT


def _shape(side: OurCharge | TheirRow) -> Hashable:
    return (side.product, side.currency, side.quantity, side.start)


def _figures(side: OurCharge | TheirRow) -> Hashable:
    return (side.customer, side.product, side.currency, side.quantity, side.net, side.start)


_RULES: tuple[tuple[MatchRule, OurKey, TheirKey], ...] = (
    (MatchRule.REFERENCE, lambda one: one.reference, lambda row: row.reference),
    (
        MatchRule.ORDER_AND_PRODUCT,
        lambda one: (one.order_number, one.product),
        lambda row: (row.order_number, row.product) if row.order_number and row.product else None,
    ),
    (
        MatchRule.ORDER,
        lambda one: one.order_number,
        lambda row: row.order_number if row.product is None else None,
    ),
    (
        MatchRule.FIGURES,
        _figures,
        lambda row: _figures(row) if row.order_number is None and row.product else None,
    ),
)
