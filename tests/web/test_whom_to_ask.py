"""Every refusal says whom to ask (O7), and mail reaches contacts without an account (O5)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.holding import ADDRESS, code_of, make_held
from tests.support.making import make_organisation, making
from tests.support.making_accounts import enter_as_operator
from tests.support.making_agreements import make_agreement, make_contact
from tests.support.making_orders import make_placed, make_shop, make_voucher
from tests.support.order_pages import begin, drafted, line, send_draft, signed_in, soup
from tests.support.pages import CheckingClient
from vlms.accounts.models import OneTimeLink, OrganisationKind
from vlms.agreements.models import ContactKind
from vlms.core.links import sign_link
from vlms.notices.models import OutboxMessage
from vlms.orders.service.steps import cancel


def test_refusals_of_orders_name_the_contact_of_their_topic(
    client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    with making(clock()) as work:
        make_contact(work, shop.agreement, ContactKind.PRICING, "price@litware.example")
        few = make_voucher(work, "few", from_quantity=5)
    edit = client.send("/o/contoso/orders/new", agreement=str(shop.agreement.id)).location
    answer = send_draft(client, edit, intent="place", **line(shop, "4", product=str(few.id)))
    assert answer.status_code == 422
    page = soup(answer)
    for place in (".error-summary", "#quote .alert"):
        shown = page.select_one(place)
        assert shown is not None
        assert "Whom to ask: Nora Notices · price@litware.example" in shown.text


def test_without_a_contact_for_the_topic_the_account_manager_is_named(
    client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    with making(clock()) as work:
        few = make_voucher(work, "few", from_quantity=5)
    edit = client.send("/o/contoso/orders/new", agreement=str(shop.agreement.id)).location
    page = soup(send_draft(client, edit, intent="place", **line(shop, "4", product=str(few.id))))
    summary = page.select_one(".error-summary")
    assert summary is not None
    assert "Whom to ask: Alex Manager · alex@manager.example" in summary.text


def test_what_is_only_mistyped_names_nobody(client: CheckingClient, clock: StillClock) -> None:
    shop = begin(client, clock)
    edit = client.send("/o/contoso/orders/new", agreement=str(shop.agreement.id)).location
    page = soup(send_draft(client, edit, intent="save", **line(shop, "ten")))
    summary = page.select_one(".error-summary")
    assert summary is not None
    assert "cannot be used" in summary.text
    assert "Whom to ask" not in summary.text


def test_a_page_that_is_refused_says_whom_to_ask_at_all(
    client: CheckingClient, clock: StillClock
) -> None:
    begin(client, clock)
    page = client.page("/o/contoso/orders/00000000-0000-7000-8000-000000000000", 404)
    assert "Whom to ask: Alex Manager" in page.text


def named(page: Tag) -> str:
    """Who is named where something is refused."""
    found = page.select_one(".error-summary a[href^='mailto:']")
    return "" if found is None else found.get_text()


@pytest.mark.parametrize("place", ["people/new", "settings/edit", "roles/new", "agreements/import"])
def test_an_empty_form_names_nobody(client: CheckingClient, clock: StillClock, place: str) -> None:
    begin(client, clock)
    names = ("name", "email", "time_zone", "person", "file")
    page = client.page(f"/o/contoso/{place}")
    empty = {name: "" for name in names if page.select(f'main [name="{name}"]')}
    answer = client.send(f"/o/contoso/{place}", **empty)
    assert answer.status_code == 422
    assert soup(answer).select_one(".error-summary")
    assert named(soup(answer)) == ""


def test_pages_without_an_agreement_name_the_contact_of_the_first_that_ends(
    client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    with making(clock()) as work:
        later = make_agreement(
            work, shop.customer, number="A-9", last_day=shop.agreement.last_day + timedelta(days=9)
        )
        later.account_manager_email = "wrong@manager.example"
    nobody = "00000000-0000-7000-8000-000000000000"
    page = client.page(f"/o/contoso/people/{nobody}", 404)
    assert "alex@manager.example" in page.text


def test_the_operator_and_strangers_are_told_who_runs_the_system(
    client: CheckingClient, clock: StillClock
) -> None:
    stranger = client.send("/sign-in", email="nobody@contoso.example", password="wrong words")
    assert named(soup(stranger)) == "vlms@localhost"
    place = f"/o/{enter_as_operator(client, clock()).slug}"
    missing = client.page(f"{place}/people/00000000-0000-7000-8000-000000000000", 404)
    assert "vlms@localhost" in missing.text
    for page in ("catalog/prices/import", "organisations/new"):
        answer = client.send(f"{place}/{page}", name="")
        assert (answer.status_code, named(soup(answer))) == (422, ""), page


def test_a_holder_is_told_the_contact_of_their_codes_agreement(
    client: CheckingClient, clock: StillClock
) -> None:
    held = make_held(clock())
    with making(clock()) as work:
        agreement = code_of(work, held).agreement
        agreement.account_manager_email = "own@manager.example"
    client.sign_in(ADDRESS)
    answer = client.press(f"/my/codes/{held.code_id}", "/terms")
    assert (answer.status_code, named(soup(answer))) == (422, "own@manager.example")


def test_the_reseller_of_an_agreement_with_orders_stays(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    with making(clock()) as work:
        make_organisation(work, "other", OrganisationKind.RESELLER)
        order = make_placed(work, shop)
    edit = f"/o/contoso/agreements/{shop.agreement.id}/edit"
    answer = client.send(edit, reseller="other")
    assert answer.status_code == 422
    assert "There are orders under this agreement" in answer.get_data(as_text=True)
    signed_in(app, "rae@litware.example").page(f"/o/litware/orders/{order.id}")


def test_a_contact_without_an_account_follows_the_order_through_a_link(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
    with shop.buying(clock()) as work:
        order = make_placed(work, shop)
    opened = client.page(_link(clock)).text
    for words in (order.number, "Product voucher", "10", "Placed", "Nothing has arrived yet."):
        assert words in opened
    with making(clock()) as work:
        cancel(work, order.id, "not needed")
    assert "Cancelled" in client.page(_link(clock)).text
    clock.move(days=8)
    client.page(_link(clock), 404)


def test_the_reseller_acknowledges_and_the_contact_gets_a_link(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock)
    order = drafted(clock, shop)
    edit = f"/o/contoso/orders/{order.id}/edit"
    assert send_draft(client, edit, intent="place", **line(shop)).status_code == 302
    seller, place = signed_in(app, "rae@litware.example"), f"/o/litware/orders/{order.id}"
    assert seller.send(place + "/record/process").status_code == 302
    assert seller.send(place + "/record/acknowledge").status_code == 302
    with making(clock()) as work:
        messages = work.session.scalars(select(OutboxMessage)).all()
        known = {message.template: message.link_id for message in messages}
    assert known.keys() == {"order_placed", "order_acknowledged"}
    assert None not in known.values()
    assert len(set(known.values())) == 2


def test_a_contact_with_an_account_is_sent_no_link(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_contact(work, shop.agreement, ContactKind.ONLINE_ADMINISTRATOR, "ann@contoso.example")
    with shop.buying(clock()) as work:
        make_placed(work, shop)
    with making(clock()) as work:
        assert work.session.scalars(select(OutboxMessage.link_id)).all() == [None]


def _link(clock: StillClock) -> str:
    """The address of the newest link, as its mail has it."""
    with making(clock()) as work:
        link = work.session.scalars(select(OneTimeLink).order_by(OneTimeLink.id.desc())).first()
        assert link is not None
        return f"/delivery/{sign_link(work.keys.link, link.id)}"
