"""Whose step comes next in an order (O4)."""

from __future__ import annotations

from collections.abc import Iterable

from vlms.core.permissions import Role
from vlms.orders.rules.order_clock import NEXT, OrderState, OrderStep, may_take

_FORWARD = frozenset(
    {
        OrderStep.PLACE,
        OrderStep.APPROVE,
        OrderStep.PROCESS,
        OrderStep.ACKNOWLEDGE,
        OrderStep.INVOICE,
        OrderStep.DELIVER,
    }
)


def states_waiting_for(roles: Iterable[Role], *, has_reseller: bool) -> frozenset[OrderState]:
    """The states in which one of these roles takes the step that leads on.

    The rest of a short delivery waits for the provider, so a fulfilled order for nobody.
    """
    held = frozenset(roles)
    return frozenset(
        state
        for state, step in NEXT
        if step in _FORWARD
        and state is not OrderState.FULFILLED
        and may_take(step, held, has_reseller=has_reseller)
    )
