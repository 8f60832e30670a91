"""Another price list on the publisher's invoice day: priced again, and agreed to (P5)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_catalog import make_price
from tests.support.making_orders import make_placed, make_shop, wish
from tests.support.repricing import AS_NOW, AS_ORDERED, Trade
from vlms.accounts.models import ApprovalLimit
from vlms.audit.models import AuditEntry
from vlms.core.errors import Conflict, Forbidden
from vlms.core.permissions import Role
from vlms.notices.rendering import write_letter
from vlms.orders.errors import OrderRefused
from vlms.orders.models import ConsentState
from vlms.orders.queries import OrderFilter, Waiting, get_order, list_orders
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.rules.waiting import states_waiting_for
from vlms.orders.service import steps
from vlms.orders.service.invoicing import give_consent


def test_a_higher_total_waits_for_the_customer_and_is_then_invoiced(
    app: Flask, clock: StillClock
) -> None:
    trade = Trade(clock)
    trade.invoice()
    assert trade.found() == AS_ORDERED
    assert trade.told == []
    invoiced_at = clock()
    clock.move(days=2)
    trade.consent(shown_total=132000)
    assert trade.found() == AS_NOW
    assert [(one.old_minor, one.new_minor) for one in trade.told] == [(120000, 132000)]
    with making(clock()) as work:
        order = get_order(work.session, trade.order.id)
        (line,) = order.lines
        assert order.invoiced_at == invoiced_at
        event = order.events[-1]
        assert (event.step, event.reference) == (OrderStep.INVOICE, "PI-7")
        assert event.recorded_by == trade.shop.seller.id
        assert line.amount_minor == 132000
        assert line.trace is not None
        assert (line.trace["unit_price"], line.trace["ordered_price"]) == ("132.0000", "120.0000")
        assert line.trace["months"] == 12


def test_a_lower_total_is_written_and_nobody_is_asked(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock, "90.00")
    trade.invoice()
    assert trade.found() == (OrderState.INVOICED, 90000, Decimal(90))
    assert [(one.old_minor, one.new_minor) for one in trade.told] == [(120000, 90000)]
    assert trade.consents() == []


def test_the_same_price_on_another_list_tells_of_no_change(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock, "120.00")
    trade.invoice()
    assert trade.found() == (OrderState.INVOICED, 120000, Decimal(120))
    assert trade.told == []


def test_on_the_order_day_no_other_list_is_in_effect(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    trade.invoice(days=0)
    assert trade.found() == (OrderState.INVOICED, 120000, Decimal(120))


def test_products_of_the_initial_order_are_never_priced_again(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_price(work, shop.product, "132.00", effective_from=clock().date() + timedelta(days=1))
        initial = make_placed(work, shop, wish(shop.product, 10))
    clock.move(days=3)
    with making(clock()) as work:
        later = make_placed(work, shop, wish(shop.product, 5))
        for order in (initial, later):
            for step in (OrderStep.PROCESS, OrderStep.ACKNOWLEDGE, OrderStep.INVOICE):
                steps.record_step(work, order.id, step, work.now)
    with making(clock()) as work:
        for order in (initial, later):
            found = get_order(work.session, order.id)
            assert found.state is OrderState.INVOICED
            assert {line.unit_price for line in found.lines} == {Decimal(120)}


def test_a_declined_total_leaves_the_order_at_its_price_until_it_is_recorded(
    app: Flask, clock: StillClock
) -> None:
    trade = Trade(clock)
    trade.invoice()
    trade.decline()
    assert trade.found() == AS_ORDERED
    trade.invoice(keeps_price=True)
    assert trade.found() == (OrderState.INVOICED, 120000, Decimal(120))
    assert trade.consents() == [ConsentState.DECLINED]


def test_the_price_is_kept_only_after_a_decline(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    with pytest.raises(OrderRefused, match="has not declined") as refused:
        trade.invoice(keeps_price=True)
    assert (refused.value.rule, refused.value.field) == ("P5", "keeps_price")
    trade.invoice()
    with pytest.raises(OrderRefused, match="has not declined"):
        trade.invoice(keeps_price=True)
    assert trade.consents() == [ConsentState.ASKED]


def test_recording_anew_asks_anew_and_only_the_last_counts(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    trade.invoice()
    trade.invoice(days=1)
    assert trade.consents() == [ConsentState.WITHDRAWN, ConsentState.ASKED]
    trade.consent()
    assert trade.found() == AS_NOW
    with pytest.raises(OrderRefused, match="Nobody asks"):
        trade.consent()


def test_what_was_shown_is_what_is_agreed_to(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    trade.invoice()
    with pytest.raises(Conflict, match="Another total"):
        trade.consent(shown_total=120000)
    with making(clock()) as work:
        make_price(
            work, trade.shop.product, "200.00", effective_from=clock().date() - timedelta(days=1)
        )
    trade.consent(shown_total=132000)
    assert trade.found() == AS_NOW


def test_cancelling_withdraws_the_question(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    trade.invoice()
    with trade.seller() as work:
        steps.cancel(work, trade.order.id, "on request")
    assert trade.consents() == [ConsentState.WITHDRAWN]
    with pytest.raises(OrderRefused, match="Nobody asks"):
        trade.consent()


def test_only_the_customers_admins_answer(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    trade.invoice()
    for role in (Role.FINANCE, Role.AUDITOR):
        with pytest.raises(Forbidden), trade.shop.acting(role, clock()) as work:
            give_consent(work, trade.order.id)
    with pytest.raises(Forbidden), trade.seller() as work:
        give_consent(work, trade.order.id)
    assert trade.consents() == [ConsentState.ASKED]


def test_above_the_limit_another_admin_agrees_than_who_placed_it(
    app: Flask, clock: StillClock
) -> None:
    trade = Trade(clock)
    with making(clock()) as work:
        limit = ApprovalLimit(
            organisation_id=trade.shop.customer.id, currency="USD", limit_minor=125000
        )
        work.session.add(limit)
    trade.invoice()
    with pytest.raises(OrderRefused, match="placed this order yourself"):
        trade.consent()
    shop = trade.shop
    with shop.buying(clock(), shop.second_admin) as work:
        give_consent(work, trade.order.id)
    assert trade.found() == AS_NOW


@pytest.mark.parametrize("has_reseller", [True, False])
def test_the_admins_are_asked_and_who_recorded_it_is_told(
    app: Flask, clock: StillClock, has_reseller: bool
) -> None:
    trade = Trade(clock, has_reseller=has_reseller)
    trade.invoice()
    asked = trade.mails("price_consent_asked")
    assert {mail.to_address for mail in asked} == {"ann@contoso.example", "ben@contoso.example"}
    letter = write_letter(asked[0], "")
    assert f"/o/contoso/orders/{trade.order.id}/consent" in letter.text
    assert "1,200.00" in letter.text
    assert "1,320.00" in letter.text
    trade.decline()
    (answer,) = trade.mails("price_consent_answered")
    place = "litware" if has_reseller else "operator"
    told = write_letter(answer, "")
    assert f"/o/{place}/orders/{trade.order.id}" in told.text
    assert "too dear" in told.text
    assert "declined" in told.subject


def test_the_journal_tells_of_each_part(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    trade.invoice()
    trade.consent()
    with making(clock()) as work:
        acts = list(work.session.scalars(select(AuditEntry.action).order_by(AuditEntry.sequence)))
    wanted = ["price_consent.asked", "price_consent.given", "order.repriced", "order.invoice"]
    assert [act for act in dict.fromkeys(acts) if act in wanted] == wanted


def test_an_invoice_is_recorded_once(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    trade.invoice()
    trade.consent()
    with pytest.raises(OrderRefused, match="Only an acknowledged order"):
        trade.invoice()
    assert trade.found() == AS_NOW


def test_what_is_asked_waits_for_the_admins_and_for_nobody_else(
    app: Flask, clock: StillClock
) -> None:
    trade = Trade(clock)

    def waiting(roles: Role) -> list[str]:
        found = Waiting(
            None,
            with_reseller=states_waiting_for([roles], has_reseller=True),
            without_reseller=frozenset(),
            consents=roles is Role.LICENSING_ADMIN,
        )
        with making(clock()) as work:
            orders = list_orders(work.session, OrderFilter(waits_for=found))
            return [order.number for order in orders]

    number = trade.order.number
    assert number in waiting(Role.RESELLER)
    assert number not in waiting(Role.LICENSING_ADMIN)
    trade.invoice()
    assert number not in waiting(Role.RESELLER)
    assert number in waiting(Role.LICENSING_ADMIN)
    trade.decline()
    assert number in waiting(Role.RESELLER)
