"""Finds orders, their lines and history, and the facts that prices depend on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from vlms.accounts.models import ApprovalLimit, User
from vlms.catalog.models import Price, PriceLevel
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _
from vlms.orders.models import ConsentState, Order, OrderEvent, OrderLine, PriceConsent
from vlms.orders.rules.order_clock import OrderState, OrderStep

Row = TypeVar("Row")

ORDER_SORTS = {
    "number": Order.number,
    "created": Order.created_at,
    "state": Order.state,
    "total": Order.total_minor,
}


# Neither closed nor cancelled.
OPEN_STATES = tuple(
    state for state in OrderState if state not in (OrderState.CLOSED, OrderState.CANCELLED)
)


@dataclass(frozen=True)
class Waiting:
    """The states in which the next step is this user's, with a reseller and without one."""

    user_id: UUID | None
    with_reseller: frozenset[OrderState]
    without_reseller: frozenset[OrderState]
    # Whether a higher total is theirs to agree to (P5); while it is asked nothing else waits.
    consents: bool = False


@dataclass(frozen=True)
class OrderFilter:
    """Which orders a list shows; None leaves a side open. `only` are keys of late ones.

    `waits_for` somebody: drafts are their maker's, an approval is not theirs to give who
    asked for it (O4).
    """

    words: str | None = None
    state: OrderState | None = None
    agreement_id: UUID | None = None
    only: frozenset[UUID] | None = None
    open_only: bool = False
    waits_for: Waiting | None = None
    consent_only: bool = False


def get_order(session: Session, order_id: UUID) -> Order:
    """Raises NotFound, also for an order that the scope does not see."""
    order = session.scalar(select(Order).where(Order.id == order_id))
    if order is None:
        raise NotFound(None, _("There is no such order."))
    return order


def find_order(session: Session, number: str) -> Order | None:
    return session.scalar(select(Order).where(Order.number == number.strip().upper()))


def get_line(session: Session, order: Order, line_id: UUID) -> OrderLine:
    """Raises NotFound, also for a line of another order."""
    statement = select(OrderLine).where(OrderLine.id == line_id, OrderLine.order_id == order.id)
    line = session.scalar(statement)
    if line is None:
        raise NotFound(None, _("There is no such line in this order."))
    return line


def get_consent(session: Session, consent_id: UUID) -> PriceConsent:
    """What the customer is asked to agree to (P5). Raises NotFound."""
    statement = select(PriceConsent).where(PriceConsent.id == consent_id)
    consent = session.scalar(statement.options(joinedload(PriceConsent.order)))
    if consent is None:
        raise NotFound(None, _("Nobody asks for this consent."))
    return consent


def search_orders(session: Session, wanted: OrderFilter, listing: Listing) -> Page[Order]:
    """A page of the orders that the filter leaves."""
    statement = _filtered(select(Order), wanted).options(
        joinedload(Order.agreement),
        joinedload(Order.organisation),
        joinedload(Order.reseller),
        *_OF_THE_CLOCK,
    )
    return page_of(session, statement, ORDER_SORTS, listing)


def list_orders(session: Session, wanted: OrderFilter) -> Sequence[Order]:
    """All orders that the filter leaves, by number."""
    statement = _filtered(select(Order), wanted).options(
        joinedload(Order.agreement), joinedload(Order.organisation), joinedload(Order.reseller)
    )
    return session.scalars(statement.order_by(Order.number)).all()


def list_lines(session: Session, wanted: OrderFilter) -> Sequence[OrderLine]:
    """The lines of the orders that the filter leaves, by order and position."""
    statement = _filtered(select(OrderLine).join(OrderLine.order), wanted).options(
        joinedload(OrderLine.order).options(
            joinedload(Order.agreement), joinedload(Order.organisation)
        ),
        joinedload(OrderLine.product),
    )
    return session.scalars(statement.order_by(Order.number, OrderLine.position)).all()


def count_orders(session: Session, wanted: OrderFilter) -> int:
    """How many orders the filter leaves."""
    return int(session.scalar(_filtered(select(func.count(Order.id)), wanted)) or 0)


def count_lines(session: Session, wanted: OrderFilter) -> int:
    """How many lines the orders have that the filter leaves."""
    orders = _filtered(select(Order.id), wanted)
    counted = select(func.count(OrderLine.id)).where(OrderLine.order_id.in_(orders))
    return int(session.scalar(counted) or 0)


def _filtered(statement: Select[Row], wanted: OrderFilter) -> Select[Row]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.words:
        conditions.append(_holds_words(wanted.words))
    if wanted.state is not None:
        conditions.append(Order.state == wanted.state)
    if wanted.agreement_id is not None:
        conditions.append(Order.agreement_id == wanted.agreement_id)
    if wanted.only is not None:
        conditions.append(Order.id.in_(sorted(wanted.only)))
    if wanted.open_only:
        conditions.append(Order.state.in_(OPEN_STATES))
    if wanted.consent_only:
        conditions.append(asks_consent())
    if wanted.waits_for is not None:
        conditions.append(_waits(wanted.waits_for))
    return statement.where(*conditions)


def _waits(waiting: Waiting) -> ColumnElement[bool]:
    mine = or_(
        Order.reseller_id.is_not(None) & Order.state.in_(sorted(waiting.with_reseller)),
        Order.reseller_id.is_(None) & Order.state.in_(sorted(waiting.without_reseller)),
    )
    asked = Order.events.any(
        and_(OrderEvent.step == OrderStep.ASK_APPROVAL, OrderEvent.recorded_by == waiting.user_id)
    )
    answers = asks_consent() if waiting.consents else false()
    others = and_(
        mine,
        or_(Order.state != OrderState.DRAFT, Order.created_by == waiting.user_id),
        or_(Order.state != OrderState.AWAITING_APPROVAL, ~asked),
        ~asks_consent(),
    )
    return or_(answers, others)


def asks_consent() -> ColumnElement[bool]:
    """Whether the customer is asked to agree to a higher total of an order (P5)."""
    return Order.consents.any(PriceConsent.state == ConsentState.ASKED)


def _holds_words(words: str) -> ColumnElement[bool]:
    """In the order's number, the buyer's own number, or the cost centre; in any case."""
    columns = (Order.number, Order.purchase_order, Order.cost_centre)
    return or_(*(column.icontains(words, autoescape=True) for column in columns))


def list_perhaps_late(session: Session, now: datetime) -> Sequence[Order]:
    """Orders that wait for a step longer than any of them may be late without it (O4).

    24 hours for a site pack and 14 days for codes, which are at least ten business days.
    """
    waiting = or_(
        (Order.processed_at < now - timedelta(hours=24)) & Order.acknowledged_at.is_(None),
        (Order.invoiced_at < now - timedelta(days=14)) & Order.fulfilled_at.is_(None),
        (Order.processed_at < now - timedelta(hours=24)) & Order.fulfilled_at.is_(None),
    )
    open_states = (OrderState.PROCESSED, OrderState.ACKNOWLEDGED, OrderState.INVOICED)
    return session.scalars(
        select(Order)
        .where(Order.state.in_(open_states), waiting)
        .options(joinedload(Order.agreement), *_OF_THE_CLOCK)
    ).all()


# What deadlines are told by.
_OF_THE_CLOCK = (
    selectinload(Order.lines).joinedload(OrderLine.product),
    selectinload(Order.events),
)


def list_placed_lines(session: Session, agreement_id: UUID) -> Sequence[OrderLine]:
    """The lines of every order that was ever placed under the agreement, cancelled ones too.

    What the system placed at no charge is none of them: it anchors nothing, has no points
    and is never the initial order (O3, P4, P5).
    """
    statement = (
        select(OrderLine)
        .join(OrderLine.order)
        .where(
            OrderLine.agreement_id == agreement_id,
            Order.placed_at.is_not(None),
            Order.brought_by_order_id.is_(None),
        )
        .options(joinedload(OrderLine.order), joinedload(OrderLine.product))
        .order_by(Order.placed_at, Order.number, OrderLine.position)
    )
    return session.scalars(statement).all()


def find_approval_limit(session: Session, organisation_id: UUID, currency: str) -> int | None:
    """The net total, in minor units, above which another admin approves (O4)."""
    return session.scalar(
        select(ApprovalLimit.limit_minor).where(
            ApprovalLimit.organisation_id == organisation_id,
            ApprovalLimit.currency == currency,
        )
    )


def list_programmes(session: Session, product_id: UUID) -> frozenset[str]:
    """The programmes that a product has a price under (O1)."""
    statement = select(Price.programme).where(Price.product_id == product_id).distinct()
    return frozenset(session.scalars(statement))


def find_next_price_day(
    session: Session, product_id: UUID, terms: tuple[str, PriceLevel, str], day: date
) -> date | None:
    """The first day after `day` from which a newer price counts (P5)."""
    programme, level, currency = terms
    return session.scalar(
        select(Price.effective_from)
        .where(
            Price.product_id == product_id,
            Price.programme == programme,
            Price.level == level,
            Price.currency == currency,
            Price.effective_from > day,
        )
        .order_by(Price.effective_from)
        .limit(1)
    )


def names_of_users(session: Session, user_ids: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """Who recorded what, by name."""
    wanted = {user_id for user_id in user_ids if user_id is not None}
    if not wanted:
        return {}
    users = session.scalars(select(User).where(User.id.in_(sorted(wanted))))
    return {user.id: user.name for user in users}


def currencies_of_orders(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    """The currency of each of these orders that the session's scope may see."""
    found = session.scalars(select(Order).where(Order.id.in_(keys)))
    return {order.id: order.currency for order in found}


def currencies_of_lines(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    """The same for orders' lines."""
    lines = select(OrderLine).where(OrderLine.id.in_(keys)).options(joinedload(OrderLine.order))
    return {line.id: line.order.currency for line in session.scalars(lines)}


def currencies_of_consents(session: Session, keys: Collection[UUID]) -> Mapping[UUID, str]:
    """The same for higher totals that the customer is asked to agree to (P5)."""
    asked = select(PriceConsent).where(PriceConsent.id.in_(keys))
    found = session.scalars(asked.options(joinedload(PriceConsent.order)))
    return {consent.id: consent.order.currency for consent in found}
