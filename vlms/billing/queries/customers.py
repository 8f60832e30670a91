"""Finds a reseller's customers, with what runs for each; codes by count and last characters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from vlms.accounts.models import Organisation
from vlms.accounts.queries import names_organisation
from vlms.agreements.models import Agreement
from vlms.catalog.models import Product
from vlms.codes.models import Code, CodeBatch
from vlms.codes.queries import has_lapsed
from vlms.codes.rules.shown_state import Shown
from vlms.core.errors import NotFound
from vlms.core.money import Money
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _
from vlms.orders.models import Order
from vlms.orders.queries import OPEN_STATES
from vlms.orders.rules.order_clock import OrderState
from vlms.orders.rules.repricing import InitialOrder
from vlms.orders.service.showing import late_orders

SORTS = {"name": Organisation.search_name, "country": Organisation.country}
# So many are shown of a customer's orders, and of an order's codes.
MOST_ORDERS, MOST_CODES = 20, 200


@dataclass
class Standing:
    """What runs for a customer: agreements, orders, and what was ordered in each currency."""

    agreement_count: int = 0
    running_count: int = 0
    open_count: int = 0
    late_count: int = 0
    totals: list[Money] = field(default_factory=list)


def search_customers(session: Session, words: str | None, listing: Listing) -> Page[Organisation]:
    """A page of them, those whose name holds the words."""
    statement = _customers()
    if words:
        statement = statement.where(names_organisation(words))
    return page_of(session, statement, SORTS, listing)


def list_customers(session: Session) -> Sequence[Organisation]:
    """All of them, by name."""
    return session.scalars(_customers().order_by(Organisation.search_name)).all()


def get_customer(session: Session, organisation_id: UUID) -> Organisation:
    """Raises NotFound, also for an organisation without an agreement that the scope sees."""
    customer = session.scalar(_customers().where(Organisation.id == organisation_id))
    if customer is None:
        raise NotFound(None, _("There is no such customer."))
    return customer


def _customers() -> Select[Organisation]:
    """The organisations that have an agreement which the scope sees."""
    return select(Organisation).where(Organisation.id.in_(select(Agreement.organisation_id)))


def standings(
    session: Session, ids: Collection[UUID], now: datetime, today: date
) -> Mapping[UUID, Standing]:
    """How these customers stand; `today` tells running agreements from others."""
    found: dict[UUID, Standing] = defaultdict(Standing)
    _count_agreements(session, ids, today, found)
    _count_orders(session, ids, now, found)
    totals = (
        select(Order.organisation_id, Order.currency, func.sum(Order.total_minor))
        .where(
            Order.organisation_id.in_(ids),
            Order.placed_at.is_not(None),
            Order.state != OrderState.CANCELLED,
        )
        .group_by(Order.organisation_id, Order.currency)
        .order_by(Order.currency)
    )
    for key, currency, minor in session.execute(totals):
        found[key].totals.append(Money(int(minor), currency))
    return found


def _count_agreements(
    session: Session, ids: Collection[UUID], today: date, found: dict[UUID, Standing]
) -> None:
    runs = case(((Agreement.first_day <= today) & (Agreement.last_day >= today), 1), else_=0)
    counted = (
        select(Agreement.organisation_id, func.count(Agreement.id), func.sum(runs))
        .where(Agreement.organisation_id.in_(ids))
        .group_by(Agreement.organisation_id)
    )
    for key, count, running in session.execute(counted):
        found[key].agreement_count, found[key].running_count = count, int(running)


def _count_orders(
    session: Session, ids: Collection[UUID], now: datetime, found: dict[UUID, Standing]
) -> None:
    opened = (
        select(Order.organisation_id, func.count(Order.id))
        .where(Order.organisation_id.in_(ids), Order.state.in_(OPEN_STATES))
        .group_by(Order.organisation_id)
    )
    for key, count in session.execute(opened):
        found[key].open_count = count
    late = late_orders(session, now)
    whose = select(Order.organisation_id).where(Order.id.in_(sorted(late)))
    for key, count in Counter(session.scalars(whose)).items():
        found[key].late_count = count


def list_agreements_of(session: Session, organisation_id: UUID) -> Sequence[Agreement]:
    """A customer's agreements, the one that ends last first."""
    statement = select(Agreement).where(Agreement.organisation_id == organisation_id)
    named = statement.options(joinedload(Agreement.organisation), joinedload(Agreement.reseller))
    return session.scalars(named.order_by(Agreement.last_day.desc(), Agreement.number)).all()


def list_orders_of(session: Session, organisation_id: UUID) -> Sequence[Order]:
    """A customer's latest orders."""
    statement = select(Order).where(Order.organisation_id == organisation_id)
    named = statement.options(joinedload(Order.agreement), selectinload(Order.lines))
    return session.scalars(named.order_by(Order.id.desc()).limit(MOST_ORDERS)).all()


def issued_of_orders(
    session: Session, orders: Sequence[Order], now: datetime
) -> Mapping[UUID, int]:
    """How many codes were issued for each of these orders."""
    lines = [line for order in orders for line in order.lines]
    counts = count_codes_of_lines(session, [line.id for line in lines], now)
    found: Counter[UUID] = Counter()
    for line in lines:
        found[line.order_id] += sum(counts.get(line.id, {}).values())
    return found


def products_of(session: Session, initial: InitialOrder) -> Sequence[Product]:
    """The products that keep the price list of the agreement's initial order (P5)."""
    keys = sorted(UUID(key) for key in initial.products)
    return session.scalars(select(Product).where(Product.id.in_(keys)).order_by(Product.key)).all()


def count_codes_of(session: Session, order: Order, now: datetime) -> Mapping[UUID, Counter[Shown]]:
    """How many codes each line of an order has in each state."""
    return count_codes_of_lines(session, [line.id for line in order.lines], now)


def count_codes_of_lines(
    session: Session, line_ids: Sequence[UUID] | Select[UUID], now: datetime
) -> Mapping[UUID, Counter[Shown]]:
    """How many codes each of these order lines has in each state."""
    lapsed = func.sum(case((has_lapsed(now), 1), else_=0))
    statement = (
        select(CodeBatch.order_line_id, Code.state, func.count(Code.id), lapsed)
        .join(CodeBatch, Code.batch_id == CodeBatch.id)
        .where(CodeBatch.order_line_id.in_(line_ids))
        .group_by(CodeBatch.order_line_id, Code.state)
    )
    found: dict[UUID, Counter[Shown]] = defaultdict(Counter)
    for line_id, state, count, gone in session.execute(statement):
        found[line_id][Shown(state.value)] += count - int(gone)
        found[line_id][Shown.EXPIRED] += int(gone)
    return found


def list_last_characters(session: Session, order: Order, last4: str | None) -> Sequence[Code]:
    """An order's codes for a dispute: their numbers and last characters, never a code."""
    batches = select(CodeBatch.id).where(
        CodeBatch.order_line_id.in_([line.id for line in order.lines])
    )
    statement = select(Code).where(Code.batch_id.in_(batches))
    if last4:
        statement = statement.where(Code.last4 == last4.upper())
    shown = statement.options(joinedload(Code.batch), joinedload(Code.product))
    return session.scalars(shown.order_by(Code.batch_id, Code.number).limit(MOST_CODES)).all()
