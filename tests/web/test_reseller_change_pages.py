"""The pages of a change of reseller, and what its two sides see on the agreement (O4)."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_orders import RESELLER_EMAIL, Shop, make_placed
from tests.support.order_pages import begin, signed_in
from tests.support.pages import CheckingClient
from vlms.accounts.models import OrganisationKind
from vlms.agreements.queries import get_agreement
from vlms.core.permissions import Role

NEW_EMAIL = "ray@fabrikam.example"


def with_second_reseller(client: CheckingClient, clock: StillClock) -> Shop:
    shop = begin(client, clock)
    with making(clock()) as work:
        place = make_organisation(work, "fabrikam", OrganisationKind.RESELLER)
        make_member(work, place, Role.RESELLER, NEW_EMAIL)
        make_placed(work, shop)
    return shop


def test_an_admin_gives_the_agreement_to_another_reseller(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    shop = with_second_reseller(client, clock)
    page = f"/o/contoso/agreements/{shop.agreement.id}"
    assert "Resellers by day" not in client.page(page).text
    (link,) = client.page(page).select(f'a[href="{page}/reseller"]')
    sent = client.send(str(link["href"]), reseller="fabrikam", reason="better terms")
    assert sent.location == page
    shown = client.page(page)
    for words in ("The reseller is changed.", "Resellers by day", "better terms", "Fabrikam"):
        assert words in shown.text
    assert "Reseller changed" in shown.text
    new = signed_in(app, NEW_EMAIL)
    assert "A-1" in new.page("/o/fabrikam/agreements/").text
    assert "O-2026-000001" in new.page("/o/fabrikam/orders/").text
    former = signed_in(app, RESELLER_EMAIL)
    seen = former.page(f"/o/litware/agreements/{shop.agreement.id}")
    assert "Resellers by day" in seen.text
    panel = new.page(f"/o/fabrikam/agreements/{shop.agreement.id}").text
    assert "These products keep the price list of the initial order" in panel
    assert "What later orders depend on" not in client.page(page).text
    assert not seen.select('a[href$="/reseller"]')
    assert "O-2026-000001" not in former.page("/o/litware/orders/").text


def test_a_planned_change_is_shown_and_withdrawn(client: CheckingClient, clock: StillClock) -> None:
    shop = with_second_reseller(client, clock)
    page = f"/o/contoso/agreements/{shop.agreement.id}"
    later = (clock() + timedelta(days=20)).date().isoformat()
    client.send(f"{page}/reseller", reseller="fabrikam", first_day=later, reason="later")
    shown = client.page(page)
    assert "planned" in shown.text
    assert "A change of reseller is planned" in client.get(f"{page}/reseller").text
    (link,) = shown.select('a[href*="/reseller-changes/"]')
    assert "stays with the reseller that it has" in client.page(str(link["href"])).text
    client.send(str(link["href"]))
    assert "Resellers by day" not in client.page(page).text


def test_what_cannot_be_stands_beside_its_field(client: CheckingClient, clock: StillClock) -> None:
    shop = with_second_reseller(client, clock)
    page = f"/o/contoso/agreements/{shop.agreement.id}/reseller"
    refused = client.send(page, reseller="fabrikam", first_day="2026-01-01", reason="late")
    assert refused.status_code == 422
    assert "This day has passed" in refused.get_data(as_text=True)
    assert client.send(page, reseller="fabrikam", reason="").status_code == 422
    unasked = client.send(page, reason="somebody else")
    assert "Choose one from the list." in unasked.get_data(as_text=True)


def test_an_agreement_may_go_on_without_a_reseller(
    client: CheckingClient, clock: StillClock
) -> None:
    shop = with_second_reseller(client, clock)
    page = f"/o/contoso/agreements/{shop.agreement.id}"
    assert client.send(f"{page}/reseller", reseller="none:", reason="direct").status_code == 302
    assert "direct" in client.page(page).text
    with making(clock()) as work:
        assert get_agreement(work.session, shop.agreement.id).reseller_id is None
