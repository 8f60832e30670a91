"""Signing in with an organisation's provider (G6), which speaks HTTP on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.hostile_provider import HostileProvider, hostile_provider
from tests.support.making import (
    make_member,
    make_organisation,
    make_person,
    make_role,
    making,
)
from tests.support.making_providers import come_back, go, make_provider
from tests.support.pages import CheckingClient
from vlms.accounts.models import User
from vlms.authentication.models import SignInSession
from vlms.authentication.provider_models import ProviderIdentity
from vlms.core.permissions import Role

ANN, BOB = "ann@contoso.example", "bob@contoso.example"
NOT_ADMITTED = "but that opens no account here"


@pytest.fixture
def provider(app: Flask, clock: StillClock) -> Iterator[HostileProvider]:
    """Contoso's, where Ann and Bob do the finance; Fabrikam has none."""
    with hostile_provider(clock) as found:
        with making(clock()) as work:
            contoso = make_organisation(work, "contoso")
            make_member(work, contoso, Role.FINANCE, ANN)
            make_member(work, contoso, Role.FINANCE, BOB)
            make_organisation(work, "fabrikam")
            make_provider(work, contoso.id, found.issuer)
        yield found


def told(text: str) -> str:
    """What a page says, without the address that it was asked under."""
    return text.partition("<main")[2].partition("<footer")[0]


def test_a_known_user_signs_in_and_is_led_to_the_page_that_was_wanted(
    client: CheckingClient, provider: HostileProvider
) -> None:
    answered = come_back(client, provider, "/sign-in/with/contoso?next=/o/contoso/invoices/")
    assert answered.headers["Location"] == "/o/contoso/invoices/"
    assert client.page("/o/contoso/").h1 is not None
    (form,) = provider.forms
    assert form["grant_type"] == "authorization_code"
    assert form["authorization"].startswith("Basic ")
    assert "client_secret" not in form


def test_what_is_asked_is_bound_to_browser_and_code(
    app: Flask, client: CheckingClient, provider: HostileProvider
) -> None:
    address = client.get("/sign-in/with/contoso").headers["Location"]
    asked = dict(parse_qsl(urlsplit(address).query))
    base = app.config["SETTINGS"].base_url
    assert asked["redirect_uri"] == f"{base}/sign-in/with/contoso/answer"
    assert asked["code_challenge_method"] == "S256"
    assert asked["scope"] == "openid email"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    again = dict(parse_qsl(urlsplit(client.get("/sign-in/with/contoso").location).query))
    for name in ("state", "nonce", "code_challenge"):
        assert asked[name] != again[name]


def test_after_the_first_time_the_subject_counts_and_not_the_address(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    assert come_back(client, provider).location == "/"
    client.press("/o/contoso/", "/sign-out")
    provider.email = BOB
    assert come_back(client, provider).location == "/"
    assert ANN in client.page("/my/account").text
    with making(clock()) as work:
        (bound,) = work.session.query(ProviderIdentity).all()
        assert work.session.get_one(User, bound.user_id).email == ANN


def test_another_subject_with_the_same_address_is_refused(
    client: CheckingClient, provider: HostileProvider
) -> None:
    come_back(client, provider)
    client.press("/o/contoso/", "/sign-out")
    provider.subject = "somebody who got the address later"
    answered = come_back(client, provider)
    assert answered.status_code == 422
    assert NOT_ADMITTED in answered.text
    assert client.get("/my/").location.startswith("/sign-in")


def test_nobody_gets_in_whom_the_organisation_alone_does_not_know(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    """Unknown, closed, or known elsewhere: one answer to the letter, and no account is made."""
    with making(clock()) as work:
        fabrikam = make_organisation(work, "northwind")
        make_member(work, fabrikam, Role.FINANCE, "both@contoso.example")
        make_person(work, fabrikam, "Pat", "pat@contoso.example")
        work.session.query(User).filter_by(email=BOB).one().disabled_at = work.now
        count = work.session.query(User).count()
    texts = set()
    for name in ("nobody", "bob", "both", "pat"):
        provider.subject, provider.email = f"subject of {name}", f"{name}@contoso.example"
        answered = come_back(client, provider)
        assert answered.status_code == 422
        texts.add(told(answered.text))
    assert len(texts) == 1
    with making(clock()) as work:
        assert work.session.query(User).count() == count
        assert work.session.query(ProviderIdentity).count() == 0
        assert work.session.query(SignInSession).count() == 0


def test_a_role_elsewhere_ends_what_the_provider_has_opened(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    come_back(client, provider)
    assert client.page("/o/contoso/").h1 is not None
    with making(clock()) as work:
        ann = work.session.query(User).filter_by(email=ANN).one()
        make_role(work, make_organisation(work, "northwind"), ann, Role.FINANCE)
    assert client.get("/o/northwind/").location.startswith("/sign-in")
    assert NOT_ADMITTED in come_back(client, provider).text
    client.sign_in(ANN)
    assert client.page("/o/northwind/").h1 is not None


def test_the_browsers_former_session_opens_nothing_after(
    client: CheckingClient, provider: HostileProvider
) -> None:
    client.sign_in(BOB)
    before = client.get_cookie("vlms")
    assert before is not None
    come_back(client, provider)
    after = client.get_cookie("vlms")
    assert after is not None
    assert before.value != after.value
    assert ANN in client.page("/my/account").text


def test_an_address_leads_to_its_organisation_whether_or_not_it_is_anybodys(
    client: CheckingClient, provider: HostileProvider
) -> None:
    for email in (ANN, "nobody@contoso.example"):
        found = client.send("/sign-in/organisation?next=/my/", email=email)
        assert found.location == "/sign-in/organisation/contoso?next=/my/"
    for email in ("ann@fabrikam.example", "ann@sub.contoso.example"):
        assert "No sign-in provider" in client.send("/sign-in/organisation", email=email).text
    page = client.page("/sign-in/organisation/contoso?next=/my/")
    assert page.select_one('a[href="/sign-in/with/contoso?next=/my/"]') is not None
    assert client.page("/sign-in").select_one('a[href^="/sign-in/organisation"]') is not None


def test_an_organisation_without_provider_and_none_at_all_get_one_answer(
    client: CheckingClient, provider: HostileProvider
) -> None:
    pages = [client.get(f"/sign-in/with/{slug}") for slug in ("fabrikam", "nowhere")]
    assert [page.status_code for page in pages] == [422, 422]
    assert told(pages[0].text) == told(pages[1].text)


def test_nothing_is_offered_where_no_provider_is_on(client: CheckingClient) -> None:
    assert client.page("/sign-in").select_one('a[href^="/sign-in/organisation"]') is None


def test_a_wanted_page_is_one_of_ours(client: CheckingClient, provider: HostileProvider) -> None:
    for wanted in ("https://evil.example/", "//evil.example/", "/\\evil.example"):
        answered = come_back(client, provider, f"/sign-in/with/contoso?next={wanted}")
        assert answered.location == "/"


def test_where_no_answer_is_waited_for_none_is_taken(
    app: Flask, client: CheckingClient, provider: HostileProvider
) -> None:
    """Another browser's answer, one that comes twice, and one that comes late."""
    back = go(client, provider)
    stranger = app.test_client()
    assert "belongs to no sign-in" in stranger.get(back).text
    assert client.get(back).location == "/"
    assert client.get(back).status_code == 422
    assert len(provider.forms) == 1


def test_it_takes_ten_minutes_at_most(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    back = go(client, provider)
    clock.move(minutes=10)
    assert "longer than ten minutes" in client.get(back).text
    back = go(client, provider)
    clock.move(minutes=9, seconds=59)
    assert client.get(back).location == "/"
