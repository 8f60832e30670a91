"""What a relationship loads stays inside the scope, however it is loaded (threat 5).

An invoice stays with the reseller who wrote it; its order has gone to another one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import (
    Session,
    aliased,
    contains_eager,
    immediateload,
    joinedload,
    lazyload,
    selectinload,
    subqueryload,
    with_loader_criteria,
)

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.making_billing import make_posted, make_seller
from tests.support.making_orders import Shop, make_shop
from vlms.accounts.models import OrganisationKind
from vlms.agreements.models import Agreement
from vlms.agreements.service.changing_reseller import NewReseller, plan_change
from vlms.billing.models.invoices import Invoice, InvoiceLine
from vlms.core import scope as scopes
from vlms.core.db import db
from vlms.orders.models import Order

_ALIAS = aliased(InvoiceLine)
_LINES = Select[InvoiceLine]

LOADS: dict[str, Callable[[], _LINES]] = {
    "joined": lambda: select(InvoiceLine).options(joinedload(InvoiceLine.order)),
    "joined to an alias": lambda: select(_ALIAS).options(joinedload(_ALIAS.order)),
    "joined to a page": lambda: (
        select(InvoiceLine).options(joinedload(InvoiceLine.order)).order_by("position").limit(5)
    ),
    "joined through another": lambda: select(InvoiceLine).options(
        joinedload(InvoiceLine.invoice).joinedload(Invoice.lines).joinedload(InvoiceLine.order)
    ),
    "by a second statement": lambda: select(InvoiceLine).options(selectinload(InvoiceLine.order)),
    "by a subquery": lambda: select(InvoiceLine).options(subqueryload(InvoiceLine.order)),
    "at once": lambda: select(InvoiceLine).options(immediateload(InvoiceLine.order)),
    "when asked for": lambda: select(InvoiceLine).options(lazyload(InvoiceLine.order)),
    "as every relationship is": lambda: select(InvoiceLine),
    "from an outer join": lambda: (
        select(InvoiceLine)
        .outerjoin(Order, Order.id == InvoiceLine.order_id)
        .options(contains_eager(InvoiceLine.order))
    ),
}


@dataclass(frozen=True)
class Gone:
    """The seller of an invoice, and who has its order now."""

    seller_id: UUID
    taker_id: UUID


@pytest.fixture
def gone(app: Flask, clock: StillClock) -> Gone:
    with making(clock()) as work:
        shop: Shop = make_shop(work, time_zone="UTC")
        taker = make_organisation(work, "fabrikam", OrganisationKind.RESELLER)
        for reseller_id in (shop.reseller.id, taker.id):
            make_seller(work, reseller_id)
        make_posted(work, shop)
        change = NewReseller("fabrikam", clock().date(), True, "better terms")
    with shop.buying(clock()) as work:
        plan_change(work, shop.agreement.id, change)
    return Gone(shop.reseller.id, taker.id)


def seen_by(scope: scopes.Scope) -> Session:
    return Session(db.engine, info={"scope": scope})


@pytest.mark.parametrize("loading", LOADS.values(), ids=LOADS.keys())
def test_no_way_of_loading_leaves_the_scope(gone: Gone, loading: Callable[[], _LINES]) -> None:
    with seen_by(scopes.Reseller(gone.seller_id)) as session:
        line = session.scalars(loading()).unique().one()
        assert line.order is None
        assert line.order_number == "O-2026-000001", "the paper keeps what it says"
    with seen_by(scopes.System("test")) as session:
        line = session.scalars(loading()).unique().one()
        assert line.order.reseller_id == gone.taker_id, "the negative control sees it"


def test_the_same_statement_asks_anew_for_each_scope(gone: Gone) -> None:
    """It is compiled once; the ids in its conditions are those of the session."""
    statement = select(Order).options(joinedload(Order.agreement), joinedload(Order.lines))
    seen = {}
    for reseller_id in (gone.taker_id, gone.seller_id, gone.taker_id):
        with seen_by(scopes.Reseller(reseller_id)) as session:
            seen[reseller_id] = [
                (order.agreement is not None, len(order.lines))
                for order in session.scalars(statement).unique()
            ]
    assert seen == {gone.taker_id: [(True, 1)], gone.seller_id: []}


def test_a_condition_that_asks_another_table_holds_for_what_a_join_loads(gone: Gone) -> None:
    """A former reseller reads its agreement (O4); nobody else's reads it so."""
    third = gone.seller_id, gone.taker_id, UUID(int=7)
    statement = select(Agreement.id)
    through = select(InvoiceLine).options(joinedload(InvoiceLine.invoice))
    counts = []
    for reseller_id in third:
        with seen_by(scopes.Reseller(reseller_id)) as session:
            found = session.scalars(through).all()
            assert all(line.invoice is not None for line in found)
            counts.append((len(session.scalars(statement).all()), len(found)))
    assert counts == [(1, 1), (1, 0), (0, 0)]


def test_what_a_scope_loaded_keeps_no_condition_of_it(gone: Gone) -> None:
    """Later loads ask the session's scope of then: reactions act for the system in between."""
    with seen_by(scopes.Reseller(gone.seller_id)) as session:
        line = session.scalars(LOADS["joined"]()).one()
        assert not [one for one in inspect(line).load_options if one._is_criteria_option]
        session.expire(line, ["order"])
        session.info["scope"] = scopes.System("answers an event")
        assert line.order.reseller_id == gone.taker_id


def test_a_condition_that_rows_do_not_keep_is_no_hold_on_a_join_by_itself(gone: Gone) -> None:
    """Why scoping wraps its conditions: this is what SQLAlchemy does without."""
    theirs = with_loader_criteria(
        Order, Order.reseller_id == gone.seller_id, propagate_to_loaders=False
    )
    with seen_by(scopes.System("test")) as session:
        line = session.scalars(LOADS["joined"]().options(theirs)).one()
        assert line.order.reseller_id == gone.taker_id
