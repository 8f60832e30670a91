"""Finds order plans, and what became of what was planned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from vlms.academy.models.packs import PackEntryKind
from vlms.billing.queries.budgets import UNSPENT
from vlms.catalog.models import Product
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.core.errors import NotFound
from vlms.core.paging import Listing, Page, page_of
from vlms.core.text import _
from vlms.orders.models import Order, OrderLine
from vlms.planning.models.order_plans import OrderPlan, OrderPlanDraft, OrderPlanVersion
from vlms.planning.queries.pack_draws import count_draws

SORTS = {"title": OrderPlan.title, "made": OrderPlan.made_at}
_USED = (State.USED, State.ACTIVATED)


@dataclass(frozen=True)
class Compared:
    """Exams of one product: planned, and since the plan was made ordered, given, used.

    What is drawn from a pack for a seat is given, and used once its exam has begun (A2).
    """

    product: Product
    planned: int
    ordered: int
    given: int
    used: int


def search_plans(
    session: Session, organisation_id: UUID, words: str | None, listing: Listing
) -> Page[OrderPlan]:
    """A page of the plans whose title holds the words."""
    statement = (
        select(OrderPlan)
        .where(OrderPlan.organisation_id == organisation_id)
        .options(joinedload(OrderPlan.agreement), selectinload(OrderPlan.versions))
    )
    if words:
        statement = statement.where(OrderPlan.title.icontains(words, autoescape=True))
    return page_of(session, statement, SORTS, listing)


def list_plans(session: Session, organisation_id: UUID) -> Sequence[OrderPlan]:
    """All plans of an organisation, the latest first."""
    statement = (
        select(OrderPlan)
        .where(OrderPlan.organisation_id == organisation_id)
        .options(joinedload(OrderPlan.agreement), selectinload(OrderPlan.versions))
    )
    return session.scalars(statement.order_by(OrderPlan.made_at.desc(), OrderPlan.id)).all()


def get_plan(session: Session, plan_id: UUID) -> OrderPlan:
    """With its agreement and versions. Raises NotFound, also for a foreign one."""
    plan = session.scalar(
        select(OrderPlan)
        .where(OrderPlan.id == plan_id)
        .options(joinedload(OrderPlan.agreement), selectinload(OrderPlan.versions))
    )
    if plan is None:
        raise NotFound(None, _("There is no such plan."))
    return plan


def latest_version(plan: OrderPlan) -> OrderPlanVersion:
    """The edition that counts."""
    return plan.versions[-1]


def first_order_day(plan: OrderPlan) -> date | None:
    """By when the first of its orders was to be placed; None where nothing is missing."""
    days = [wave["order_by"] for wave in latest_version(plan).result if wave["lines"]]
    return date.fromisoformat(min(days)) if days else None


def list_drafts(session: Session, plan: OrderPlan) -> Sequence[OrderPlanDraft]:
    """The order drafts that were made of any version of a plan, the latest first."""
    versions = [version.id for version in plan.versions]
    statement = (
        select(OrderPlanDraft)
        .where(OrderPlanDraft.version_id.in_(versions))
        .options(joinedload(OrderPlanDraft.order))
    )
    return session.scalars(statement.order_by(OrderPlanDraft.made_at.desc())).all()


def compare(session: Session, plan: OrderPlan) -> list[Compared]:
    """What was planned in the latest version, and what happened under the agreement since."""
    planned: Counter[str] = Counter()
    for wave in latest_version(plan).result:
        for line in wave["lines"]:
            planned[line["product"]] += line["exams"]
    products = session.scalars(
        select(Product).where(Product.key.in_(sorted(planned))).order_by(Product.key)
    ).all()
    keys = [product.id for product in products]
    ordered = _ordered(session, plan, keys)
    given = _codes(session, plan, keys, plan.made_at)
    used = _codes(session, plan, keys, plan.made_at, is_used=True)
    drawn = plan.agreement_id, keys, plan.made_at
    reserved = count_draws(session, *drawn, PackEntryKind.RESERVED)
    started = count_draws(session, *drawn, PackEntryKind.STARTED)
    return [
        Compared(
            product,
            planned[product.key],
            ordered.get(product.id, 0) * product.units,
            given.get(product.id, 0) + reserved.get(product.id, 0),
            used.get(product.id, 0) + started.get(product.id, 0),
        )
        for product in products
    ]


def _ordered(session: Session, plan: OrderPlan, keys: Collection[UUID]) -> Mapping[UUID, int]:
    statement = (
        select(OrderLine.product_id, func.sum(OrderLine.quantity))
        .join(OrderLine.order)
        .where(
            OrderLine.agreement_id == plan.agreement_id,
            OrderLine.product_id.in_(keys),
            Order.placed_at >= plan.made_at,
            Order.state.not_in(UNSPENT),
        )
        .group_by(OrderLine.product_id)
    )
    return {product_id: int(count) for product_id, count in session.execute(statement)}


def _codes(
    session: Session,
    plan: OrderPlan,
    keys: Collection[UUID],
    since: datetime,
    *,
    is_used: bool = False,
) -> Mapping[UUID, int]:
    """Codes assigned, or used, since an instant."""
    happened = Code.ended_at if is_used else Code.assigned_at
    statement = select(Code.product_id, func.count(Code.id)).where(
        Code.agreement_id == plan.agreement_id, Code.product_id.in_(keys), happened >= since
    )
    if is_used:
        statement = statement.where(Code.state.in_(_USED))
    grouped = session.execute(statement.group_by(Code.product_id))
    return {product_id: count for product_id, count in grouped}
