"""Twins of acts on memberships that read first and write later: negative controls of their races.

Nothing like them may stand in the product.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement

from vlms.accounts.models import RoleGrant
from vlms.core.db import Base, reading, transaction
from vlms.core.scope import System
from vlms.core.scoping import guarded_update
from vlms.partners.models.memberships import MembershipBenefit, MembershipOrder
from vlms.partners.rules.membership_orders import MembershipOrderState

_TWIN = System("unguarded twin")
Twin = Callable[[], bool]


def assigning_twin(meeting: threading.Barrier, benefit_id: UUID, *, is_guarded: bool) -> Twin:
    """Whether it believes that it has assigned the last one."""
    left = MembershipBenefit.assigned_count < MembershipBenefit.quantity

    def act() -> bool:
        with reading(_TWIN) as session:
            found = session.get_one(MembershipBenefit, benefit_id)
            count = found.assigned_count
            assert count < found.quantity
        meeting.wait()
        return _write(MembershipBenefit, benefit_id, left, is_guarded, assigned_count=count + 1)

    return act


def paying_twin(meeting: threading.Barrier, order_id: UUID, *, is_guarded: bool) -> Twin:
    """Whether it believes that its payment is the one of the order."""
    waits = MembershipOrder.state == MembershipOrderState.PLACED

    def act() -> bool:
        with reading(_TWIN) as session:
            state = session.get_one(MembershipOrder, order_id).state
            assert state is MembershipOrderState.PLACED
        meeting.wait()
        paid = MembershipOrderState.PAID
        return _write(MembershipOrder, order_id, waits, is_guarded, state=paid)

    return act


def handing_over_twin(
    meeting: threading.Barrier, grant_id: UUID, now: datetime, *, is_guarded: bool
) -> Twin:
    """Whether it believes that it has taken the role away to give it."""
    holds = RoleGrant.ended_at.is_(None)

    def act() -> bool:
        with reading(_TWIN) as session:
            assert session.get_one(RoleGrant, grant_id).ended_at is None
        meeting.wait()
        return _write(RoleGrant, grant_id, holds, is_guarded, ended_at=now)

    return act


def _write(
    model: type[Base], key: UUID, guard: ColumnElement[bool], is_guarded: bool, **values: Any
) -> bool:
    guards = [model.__table__.c.id == key, *([guard] if is_guarded else [])]
    with transaction(_TWIN) as session:
        return guarded_update(session, model, *guards, **values) == 1
