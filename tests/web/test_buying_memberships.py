"""What a buyer of a membership sees: the own currency, the reference of a payment, the last day."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_codes import make_agreement
from tests.support.making_memberships import PETRA, make_partner, moment
from tests.support.pages import CheckingClient
from vlms.core.db import reading
from vlms.core.permissions import Role
from vlms.core.scope import System
from vlms.partners.models.memberships import MembershipOrder

PAGE = "/o/contoso/memberships/"
BUY = f"{PAGE}offers/action-pack/buy"


def set_up(client: CheckingClient, clock: StillClock, *currencies: str) -> None:
    clock.set(moment("2026-03-02"))
    with making(clock()) as work:
        partner = make_partner(work)
        make_member(work, partner, Role.LICENSING_ADMIN, "admin@contoso.example")
        for currency in currencies:
            make_agreement(work, partner, currency=currency)
    client.sign_in(PETRA)


def chosen(client: CheckingClient) -> str | None:
    found = client.page(BUY).select_one("select[name=currency] option[selected]")
    return str(found["value"]) if found else None


@pytest.mark.parametrize(
    ("currencies", "preset"), [(("TWD",), "TWD"), (("TWD", "USD"), None), ((), None)]
)
def test_the_own_currency_is_chosen_already_and_never_the_first_of_the_alphabet(
    client: CheckingClient, clock: StillClock, currencies: tuple[str, ...], preset: str | None
) -> None:
    set_up(client, clock, *currencies)
    assert (chosen(client) or None) == preset
    options = client.page(BUY).select("select[name=currency] option")
    assert options[0]["value"] == ""
    assert all("," in one.text or "." in one.text for one in options[1:])


def test_without_a_currency_nothing_is_ordered(client: CheckingClient, clock: StillClock) -> None:
    set_up(client, clock)
    answer = client.send(BUY, purchase_order="PO-1", currency="")
    assert answer.status_code == 422
    assert "Choose the currency in which you pay" in answer.text


def test_an_open_order_is_in_the_calendar_and_its_reference_stays_with_it(
    client: CheckingClient, clock: StillClock
) -> None:
    set_up(client, clock)
    assert client.send(BUY, purchase_order="PO-1", currency="USD").status_code == 302
    with reading(System("test")) as session:
        order = session.scalars(select(MembershipOrder)).one()
    title = f"Last day to pay order {order.number}"
    assert order.pay_by > date(2026, 3, 2)
    assert title in client.page("/o/contoso/calendar/").text
    # The latest order says the currency from now on.
    paid = {"paid_on": "2026-03-02", "reference": "WIRE-77"}
    assert client.send(f"{PAGE}orders/{order.id}/pay", **paid).status_code == 302
    assert "WIRE-77" in client.page(PAGE).text
    assert title not in client.page("/o/contoso/calendar/").text
