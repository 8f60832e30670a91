"""Finds budgets, and what is spent of them.

Whose role is limited to single agreements sees no budget: of the others' orders it would
count none, and say that more is left than there is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, select
from sqlalchemy.orm import Session

from vlms.billing.models.budgets import Budget
from vlms.billing.rules.budget import Standing
from vlms.core.errors import NotFound
from vlms.core.money import Money
from vlms.core.paging import Listing, Page, page_of
from vlms.core.scope import Organisation
from vlms.core.text import _
from vlms.orders.models import Order
from vlms.orders.rules.order_clock import OrderState

SORTS = {"cost_centre": Budget.cost_centre, "first_day": Budget.first_day}
# What costs nothing, or nothing yet.
UNSPENT = (OrderState.DRAFT, OrderState.AWAITING_APPROVAL, OrderState.CANCELLED)
# So many orders stand on a budget's page.
MOST_ORDERS = 200


@dataclass(frozen=True)
class Spending:
    """An order, placed or being typed: whose, of which cost centre, on which day."""

    organisation_id: UUID
    cost_centre: str | None
    currency: str
    day: date


def sees_budgets(session: Session) -> bool:
    """Whether the session counts all orders of an organisation."""
    scope = session.info["scope"]
    return not isinstance(scope, Organisation) or scope.is_whole


def search_budgets(session: Session, cost_centre: str | None, listing: Listing) -> Page[Budget]:
    """One page of the budgets whose cost centre holds these words."""
    statement = _seen(session)
    if cost_centre:
        statement = statement.where(Budget.cost_centre.icontains(cost_centre, autoescape=True))
    return page_of(session, statement, SORTS, listing)


def list_budgets(session: Session, organisation_id: UUID) -> Sequence[Budget]:
    """All budgets of an organisation, by cost centre and day."""
    statement = _seen(session).where(Budget.organisation_id == organisation_id)
    return session.scalars(statement.order_by(Budget.cost_centre, Budget.first_day)).all()


def get_budget(session: Session, budget_id: UUID) -> Budget:
    """Raises NotFound, also for one that the session does not see."""
    budget = session.scalar(_seen(session).where(Budget.id == budget_id))
    if budget is None:
        raise NotFound(None, _("There is no such budget."))
    return budget


def currencies_of_budgets(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    """The currency of each of these budgets that the session's scope may see."""
    found = session.scalars(_seen(session).where(Budget.id.in_(keys)))
    return {budget.id: budget.currency for budget in found}


def list_covering(session: Session, spending: Spending) -> Sequence[Budget]:
    """The budgets that an order counts in, the narrowest first."""
    if spending.cost_centre is None:
        return []
    statement = _seen(session).where(
        Budget.organisation_id == spending.organisation_id,
        Budget.cost_centre == spending.cost_centre,
        Budget.currency == spending.currency,
        Budget.first_day <= spending.day,
        Budget.last_day >= spending.day,
    )
    found = session.scalars(statement.order_by(Budget.first_day, Budget.id)).all()
    return sorted(found, key=lambda one: one.last_day - one.first_day)


def has_budgets(session: Session, organisation_id: UUID) -> bool:
    """Whether the organisation keeps any budget."""
    statement = _seen(session).where(Budget.organisation_id == organisation_id).limit(1)
    return session.scalar(statement) is not None


def standings(session: Session, budgets: Sequence[Budget]) -> dict[UUID, Standing]:
    """Each budget with what is spent of it: all its placed orders that were not cancelled."""
    spent = session.execute(
        select(Budget.id, func.sum(Order.total_minor))
        .join(Order, _counts())
        .where(Budget.id.in_([budget.id for budget in budgets]))
        .group_by(Budget.id)
    )
    sums = {budget_id: int(minor) for budget_id, minor in spent}
    return {
        one.id: Standing(
            Money(one.amount_minor, one.currency), Money(sums.get(one.id, 0), one.currency)
        )
        for one in budgets
    }


def list_spent_on(session: Session, budget: Budget) -> Sequence[Order]:
    """The orders that a budget was spent on, the latest first; not more than are shown."""
    statement = select(Order).join(Budget, _counts()).where(Budget.id == budget.id)
    latest = statement.order_by(Order.ordered_on.desc(), Order.number.desc())
    return session.scalars(latest.limit(MOST_ORDERS)).all()


def _counts() -> ColumnElement[bool]:
    """The condition under which an order is paid from a budget."""
    return and_(
        Order.organisation_id == Budget.organisation_id,
        Order.cost_centre == Budget.cost_centre,
        Order.currency == Budget.currency,
        Order.ordered_on.between(Budget.first_day, Budget.last_day),
        Order.state.not_in(UNSPENT),
    )


def _seen(session: Session) -> Select[Budget]:
    return select(Budget) if sees_budgets(session) else select(Budget).where(false())
