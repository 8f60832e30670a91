"""Setting a sign-in provider up, testing it, and the operator's part in it (G6)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from tests.support.clock import StillClock
from tests.support.hostile_provider import CLIENT, SECRET, HostileProvider, hostile_provider
from tests.support.making import make_member, make_organisation, making
from tests.support.making_accounts import ADMIN, enter_as_operator
from tests.support.making_providers import come_back, make_provider
from tests.support.owning import owner_engine
from tests.support.pages import CheckingClient
from vlms.accounts.models import RoleGrant
from vlms.audit.models import AuditEntry
from vlms.authentication.provider_models import ProviderDomain, SignInProvider
from vlms.core.permissions import Role
from vlms.core.tokens import new_id

PLACE = "/o/contoso/sign-in-provider"


@pytest.fixture
def provider(app: Flask, clock: StillClock) -> Iterator[HostileProvider]:
    """One that runs; Contoso has an admin and nobody has set anything up."""
    with hostile_provider(clock) as found:
        with making(clock()) as work:
            contoso = make_organisation(work, "contoso")
            make_member(work, contoso, Role.LICENSING_ADMIN, ADMIN)
        yield found


def set_up(client: CheckingClient, provider: HostileProvider, **other: str) -> None:
    facts = {"issuer": provider.issuer, "client_id": CLIENT, "secret": SECRET}
    answered = client.send(f"{PLACE}/edit", **{**facts, "domains": "contoso.example", **other})
    assert answered.status_code == 302, answered.text


def actions(clock: StillClock) -> list[str]:
    with making(clock()) as work:
        found = work.session.query(AuditEntry).order_by(AuditEntry.sequence)
        kinds = ("sign_in_provider", "provider_domain", "provider_identity")
        return [one.action for one in found if one.record_kind in kinds]


def test_an_admin_sets_it_up_tests_it_and_switches_it_on(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    client.sign_in(ADMIN)
    assert "People sign in with passwords here" in client.page(f"{PLACE}/").text
    set_up(client, provider)
    page = client.page(f"{PLACE}/")
    assert page.select_one("button[disabled][aria-describedby=test-first]") is not None
    assert "Waits for the operator" in page.text
    assert "/sign-in/with/contoso/answer" in page.text
    assert client.send(f"{PLACE}/turn/on").status_code == 409
    assert client.press(f"{PLACE}/", "/test").status_code == 302
    assert client.send(f"{PLACE}/turn/on").status_code == 302
    assert "Beside passwords" in client.page(f"{PLACE}/").text
    assert actions(clock)[-1] == "sign_in_provider.switched_on"
    assert client.send(f"{PLACE}/turn/off").status_code == 302
    assert "Switched off" in client.page(f"{PLACE}/").text


def test_the_secret_is_sealed_and_shown_to_nobody(
    app: Flask, client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    client.sign_in(ADMIN)
    set_up(client, provider)
    for page in (f"{PLACE}/", f"{PLACE}/edit", "/o/contoso/journal/"):
        assert SECRET not in client.page(page).decode()
    with owner_engine().connect() as connection:
        for table in ("sign_in_provider", "audit_detail", "submission"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert SECRET not in str(rows)
            assert SECRET.encode() not in b"".join(
                bytes(cell) for row in rows for cell in row if isinstance(cell, bytes | memoryview)
            )
    set_up(client, provider, secret="", domains="contoso.example")
    with making(clock()) as work:
        row = work.session.query(SignInProvider).one()
        assert len(row.sealed_secret) > len(SECRET)


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("issuer", "http://login.example.com", "by https alone"),
        ("issuer", "https://login.example.com/?x=1", "no address of an issuer"),
        ("issuer", "https://user:word@login.example.com", "no address of an issuer"),
        ("issuer", "", "Issuer"),
        ("secret", "", "The client secret is missing"),
        ("secret", "x" * 501, "at most 500 characters"),
        ("domains", "", "Name at least one mail domain"),
        ("domains", "contoso", "Write mail domains as example.com"),
        ("domains", "students.invalid", "Write mail domains as example.com"),
        ("domains", "*.contoso.example", "Write mail domains as example.com"),
    ],
)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_cannot_be_used_is_told_beside_its_field(
    client: CheckingClient, provider: HostileProvider, field: str, typed: str, sentence: str
) -> None:
    client.sign_in(ADMIN)
    facts = {"issuer": provider.issuer, "client_id": CLIENT, "secret": SECRET}
    facts |= {"domains": "contoso.example", field: typed}
    answered = client.send(f"{PLACE}/edit", **facts)
    assert answered.status_code == 422
    assert sentence in answered.text
    assert f'href="#{field}"' in answered.text


def test_a_test_that_fails_says_what_is_wrong_and_where(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    client.sign_in(ADMIN)
    set_up(client, provider)
    provider.metadata = {"issuer": "https://login.example"}
    answered = client.press(f"{PLACE}/", "/test")
    assert answered.status_code == 422
    assert "issuer is wrong" in answered.text
    provider.metadata, provider.keys = {}, []
    assert "jwks_uri is wrong" in client.press(f"{PLACE}/", "/test").text
    provider.faults.add("down")
    assert "cannot be reached" in client.press(f"{PLACE}/", "/test").text
    with making(clock()) as work:
        assert work.session.query(SignInProvider).one().tested_at is None


def test_another_issuer_switches_it_off_and_forgets_whom_the_former_one_showed(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    with making(clock()) as work:
        found = work.session.query(RoleGrant).one()
        make_provider(work, found.organisation_id, provider.issuer)
    provider.email = ADMIN
    come_back(client, provider)
    assert client.get("/my/account").status_code == 200
    editor = client.application.test_client()
    assert isinstance(editor, CheckingClient)
    editor.sign_in(ADMIN)
    facts = {"issuer": "https://login.example", "domains": "contoso.example"}
    refused = editor.send(f"{PLACE}/edit", **facts, client_id=CLIENT)
    assert "Another issuer or client has another secret" in refused.text
    set_up(editor, provider, issuer="https://login.example")
    page = editor.page(f"{PLACE}/").text
    assert "Switched off" in page
    assert "Nobody yet." in page
    assert client.get("/my/account").location.startswith("/sign-in")
    assert "provider_identity" not in actions(clock)[-1]


def test_changes_ask_for_a_fresh_proof_and_for_a_role_of_the_whole_organisation(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    with making(clock()) as work:
        contoso_id = work.session.query(RoleGrant).one().organisation_id
        make_provider(work, contoso_id, provider.issuer)
    client.sign_in(ADMIN)
    clock.move(minutes=6)
    for page in ("edit", "turn/on", "turn/exclusive"):
        assert client.get(f"{PLACE}/{page}").location.startswith("/prove")
    clock.reset()
    with making(clock()) as work:
        work.session.query(RoleGrant).one().agreement_id = new_id()
    facts = {"issuer": provider.issuer, "client_id": CLIENT, "domains": "contoso.example"}
    assert client.send(f"{PLACE}/edit", **facts).status_code == 403
    assert client.send(f"{PLACE}/turn/off").status_code == 403


def domain_ids(clock: StillClock) -> dict[str, UUID]:
    with making(clock()) as work:
        return {one.domain: one.id for one in work.session.query(ProviderDomain)}


def test_a_domain_counts_when_the_operator_has_confirmed_it(
    app: Flask, client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    client.sign_in(ADMIN)
    set_up(client, provider)
    client.press(f"{PLACE}/", "/test")
    client.send(f"{PLACE}/turn/on")
    client.press(f"{PLACE}/", "/sign-out")
    provider.email = ADMIN
    assert "lies outside the domains" in come_back(client, provider).text
    assert "No sign-in provider" in client.send("/sign-in/organisation", email=ADMIN).text
    enter_as_operator(client, clock())
    (domain_id,) = domain_ids(clock).values()
    base = "/o/operator/sign-in-provider"
    assert "contoso.example" in client.page(f"{base}/all").text
    confirm = f"{base}/domains/{domain_id}/confirm"
    assert client.send(confirm, reason="short").status_code == 422
    assert client.send(confirm, reason="TXT record seen today").status_code == 302
    assert actions(clock)[-1] == "provider_domain.confirmed"
    client.press(f"{base}/all", "/sign-out")
    assert come_back(client, provider).location == "/"


def test_a_domain_is_one_organisations(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    with making(clock()) as work:
        fabrikam = make_organisation(work, "fabrikam")
        make_provider(work, fabrikam.id, provider.issuer)
    client.sign_in(ADMIN)
    set_up(client, provider)
    client.press(f"{PLACE}/", "/sign-out")
    enter_as_operator(client, clock())
    with making(clock()) as work:
        claimed = work.session.query(ProviderDomain).filter_by(confirmed_at=None).one().id
    confirm = f"/o/operator/sign-in-provider/domains/{claimed}/confirm"
    answered = client.send(confirm, reason="TXT record seen today")
    assert answered.status_code == 409
    assert "confirmed for another organisation" in answered.text
