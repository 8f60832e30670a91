"""What a provider's word is worth: a second factor, a fresh proof, and the only way in (G6)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from tests.support.clock import StillClock
from tests.support.hostile_provider import HostileProvider, hostile_provider
from tests.support.making import PASSWORD, make_member, make_organisation, make_role, making
from tests.support.making_accounts import enter_as_operator, mailed_links
from tests.support.making_factors import demanding, make_app
from tests.support.making_providers import come_back, go, make_provider
from tests.support.owning import owner_engine
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation, OrganisationKind, User
from vlms.accounts.service.invitations import send_link
from vlms.authentication.errors import ProviderRefused
from vlms.authentication.provider_models import SignInProvider
from vlms.authentication.service.provider_settings import make_exclusive
from vlms.core.permissions import Role
from vlms.notices.models import OutboxMessage

ANN, FAY, ELSE = "ann@contoso.example", "fay@contoso.example", "max@example.org"
WITH, PROVE = "/sign-in/with/contoso", "/prove/provider?next=/o/contoso/roles/"
BOUND, WRONG = "with its sign-in provider alone", "do not belong together"
PLACE = "/o/contoso/sign-in-provider"


@pytest.fixture
def provider(app: Flask, clock: StillClock) -> Iterator[HostileProvider]:
    """Contoso's, of which Ann is the admin and Fay does the finance; Max has another domain."""
    with hostile_provider(clock) as found:
        with making(clock()) as work:
            contoso = make_organisation(work, "contoso")
            make_member(work, contoso, Role.LICENSING_ADMIN, ANN)
            make_member(work, contoso, Role.FINANCE, FAY)
            make_member(work, contoso, Role.FINANCE, ELSE)
            make_provider(work, contoso.id, found.issuer)
        yield found


def id_of(clock: StillClock, email: str) -> UUID:
    with making(clock()) as work:
        return work.session.query(User).filter_by(email=email).one().id


def exclusive(clock: StillClock, client: CheckingClient, provider: HostileProvider) -> None:
    """Ann has signed in with it; after that it is the only way in."""
    assert come_back(client, provider).location == "/"
    with making(clock()) as work:
        found = work.session.query(Organisation).filter_by(slug="contoso").one()
        make_exclusive(work, found.id)
    client.press("/my/account", "/sign-out")


def test_our_second_factor_is_asked_for_beside_the_provider(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    app_of_ann = make_app(id_of(clock, ANN), clock())
    provider.claims = {"amr": ["pwd", "mfa"]}
    come_back(client, provider)
    assert client.get("/my/").location.startswith("/sign-in")
    assert client.send("/sign-in/second-step", code=app_of_ann.code(clock())).location == "/"
    assert client.page("/o/contoso/").h1 is not None


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_its_second_factor_counts_where_that_is_set_and_said(
    app: Flask, client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    """Ann's role demands one and she has none of ours; the control is a token without `mfa`."""
    with making(clock()) as work:
        work.session.query(SignInProvider).one().proves_factor = True
    with demanding(app):
        clock.move(minutes=1)
        provider.claims = {"amr": ["pwd"]}
        come_back(client, provider)
        assert client.get("/sign-in").location.startswith("/sign-in/set-up")
        provider.claims = {"amr": ["pwd", "mfa"]}
        come_back(client, provider)
        assert client.page("/o/contoso/").h1 is not None


def test_who_has_a_role_that_demands_a_factor_sets_one_up_after_the_provider(
    app: Flask, client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    """Without a code by mail: the provider has shown who it is."""
    back = go(client, provider)
    with demanding(app):
        client.get(back)
        assert client.get("/o/contoso/").location.startswith("/sign-in")
        assert client.get("/sign-in").location.startswith("/sign-in/set-up")


def test_a_new_device_is_told_by_mail(
    app: Flask, client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    come_back(client, provider)
    second = app.test_client()
    assert isinstance(second, CheckingClient)
    come_back(second, provider)
    with making(clock()) as work:
        told = work.session.query(OutboxMessage).filter_by(template="new_device").all()
        assert [each.to_address for each in told] == [ANN]


def test_what_a_provider_said_long_ago_is_no_fresh_proof(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    now = int(clock().timestamp())
    for told in (None, now - 300, now - 86_400):
        provider.claims = {"auth_time": told}
        come_back(client, provider)
        assert client.get(f"{PLACE}/edit").location.startswith("/prove")
    provider.claims = {"auth_time": now - 299}
    come_back(client, provider)
    assert client.page(f"{PLACE}/edit").h1 is not None


def test_a_fresh_proof_is_given_by_the_provider_that_asks_again(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    come_back(client, provider)
    clock.move(minutes=6)
    page = client.page("/prove?next=/o/contoso/roles/")
    assert page.select_one(f'a[href="{PROVE}"]') is not None
    before = client.get_cookie("vlms")
    back = go(client, provider, PROVE)
    asked = next(iter(provider.codes.values()))
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    assert client.get(back).location == "/o/contoso/roles/"
    after = client.get_cookie("vlms")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert client.page(f"{PLACE}/edit").h1 is not None


def test_a_proof_that_is_not_anew_or_of_somebody_else_proves_nothing(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    come_back(client, provider)
    clock.move(minutes=6)
    now = int(clock().timestamp())
    for told in (None, now - 61):
        provider.claims = {"auth_time": told}
        assert "did not ask you again" in come_back(client, provider, PROVE).text
    provider.claims, provider.email, provider.subject = {}, FAY, "subject-of-fay"
    assert "shown somebody else" in come_back(client, provider, PROVE).text
    assert client.get(f"{PLACE}/edit").location.startswith("/prove")
    back = go(client, provider, PROVE)
    client.press("/my/account", "/sign-out")
    assert client.get(back).status_code == 422
    assert client.get("/my/").location.startswith("/sign-in")


def test_a_session_of_a_password_is_proved_by_no_provider(
    client: CheckingClient, provider: HostileProvider
) -> None:
    client.sign_in(ANN)
    assert client.page("/prove").select_one('a[href^="/prove/provider"]') is None
    assert client.get(PROVE).status_code == 422


def test_no_token_reaches_the_browser_or_a_table(
    client: CheckingClient, provider: HostileProvider
) -> None:
    answered = come_back(client, provider)
    payload = provider.tokens[0].split(".")[1]
    assert payload not in str(answered.headers) + answered.text
    with owner_engine().connect() as connection:
        for table in ("sign_in_session", "provider_identity", "sign_in_provider", "audit_detail"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert rows
            assert payload not in str(rows)


def test_it_becomes_the_only_way_in_when_somebody_has_come_in_so(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    client.sign_in(ANN)
    page = client.page(f"{PLACE}/turn/exclusive")
    assert "Nobody has signed in with this provider yet" in page.text
    assert page.select_one("main button.btn-danger") is None
    come_back(client, provider)
    assert client.send(f"{PLACE}/turn/exclusive").status_code == 302
    assert "The only way in" in client.page(f"{PLACE}/").text
    assert client.send(f"{PLACE}/turn/optional").status_code == 302
    client.press(f"{PLACE}/", "/sign-out")
    client.sign_in(FAY)


def test_passwords_open_nothing_then_and_who_has_none_learns_nothing(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    exclusive(clock, client, provider)
    texts = [
        client.send("/sign-in", email=email, password="wrong password").text
        for email in (FAY, "nobody@contoso.example")
    ]
    assert all(WRONG in text and BOUND not in text for text in texts)
    right = client.send("/sign-in", email=FAY, password=PASSWORD)
    assert right.status_code == 422
    assert BOUND in right.text
    client.sign_in(ELSE)


def test_links_set_no_password_then_and_none_is_mailed(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    with making(clock()) as work:
        send_link(work, work.session.query(User).filter_by(email=FAY).one())
    exclusive(clock, client, provider)
    (link,) = mailed_links(clock(), FAY)
    refused = client.send(link, password="a sentence that is long")
    assert refused.status_code == 422
    assert BOUND in refused.text
    told = [
        client.send("/forgotten", email=email).location for email in (FAY, "nobody@contoso.example")
    ]
    assert told == ["/forgotten", "/forgotten"]
    assert len(mailed_links(clock(), FAY)) == 1


def test_who_is_known_elsewhere_keeps_the_password(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    exclusive(clock, client, provider)
    with making(clock()) as work:
        fay = work.session.query(User).filter_by(email=FAY).one()
        make_role(work, make_organisation(work, "fabrikam"), fay, Role.FINANCE)
    client.sign_in(FAY)


def test_a_password_is_no_fresh_proof_of_who_is_bound(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    client.sign_in(FAY)
    other = client.application.test_client()
    assert isinstance(other, CheckingClient)
    with making(clock()) as work:
        work.session.query(SignInProvider).one().is_exclusive = True
    clock.move(minutes=6)
    page = client.page("/prove?next=/my/")
    assert page.select_one("input[name=password]") is None
    assert "Nothing that you could show here counts" in page.text
    come_back(other, provider)
    assert other.page("/prove").select_one("input[name=password]") is None
    sent = {"present": PASSWORD, "password": "another long sentence"}
    assert BOUND in client.send("/my/password", **sent).text


def test_the_operator_lets_people_in_while_a_provider_is_down(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    exclusive(clock, client, provider)
    with making(clock()) as work:
        provider_id = work.session.query(SignInProvider).one().id
    enter_as_operator(client, clock())
    base = f"/o/operator/sign-in-provider/{provider_id}"
    assert client.send(f"{base}/suspend", reason="no").status_code == 422
    assert client.send(f"{base}/suspend", reason="Their provider is down").status_code == 302
    client.press("/my/account", "/sign-out")
    client.sign_in(FAY)
    client.press("/my/account", "/sign-out")
    client.sign_in("olga@operator.example")
    assert client.send(f"{base}/resume").status_code == 302
    client.press("/my/account", "/sign-out")
    assert BOUND in client.send("/sign-in", email=FAY, password=PASSWORD).text


def test_the_operator_is_never_bound(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    with making(clock()) as work:
        operator = make_organisation(work, "operator", OrganisationKind.OPERATOR)
        make_member(work, operator, Role.OPERATOR, "olga@operator.example")
        made = make_provider(work, operator.id, provider.issuer, ("operator.example",))
        with pytest.raises(ProviderRefused):
            make_exclusive(work, operator.id)
        # Also where a row says otherwise.
        made.is_exclusive = True
    client.sign_in("olga@operator.example")


def test_an_exclusive_provider_that_is_switched_off_binds_nobody(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    exclusive(clock, client, provider)
    come_back(client, provider)
    assert client.send(f"{PLACE}/turn/off").status_code == 302
    assert client.get("/my/").location.startswith("/sign-in")
    client.sign_in(FAY)
