"""Whose step comes next in an order (O4)."""

from __future__ import annotations

import pytest

from vlms.core.permissions import Role
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.rules.waiting import states_waiting_for

_S = OrderState
SELLERS = {_S.PLACED, _S.PROCESSED, _S.ACKNOWLEDGED}


@pytest.mark.parametrize(
    ("role", "has_reseller", "states"),
    [
        (Role.LICENSING_ADMIN, True, {_S.DRAFT, _S.AWAITING_APPROVAL}),
        (Role.LICENSING_ADMIN, False, {_S.DRAFT, _S.AWAITING_APPROVAL}),
        (Role.RESELLER, True, SELLERS),
        (Role.RESELLER, False, set()),
        (Role.OPERATOR, True, {_S.INVOICED}),
        (Role.OPERATOR, False, {*SELLERS, _S.INVOICED}),
        (Role.AUDITOR, True, set()),
    ],
)
def test_each_role_is_waited_for_in_its_own_states(
    role: Role, has_reseller: bool, states: set[OrderState]
) -> None:
    assert states_waiting_for({role}, has_reseller=has_reseller) == states
