"""A month and its differences in plain values, for commands."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from vlms.core.money import Money
from vlms.reconciliation.models.differences import Difference
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.paper import amount_of, cause_of
from vlms.reconciliation.queries.differences import DifferenceFilter, list_differences
from vlms.reconciliation.rules.differences import DifferenceClass

_IN_MINOR = ("net", "tax")


def told_period(session: Session, period: Period) -> dict[str, Any]:
    """What the last matching counted, `counts` by class, and each difference that is there."""
    figures = dict(period.figures or {})
    kinds = figures.pop("kinds", {})
    return {
        "period": period.month,
        "state": period.state.value,
        "matched_at": period.matched_at and period.matched_at.isoformat(),
        "counts": {kind.value: kinds.get(kind.value, 0) for kind in DifferenceClass},
        **figures,
        "differences": [
            told_difference(one) for one in list_differences(session, period.id, DifferenceFilter())
        ],
    }


def told_difference(one: Difference) -> dict[str, Any]:
    """Both sides, the amount and the cause; amounts as decimals of their currency."""
    amount = amount_of(one)
    return {
        "id": str(one.id),
        "side": one.side.value,
        "class": one.kind.value,
        "state": one.state.value,
        "ours": _told_side(one.ours),
        "theirs": _told_side(one.theirs),
        "currency": one.currency,
        "amount": amount and str(amount.amount),
        "cause": str(cause_of(one)),
        "matched_by": one.matched_by,
    }


def _told_side(side: dict[str, Any] | None) -> dict[str, Any] | None:
    if side is None or "currency" not in side:
        return side
    amounts = {
        name: str(Money(side[name], side["currency"]).amount) for name in _IN_MINOR if name in side
    }
    return {**side, **amounts}
