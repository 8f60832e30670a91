"""Home pages: what each role sees, and that every number is the length of the list it opens."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.demo import play_demo
from tests.support.making import make_member, make_organisation, making
from tests.support.making_codes import (
    make_agreement,
    make_codes,
    make_contact,
    make_line,
    make_product,
)
from tests.support.pages import CheckingClient
from vlms.agreements.models import AgreementContact
from vlms.core.errors import NotFound
from vlms.core.permissions import Role
from vlms.demo.cast import PASSWORD
from vlms.insights.cli import home
from vlms.notices.models import MessageState, OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post

HOMES = [
    ("admin@contoso.example", "contoso"),
    ("finance@contoso.example", "contoso"),
    ("auditor@contoso.example", "contoso"),
    ("reseller@demo.example", "northwind"),
    ("operator@demo.example", "operations"),
    ("admin@university.example", "demo-university"),
]


def length_of_list(client: CheckingClient, address: str) -> int:
    """How many rows a list has, all its pages together."""
    page = client.page(address)
    tables = page.select("main table")
    assert len(tables) <= 1
    rows = len(tables[0].select("tbody tr")) if tables else 0
    following = page.select_one("a[rel=next]")
    return rows + (length_of_list(client, str(following["href"])) if following else 0)


@pytest.mark.parametrize(("email", "slug"), HOMES)
def test_every_number_is_the_length_of_the_list_it_opens(
    client: CheckingClient, clock: StillClock, email: str, slug: str
) -> None:
    play_demo(clock)
    client.sign_in(email, PASSWORD)
    links = client.page(f"/o/{slug}/").select("a[data-count]")
    assert links
    for link in links:
        if link.get("data-task", "").startswith("admins-"):
            continue
        told = int(str(link["data-count"]))
        assert length_of_list(client, str(link["href"])) == told, link["href"]


def tasks_of(client: CheckingClient, address: str) -> set[str]:
    return {str(link["data-task"]) for link in client.page(address).select("[data-task]")}


@pytest.mark.parametrize(
    ("email", "slug", "some", "none"),
    [
        (
            "admin@contoso.example",
            "contoso",
            {"late", "awaiting_approval", "unclaimed", "in_delay", "available", "lapsing"},
            {"placed", "invoiced", "stock"},
        ),
        (
            "finance@contoso.example",
            "contoso",
            {"late"},
            {"awaiting_approval", "unclaimed", "lapsing"},
        ),
        (
            "auditor@contoso.example",
            "contoso",
            {"late", "lapsing"},
            {"awaiting_approval", "unclaimed", "in_delay", "available"},
        ),
        (
            "reseller@demo.example",
            "northwind",
            {"late", "placed", "processed", "acknowledged", "overdue", "to_invoice"},
            {"awaiting_approval", "invoiced", "available"},
        ),
        (
            "operator@demo.example",
            "operations",
            {"late", "invoiced", "fulfilled", "stock"},
            {"placed", "awaiting_approval", "available"},
        ),
    ],
)
def test_each_role_is_told_what_it_can_do_today(
    client: CheckingClient,
    clock: StillClock,
    email: str,
    slug: str,
    some: set[str],
    none: set[str],
) -> None:
    play_demo(clock)
    client.sign_in(email, PASSWORD)
    found = tasks_of(client, f"/o/{slug}/")
    assert some <= found
    assert not none & found


def test_a_reseller_is_led_to_no_code(client: CheckingClient, clock: StillClock) -> None:
    play_demo(clock)
    client.sign_in("reseller@demo.example", PASSWORD)
    assert not client.page("/o/northwind/").select('main a[href*="/codes"]')


def test_a_new_organisation_is_told_what_to_do_first(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        make_member(work, organisation, Role.LICENSING_ADMIN, "ann@contoso.example")
    client.sign_in("ann@contoso.example")
    steps = client.page("/o/contoso/").select("ol.first-steps a")
    assert [str(link["href"]) for link in steps] == [
        "/o/contoso/agreements/create",
        "/o/contoso/roles/new",
        "/o/contoso/people/",
        "/o/contoso/orders/new",
    ]
    with making(clock()) as work:
        make_agreement(work, organisation)
    left = client.page("/o/contoso/").select("ol.first-steps a")
    assert "/o/contoso/agreements/create" not in [str(link["href"]) for link in left]


def test_who_may_see_nothing_yet_is_led_on(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        make_member(work, organisation, Role.SCHOOL_COORDINATOR, "sue@contoso.example")
    client.sign_in("sue@contoso.example")
    page = client.page("/o/contoso/")
    assert not page.select("[data-count]")
    assert page.select_one('main a[href="/my/codes/"]')
    assert page.select_one('main a[href="/o/contoso/catalog/"]')


def test_an_agreement_with_one_admin_asks_for_another(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        make_member(work, organisation, Role.LICENSING_ADMIN, "ann@contoso.example")
        agreement = make_agreement(work, organisation)
        make_codes(work, make_line(work, agreement, make_product(work), 1), 1)
    client.sign_in("ann@contoso.example")
    task = f"admins-{agreement.number}"
    assert task in tasks_of(client, "/o/contoso/")
    with making(clock()) as work:
        make_member(work, organisation, Role.LICENSING_ADMIN, "ben@contoso.example")
    assert task not in tasks_of(client, "/o/contoso/")


def test_a_contact_whose_mail_came_back_is_a_task_until_the_address_is_corrected(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        make_member(work, organisation, Role.LICENSING_ADMIN, "ann@contoso.example")
        agreement = make_agreement(work, organisation)
        contact = make_contact(work, agreement, "cora@contoso.example")
        codes = make_codes(work, make_line(work, agreement, make_product(work), 1), 1)
        mail = Mail("codes_ready", codes[0].id, "told-cora", organisation_id=organisation.id)
        recipient = Recipient(contact.name, contact.email, contact.language)
        message = post(work, mail, recipient)
        assert message is not None
        message_id = message.id
    client.sign_in("ann@contoso.example")
    task = f"contact-{agreement.number}"
    assert task not in tasks_of(client, "/o/contoso/")
    with making(clock()) as work:
        sent = work.session.get_one(OutboxMessage, message_id)
        sent.state, sent.sent_at = MessageState.SENT, work.now
        sent.attempts, sent.bounced_at = 1, work.now
    assert task in tasks_of(client, "/o/contoso/")
    link = client.page("/o/contoso/").select_one(f'a[data-task="{task}"]')
    assert link is not None
    assert "cora@contoso.example" in str(client.page(str(link["href"])))
    with making(clock()) as work:
        work.session.get_one(AgreementContact, contact.id).email = "coral@contoso.example"
    assert task not in tasks_of(client, "/o/contoso/")


def test_the_operator_sees_what_failed_and_that_no_worker_runs(
    client: CheckingClient, clock: StillClock
) -> None:
    play_demo(clock)
    client.sign_in("operator@demo.example", PASSWORD)
    health = client.page("/o/operations/").select_one("section[aria-labelledby=health]")
    assert health is not None
    assert "does not run" in health.text
    assert "MTA exam voucher" in health.text


def test_the_command_line_prints_the_same_figures(app: Flask, clock: StillClock) -> None:
    play_demo(clock)
    ran = CliRunner().invoke(home, ["--organisation", "contoso", "--json"], obj=lambda: app)
    rows = json.loads(ran.output)
    told = {(row["group"], row["name"]): row["count"] for row in rows}
    assert told["orders", "awaiting_approval"] == told["today", "awaiting_approval"] == 1
    assert ("agreements", "running") in told
    assert ("codes", "used") in told


def test_the_command_line_knows_no_other_organisation(app: Flask) -> None:
    ran = CliRunner().invoke(home, ["--organisation", "nowhere"], obj=lambda: app)
    assert isinstance(ran.exception, NotFound)
