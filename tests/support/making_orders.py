"""Makes what an order needs, and orders at any point of their life."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.support.making import make_member, make_organisation, making
from tests.support.making_agreements import make_agreement, make_contact
from tests.support.making_catalog import make_price, make_product
from vlms.accounts.models import ApprovalLimit, Organisation, OrganisationKind, User
from vlms.agreements.models import Agreement
from vlms.catalog.models import Product, ProductKind
from vlms.core import scope
from vlms.core.permissions import Role
from vlms.core.work import Actor, Work
from vlms.orders.models import Order
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.service import delivery, drafts, placing, steps
from vlms.orders.service.pricing import LineWish

ADMIN_EMAIL = "ann@contoso.example"
SECOND_EMAIL = "ben@contoso.example"
RESELLER_EMAIL = "rae@litware.example"
OPERATOR_EMAIL = "oli@operator.example"


@dataclass(frozen=True)
class Shop:
    """A customer with two admins, its reseller, an operator, an agreement and one product."""

    customer: Organisation
    reseller: Organisation
    operator: Organisation
    agreement: Agreement
    product: Product
    admin: User
    second_admin: User
    seller: User
    runner: User

    def buying(self, now: datetime, user: User | None = None) -> AbstractContextManager[Work]:
        """Work of a licensing admin of the customer."""
        actor = self._actor(user or self.admin, self.customer, Role.LICENSING_ADMIN)
        return making(now, actor, scope.Organisation(self.customer.id))

    def selling(self, now: datetime) -> AbstractContextManager[Work]:
        """Work of the reseller."""
        actor = self._actor(self.seller, self.reseller, Role.RESELLER)
        return making(now, actor, scope.Reseller(self.reseller.id))

    def operating(self, now: datetime) -> AbstractContextManager[Work]:
        """Work of the operator."""
        return making(now, self._actor(self.runner, self.operator, Role.OPERATOR))

    def acting(self, role: Role, now: datetime) -> AbstractContextManager[Work]:
        """Work of somebody of the customer's with this role."""
        actor = Actor("somebody", self.admin.id, self.customer.id, frozenset({role}))
        return making(now, actor, scope.Organisation(self.customer.id))

    def _actor(self, user: User, place: Organisation, role: Role) -> Actor:
        return Actor(user.name, user.id, place.id, frozenset({role}))


def make_shop(work: Work, has_reseller: bool = True, **agreement: Any) -> Shop:
    """A price of 120.00 for 12 months in the agreement's currency; it has a notices contact."""
    customer = make_organisation(work, "contoso")
    reseller = make_organisation(work, "litware", OrganisationKind.RESELLER)
    operator = make_organisation(work, "operator", OrganisationKind.OPERATOR)
    made = make_agreement(work, customer, reseller=reseller if has_reseller else None, **agreement)
    make_contact(work, made)
    product = make_voucher(work, "voucher", currency=made.currency, programme=made.programme.value)
    return Shop(
        customer,
        reseller,
        operator,
        made,
        product,
        make_member(work, customer, Role.LICENSING_ADMIN, ADMIN_EMAIL),
        make_member(work, customer, Role.LICENSING_ADMIN, SECOND_EMAIL),
        make_member(work, reseller, Role.RESELLER, RESELLER_EMAIL),
        make_member(work, operator, Role.OPERATOR, OPERATOR_EMAIL),
    )


def make_voucher(
    work: Work,
    key: str,
    price: str = "120.00",
    *,
    kind: ProductKind = ProductKind.EXAM_VOUCHER,
    currency: str = "USD",
    **facts: Any,
) -> Product:
    """A product with a price; `programme`, `level`, … are the price's, the rest its own."""
    of_price = {
        name: facts.pop(name)
        for name in ("programme", "level", "from_quantity", "effective_from", "reference_price")
        if name in facts
    }
    product = make_product(work, key, kind, **facts)
    make_price(work, product, price, currency, **of_price)
    return product


def make_draft(work: Work, shop: Shop, *wishes: LineWish) -> Order:
    """A draft with these lines, ten of the shop's product when none is given."""
    order = drafts.create_draft(work, shop.agreement.id)
    facts = drafts.DraftFacts(wishes or (LineWish(shop.product.id, 10),))
    return drafts.edit_draft(work, order.id, order.version, facts)


def make_placed(work: Work, shop: Shop, *wishes: LineWish) -> Order:
    return placing.place(work, make_draft(work, shop, *wishes).id)


def make_invoiced(work: Work, shop: Shop, *wishes: LineWish) -> Order:
    """An order whose lines can be delivered."""
    order = make_placed(work, shop, *wishes)
    for step in (OrderStep.PROCESS, OrderStep.ACKNOWLEDGE, OrderStep.INVOICE):
        order = steps.record_step(work, order.id, step, work.now, f"R-{step.value}")
    return order


def make_delivered(work: Work, shop: Shop, *wishes: LineWish) -> Order:
    """An order that was delivered in full, and so has closed."""
    order = make_invoiced(work, shop, *wishes)
    for line in list(order.lines):
        order = delivery.deliver(work, order.id, line.id, line.quantity)
    return order


def make_order_in(work: Work, shop: Shop, state: OrderState) -> Order:
    """An order of ten that has come as far as this."""
    if state is OrderState.AWAITING_APPROVAL:
        work.session.add(
            ApprovalLimit(organisation_id=shop.customer.id, currency="USD", limit_minor=0)
        )
    if state is OrderState.CLOSED:
        return make_delivered(work, shop)
    order = make_draft(work, shop)
    if state is OrderState.DRAFT:
        return order
    order = placing.place(work, order.id)
    for step, reached in (
        (OrderStep.PROCESS, OrderState.PROCESSED),
        (OrderStep.ACKNOWLEDGE, OrderState.ACKNOWLEDGED),
        (OrderStep.INVOICE, OrderState.INVOICED),
    ):
        if order.state is state:
            return order
        if state is OrderState.CANCELLED:
            return steps.cancel(work, order.id, "not needed")
        order = steps.record_step(work, order.id, step, work.now)
        assert order.state is reached
    if state is OrderState.FULFILLED:
        order = delivery.deliver(work, order.id, order.lines[0].id, 4, "the rest comes later")
    return order


def wish(product: Product | UUID, quantity: int = 10, **facts: Any) -> LineWish:
    key = product if isinstance(product, UUID) else product.id
    return LineWish(key, quantity, **facts)
