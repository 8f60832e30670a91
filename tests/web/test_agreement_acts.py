"""An agreement's page says what can be done with it, and why not what cannot."""

from __future__ import annotations

from tests.support.clock import StillClock
from tests.support.contoso import count, named, sign_in_at_contoso
from tests.support.making import making
from tests.support.making_agreements import make_agreement, make_contact
from tests.support.making_orders import make_placed
from tests.support.order_pages import begin
from tests.support.pages import CheckingClient
from vlms.agreements.models import Agreement

LIST = "/o/contoso/agreements/"


def test_an_agreement_entered_by_mistake_is_deleted_after_a_question(
    client: CheckingClient, clock: StillClock
) -> None:
    admin = sign_in_at_contoso(client, clock)
    with making(clock()) as work:
        agreement = make_agreement(work, named(work, "contoso"), "WRONG-1")
        make_contact(work, agreement)
    page = admin.page(f"{LIST}{agreement.id}")
    (link,) = page.select(f'a[href="{LIST}{agreement.id}/delete"]')
    asked = admin.page(str(link["href"]))
    assert "so no order and no code is lost" in asked.text
    assert count(Agreement) == 1
    assert admin.send(str(link["href"])).location == LIST
    assert count(Agreement) == 0
    assert "The agreement is deleted." in admin.page(LIST).text


def test_the_button_is_disabled_with_its_reason_once_there_are_orders(
    client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    with making(clock()) as work:
        make_placed(work, shop)
    address = f"{LIST}{shop.agreement.id}"
    page = client.page(address)
    disabled = {button.text.strip() for button in page.select("main button[disabled]")}
    assert disabled == {"Change the term, the programme or the price level", "Delete"}
    assert page.select(f'a[href="/o/contoso/orders/new?agreement={shop.agreement.id}"]')
    crossed = {line.text for line in page.select(".conditions .is-unmet")}
    assert any("Enter the agreement that follows this one instead." in text for text in crossed)
    assert all("O1" in text for text in crossed)
    refused = client.get(f"{address}/delete")
    assert refused.status_code == 422
    assert "so it cannot be deleted" in refused.text
