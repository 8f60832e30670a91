"""Going back and pressing again, or pressing twice, changes nothing a second time."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Look, Visit
from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import ADMIN_EMAIL, Shop, make_draft, make_shop
from vlms.orders.models import Order
from vlms.orders.rules.order_clock import OrderState

ONCE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
SCRIPTS = pytest.mark.parametrize("has_script", [True, False])


def begin(clock: StillClock) -> tuple[Shop, Order]:
    with making(clock()) as work:
        shop = make_shop(work)
        return shop, make_draft(work, shop)


def enter(visit: Visit, has_script: bool) -> Page:
    return visit.signed_in(ADMIN_EMAIL, look=Look(has_script=has_script))


def states(clock: StillClock) -> list[OrderState]:
    with making(clock()) as work:
        return [order.state for order in work.session.query(Order)]


def main_button(page: Page) -> Locator:
    return page.locator("main form[method=post] button.btn-primary[type=submit]")


def renew_token(page: Page) -> None:
    """What a page would be whose form cannot be told from another."""
    page.evaluate("document.querySelector('main form [name=token]').value = crypto.randomUUID()")


@ONCE
@SCRIPTS
def test_an_order_is_placed_once_though_one_goes_back_and_presses_again(
    app: Flask, clock: StillClock, visit: Visit, has_script: bool
) -> None:
    _shop, order = begin(clock)
    page = enter(visit, has_script)
    page.goto(f"/o/contoso/orders/{order.id}/place")
    main_button(page).click()
    page.wait_for_url(f"**/orders/{order.id}")
    page.go_back()
    if main_button(page).count():
        main_button(page).click()
        expect(page.get_by_text("nothing was done twice")).to_be_visible()
    else:
        expect(page.locator("main")).to_contain_text("Only a draft")
    assert states(clock) == [OrderState.PLACED]


@ONCE
@SCRIPTS
def test_a_double_click_begins_one_draft(
    app: Flask, clock: StillClock, visit: Visit, has_script: bool
) -> None:
    begin(clock)
    page = enter(visit, has_script)
    page.goto("/o/contoso/orders/new")
    page.locator("#agreement").select_option(index=0)
    main_button(page).dblclick()
    page.wait_for_url("**/edit")
    assert states(clock) == [OrderState.DRAFT] * 2


@ONCE
def test_a_form_without_its_token_would_begin_two(
    app: Flask, clock: StillClock, visit: Visit
) -> None:
    """The control: the same form, sent twice as two."""
    begin(clock)
    page = enter(visit, has_script=True)
    page.goto("/o/contoso/orders/new")
    send = """() => fetch(location.href, {method: 'POST', redirect: 'manual',
        body: new FormData(document.querySelector('main form[method=post]'))})"""
    page.evaluate(send)
    page.evaluate(send)
    assert len(states(clock)) == 2
    renew_token(page)
    page.evaluate(send)
    assert len(states(clock)) == 3
