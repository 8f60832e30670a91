"""Makes what Imagine Academy needs: an academic shop whose orders bring grants."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from tests.support.making import make_person, making
from tests.support.making_catalog import make_family, make_product
from tests.support.making_orders import Shop, make_placed, make_shop
from vlms.academy.models.packs import Pack, PackKind
from vlms.accounts.models import OrganisationKind, Person, PersonPlace, PlaceRole, School
from vlms.catalog.models import ProductKind
from vlms.core.work import Work
from vlms.orders.models import Order, OrderLine
from vlms.orders.rules.order_clock import OrderStep
from vlms.orders.service import steps

FAMILIES = ("FUND", "MCE", "MOS", "MTA")


def make_academic_shop(work: Work, has_reseller: bool = True, **agreement: Any) -> Shop:
    """A shop under EES (another `programme` when given) and the catalogue's Imagine Academy."""
    shop = make_shop(work, has_reseller, **{"programme": "EES", **agreement})
    shop.customer.kind = OrganisationKind.ACADEMIC
    make_product(
        work,
        "imagine-academy",
        ProductKind.IMAGINE_ACADEMY,
        units=30,
        points=0,
        is_orderable=False,
        families=[make_family(work, key) for key in FAMILIES],
    )
    return shop


def make_school(work: Work, shop: Shop, name: str) -> School:
    school = School(organisation_id=shop.customer.id, name=name)
    work.session.add(school)
    work.flush()
    return school


def make_placed_person(
    work: Work,
    shop: Shop,
    school: School,
    name: str,
    role: PlaceRole = PlaceRole.FACULTY,
    **facts: Any,
) -> Person:
    """A person of the institution with an open place at a school."""
    person = make_person(work, shop.customer, name, **facts)
    person.school_id = school.id
    work.session.add(
        PersonPlace(
            organisation_id=shop.customer.id, school_id=school.id, person_id=person.id, role=role
        )
    )
    work.flush()
    return person


def make_granted(shop: Shop, now: datetime) -> Pack:
    """Place an order and record that it was processed; the grant that it brought."""
    order = make_processed(shop, now)
    with making(now) as work:
        return grant_of(work, order)


def make_processed(shop: Shop, now: datetime) -> Order:
    with shop.buying(now) as work:
        order = make_placed(work, shop)
    with recording(shop, now) as work:
        return steps.record_step(work, order.id, OrderStep.PROCESS, now)


def recording(shop: Shop, now: datetime) -> Any:
    """Work of who records the steps of the shop's orders."""
    return shop.selling(now) if shop.agreement.reseller_id else shop.operating(now)


def grant_of(work: Work, order: Order) -> Pack:
    """The grant that an order brought."""
    return work.session.scalars(
        select(Pack)
        .join(Pack.line)
        .join(OrderLine.order)
        .where(Pack.kind == PackKind.IMAGINE_GRANT, Order.brought_by_order_id == order.id)
    ).one()
