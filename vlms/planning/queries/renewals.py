"""What ends soon and can be renewed: agreements, and 12-month lines within running ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from vlms.accounts.models import RoleGrant
from vlms.accounts.queries import list_grants_in
from vlms.agreements.models import Agreement
from vlms.catalog.models import Product
from vlms.core.clock import local_day
from vlms.core.term import ONE_DAY, whole_months
from vlms.orders.models import Order, OrderLine
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.rules.proration import last_start_with

# The farthest that the list looks ahead, and the narrower choices.
WITHIN = (90, 60, 30)


class Kind(StrEnum):
    AGREEMENT = "agreement"
    LINE = "line"


@dataclass(frozen=True)
class Due:
    """An agreement's end, or that of its 12-month lines of a product; both on a day of its zone.

    `follower` renews the agreement; `order` orders the next 12 months of the lines.
    """

    agreement: Agreement
    day: date
    days_left: int
    product: Product | None = None
    quantity: int = 0
    follower: Agreement | None = None
    order: Order | None = None
    # From this day on the next 12 months can be ordered (O3).
    can_from: date | None = None

    @property
    def kind(self) -> Kind:
        return Kind.AGREEMENT if self.product is None else Kind.LINE

    @property
    def can_be_drafted(self) -> bool:
        """Whether a 12-month line's next 12 months can be ordered already."""
        today = self.day - timedelta(days=self.days_left)
        return self.can_from is not None and self.can_from <= today

    @property
    def is_renewed(self) -> bool:
        return self.follower is not None or self.order is not None


def list_due(
    session: Session, organisation_id: UUID, now: datetime, within: int = WITHIN[0]
) -> list[Due]:
    """What ends within so many days, the soonest first."""
    return sorted(
        (
            *_agreements(session, organisation_id, now, within),
            *_lines(session, organisation_id, now, within),
        ),
        key=lambda one: (one.day, one.agreement.number, one.product.key if one.product else ""),
    )


def find_follower(session: Session, agreement_id: UUID) -> Agreement | None:
    """The agreement that renews another."""
    return session.scalar(select(Agreement).where(Agreement.predecessor_id == agreement_id))


def find_predecessor_of(session: Session, agreement: Agreement) -> Agreement | None:
    """The agreement that another renews."""
    former_id = agreement.predecessor_id
    if former_id is None:
        return None
    return session.scalar(select(Agreement).where(Agreement.id == former_id))


def list_roles_for(session: Session, agreement: Agreement) -> list[RoleGrant]:
    """The roles that hold for this agreement only."""
    grants = list_grants_in(session, agreement.organisation_id)
    return [one for one in grants if one.agreement_id == agreement.id and one.ended_at is None]


def list_ending_lines(
    session: Session, agreement_id: UUID, product_id: UUID, day: date
) -> Sequence[OrderLine]:
    """The 12-month lines of a product that end on a day."""
    statement = _ending().where(
        OrderLine.agreement_id == agreement_id,
        OrderLine.product_id == product_id,
        OrderLine.charge_end == day,
    )
    return session.scalars(statement).all()


def _ending() -> Select[OrderLine]:
    return (
        select(OrderLine)
        .join(OrderLine.order)
        .where(
            OrderLine.is_twelve_months,
            Order.placed_at.is_not(None),
            Order.brought_by_order_id.is_(None),
            Order.state != OrderState.CANCELLED,
        )
        .options(
            joinedload(OrderLine.product),
            joinedload(OrderLine.order).joinedload(Order.agreement),
        )
        .order_by(OrderLine.charge_end, OrderLine.agreement_id, OrderLine.product_id, OrderLine.id)
    )


def _soon(now: datetime, within: int) -> tuple[date, date]:
    """Days in any zone; each agreement's own zone decides after."""
    return now.date() - ONE_DAY, now.date() + timedelta(days=within + 1)


def _agreements(
    session: Session, organisation_id: UUID, now: datetime, within: int
) -> Iterator[Due]:
    statement = select(Agreement).where(
        Agreement.organisation_id == organisation_id,
        Agreement.last_day.between(*_soon(now, within)),
    )
    found = session.scalars(statement).all()
    if not found:
        return
    following = select(Agreement).where(Agreement.predecessor_id.in_([one.id for one in found]))
    followers = {one.predecessor_id: one for one in session.scalars(following)}
    for one in found:
        days_left = (one.last_day - local_day(now, one.time_zone)).days
        if 0 <= days_left <= within:
            yield Due(one, one.last_day, days_left, follower=followers.get(one.id))


def _lines(session: Session, organisation_id: UUID, now: datetime, within: int) -> Iterator[Due]:
    """Those that end with their agreement are renewed with it."""
    statement = (
        _ending()
        .join(Agreement, OrderLine.agreement_id == Agreement.id)
        .where(
            OrderLine.organisation_id == organisation_id,
            OrderLine.charge_end.between(*_soon(now, within)),
            OrderLine.charge_end < Agreement.last_day,
        )
    )
    lines = session.scalars(statement).all()
    for (day, agreement_id, product_id), group in groupby(
        lines, key=lambda line: (line.charge_end, line.agreement_id, line.product_id)
    ):
        ending = list(group)
        agreement = ending[0].order.agreement
        today = local_day(now, agreement.time_zone)
        if day is not None and 0 <= (day - today).days <= within:
            yield Due(
                agreement,
                day,
                (day - today).days,
                ending[0].product,
                sum(line.quantity for line in ending),
                order=_next_order(session, agreement_id, product_id, day),
                can_from=first_day_for_next(today, day),
            )


def first_day_for_next(today: date, last_day: date) -> date:
    """From when on a line begins after another instead of ending with it (O3, P2)."""
    if not whole_months(today, last_day):
        return today
    return last_start_with(1, today, last_day) + ONE_DAY


def _next_order(session: Session, agreement_id: UUID, product_id: UUID, day: date) -> Order | None:
    """The order or draft of a line that begins the day after."""
    statement = (
        select(Order)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(
            OrderLine.agreement_id == agreement_id,
            OrderLine.product_id == product_id,
            OrderLine.charge_start == day + ONE_DAY,
            Order.state != OrderState.CANCELLED,
        )
    )
    return session.scalar(statement.order_by(Order.created_at).limit(1))
