"""The reseller's work list: late ones first, recorded there, with ready-made messages (O4)."""

from __future__ import annotations

from typing import Any

from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_orders import (
    ADMIN_EMAIL,
    RESELLER_EMAIL,
    Shop,
    make_placed,
    make_shop,
    make_voucher,
    wish,
)
from tests.support.order_pages import signed_in
from tests.support.pages import CheckingClient, values_of
from vlms.accounts.models import OrganisationKind
from vlms.core.permissions import Role
from vlms.orders.models import Order
from vlms.orders.queries import get_order
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.service import steps

PAGE = "/o/litware/deadlines/"


def three_orders(clock: StillClock) -> tuple[Shop, list[Order]]:
    """One only placed, one processed three days ago and late, one processed an hour ago."""
    with making(clock()) as work:
        shop = make_shop(work, time_zone="UTC", country="US")
        orders = [make_placed(work, shop, wish(shop.product, 3)) for _number in range(3)]
        steps.record_step(work, orders[1].id, OrderStep.PROCESS, work.now, "P-1")
    clock.move(days=3)
    with making(clock()) as work:
        steps.record_step(work, orders[2].id, OrderStep.PROCESS, work.now)
    clock.move(hours=1)
    return shop, orders


def send(client: CheckingClient, ticked: list[Order], **typed: str) -> Any:
    """Tick these orders and press the button; `typed` are further fields."""
    form = client.page(PAGE).select_one("form[action*='/deadlines/record']")
    assert form is not None
    fields = {**values_of(form), "row": [str(order.id) for order in ticked], **typed}
    return client.post(str(form["action"]), data=fields)


def states(clock: StillClock, orders: list[Order]) -> list[OrderState]:
    with making(clock()) as work:
        return [get_order(work.session, order.id).state for order in orders]


def test_late_ones_come_first_then_what_is_due_then_the_rest(
    client: CheckingClient, clock: StillClock
) -> None:
    _shop, orders = three_orders(clock)
    client.sign_in(RESELLER_EMAIL)
    page = client.page(PAGE)
    links = [str(link.text) for link in page.select("tbody td:first-child a")]
    assert links == [orders[1].number, orders[2].number, orders[0].number]
    rows = page.select("tbody tr")
    assert "late" in rows[0].text
    assert "late" not in rows[1].text
    assert "Nothing is due yet." in rows[2].text
    late = client.page(PAGE + "?late=1").select("tbody tr")
    assert [orders[1].number in row.text for row in late] == [True]
    assert orders[0].number not in client.page(PAGE + "?step=acknowledge").text
    assert orders[0].number in client.page(PAGE + f"?q={orders[0].number}").text
    assert "No order fits" in client.page(PAGE + "?q=nobody").text


def test_steps_of_several_orders_are_recorded_at_once(
    client: CheckingClient, clock: StillClock
) -> None:
    _shop, orders = three_orders(clock)
    client.sign_in(RESELLER_EMAIL)
    typed = {f"reference-{orders[0].id}": "P-9", f"at-{orders[0].id}": "2026-03-02T12:30"}
    sent = send(client, orders[:2], **typed)
    assert sent.status_code == 302
    assert "2 steps are recorded." in client.page(sent.location).text
    assert states(clock, orders) == [
        OrderState.PROCESSED,
        OrderState.ACKNOWLEDGED,
        OrderState.PROCESSED,
    ]
    with making(clock()) as work:
        event = get_order(work.session, orders[0].id).events[-1]
        assert event.reference == "P-9"
        assert f"{event.happened_at:%Y-%m-%d %H:%M}" == "2026-03-02 12:30"


def test_one_that_cannot_be_leaves_all_as_they_were_and_names_itself(
    client: CheckingClient, clock: StillClock
) -> None:
    _shop, orders = three_orders(clock)
    client.sign_in(RESELLER_EMAIL)
    for typed, why in (
        ("2026-03-09T12:00", "still to come"),
        ("yesterday", "Day and time"),
    ):
        sent = send(client, orders[:2], **{f"at-{orders[1].id}": typed})
        assert sent.status_code in (409, 422)
        text = sent.get_data(as_text=True)
        assert orders[1].number in text
        assert why in text
        assert f'value="{typed}"' in text
    assert states(clock, orders)[:2] == [OrderState.PLACED, OrderState.PROCESSED]
    nothing = send(client, [])
    assert "No order is ticked." in nothing.get_data(as_text=True)


def test_a_step_that_somebody_else_recorded_is_not_taken_for_the_next(
    client: CheckingClient, clock: StillClock
) -> None:
    _shop, orders = three_orders(clock)
    client.sign_in(RESELLER_EMAIL)
    form = client.page(PAGE).select_one("form[action*='/deadlines/record']")
    assert form is not None
    with making(clock()) as work:
        steps.record_step(work, orders[0].id, OrderStep.PROCESS, work.now)
    fields = {**values_of(form), "row": [str(orders[0].id)]}
    answer = client.post(str(form["action"]), data=fields)
    assert "Only a placed order" in answer.get_data(as_text=True)
    assert states(clock, orders)[0] is OrderState.PROCESSED
    forged = {**fields, f"step-{orders[0].id}": "deliver"}
    again = client.post(str(form["action"]), data=forged)
    assert "not recorded by a person" in again.get_data(as_text=True)


def test_a_message_is_ready_in_both_languages_and_holds_no_code(
    client: CheckingClient, clock: StillClock
) -> None:
    _shop, orders = three_orders(clock)
    client.sign_in(RESELLER_EMAIL)
    page = client.page(f"{PAGE}{orders[1].id}/acknowledgement")
    texts = [str(one.text) for one in page.select("pre")]
    assert len(texts) == 2
    for words in ("within 48 hours", "has not come", orders[1].number, "ordered 3, delivered 0"):
        assert words in texts[0]
    assert "P-1" in texts[0]
    links = [str(link["href"]) for link in page.select("a[href^='mailto:'][href*=subject]")]
    assert len(links) == 2
    assert orders[1].number in links[0]
    soon = client.page(f"{PAGE}{orders[2].id}/acknowledgement").select("pre")
    assert "Please acknowledge it within 48 hours" in soon[0].text
    for wrong in (f"{orders[1].id}/codes", f"{orders[1].id}/nothing"):
        assert client.get(PAGE + wrong).status_code == 404


def test_packs_and_codes_have_messages_of_their_own(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work, time_zone="UTC")
        make_voucher(work, "other")
        order = make_placed(work, shop, wish(shop.product, 3))
        for step in (OrderStep.PROCESS, OrderStep.ACKNOWLEDGE, OrderStep.INVOICE):
            steps.record_step(work, order.id, step, work.now, f"R-{step.value}")
    client.sign_in(RESELLER_EMAIL)
    assert "The operator delivers the codes." in client.page(PAGE).text
    soon = client.page(f"{PAGE}{order.id}/codes").select("pre")[0].text
    assert "are due between" in soon
    clock.move(days=30)
    client.sign_in(RESELLER_EMAIL)
    late = client.page(f"{PAGE}{order.id}/codes").select("pre")[0].text
    assert "were due between" in late
    assert "R-invoice" in late


def test_the_list_is_the_sellers_alone(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    _shop, orders = three_orders(clock)
    with making(clock()) as work:
        other = make_organisation(work, "fabrikam", OrganisationKind.RESELLER)
        make_member(work, other, Role.RESELLER, "ray@fabrikam.example")
    client.sign_in(ADMIN_EMAIL)
    assert client.get("/o/contoso/deadlines/").status_code == 403
    assert client.get(f"/o/contoso/deadlines/{orders[1].id}/acknowledgement").status_code == 403
    stranger = signed_in(app, "ray@fabrikam.example")
    assert "Nothing waits." in stranger.page("/o/fabrikam/deadlines/").text
    place = f"/o/fabrikam/deadlines/{orders[1].id}/acknowledgement"
    assert stranger.get(place).status_code == 404
