"""What orders were reckoned with is shown disabled in its agreement, with the reason."""

from __future__ import annotations

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import make_placed
from tests.support.order_pages import begin, soup
from tests.support.pages import CheckingClient
from vlms.agreements.acts import FIXED_FIELDS
from vlms.agreements.models import Agreement


def test_terms_are_open_until_there_is_an_order_and_then_say_why_not(
    client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    address = f"/o/contoso/agreements/{shop.agreement.id}/edit"
    assert client.page(address).select("[disabled]") == []
    with making(clock()) as work:
        make_placed(work, shop)
    page = client.page(address)
    assert {field["name"] for field in page.select("main [disabled]")} == set(FIXED_FIELDS)
    (crossed,) = page.select(".conditions .is-unmet")
    assert "There are orders under this agreement" in crossed.text
    assert "Enter the agreement that follows this one instead." in crossed.text


def test_the_rest_is_saved_and_what_is_locked_stays_refused_when_it_is_sent_all_the_same(
    client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    with making(clock()) as work:
        make_placed(work, shop)
    address = f"/o/contoso/agreements/{shop.agreement.id}/edit"
    form = client.page(address).select_one("main form[method=post]")
    assert form is not None
    # A browser leaves out what is disabled.
    sent = {
        str(field["name"]): str(field.get("value", ""))
        for field in form.select("input[name]")
        if not field.has_attr("disabled")
    }
    sent |= {"country": "US", "account_manager_name": "New Manager"}
    assert client.post(address, data=sent).status_code == 302
    forced = client.post(address, data={**sent, "token": "", "currency": "EUR"})
    assert forced.status_code == 422
    assert "There are orders under this agreement" in soup(forced).select(".error-summary")[0].text
    with making(clock()) as work:
        found = work.session.get_one(Agreement, shop.agreement.id)
        assert (found.account_manager_name, found.currency) == ("New Manager", "USD")
