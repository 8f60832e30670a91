"""A provider that lies, is out of order, or is down: a sentence, a way out, and nobody is in (G6).

Each case changes one thing of an answer that would open a session otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from joserfc.jwk import OctKey

from tests.support.clock import StillClock
from tests.support.hostile_provider import (
    EC,
    RSA,
    RSA_NEW,
    SECRET,
    HostileProvider,
    hostile_provider,
)
from tests.support.making import make_member, make_organisation, making
from tests.support.making_providers import come_back, go, make_provider
from tests.support.pages import CheckingClient
from vlms.authentication.models import SignInSession
from vlms.authentication.service.limits import count_provider
from vlms.core.permissions import Role

ANN = "ann@contoso.example"
ONE_DATABASE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
pytestmark = ONE_DATABASE
AUDIENCE, UNSIGNED = "meant for another application", "not signed"
OTHER, DOWN = "Another provider answered", "cannot be reached, or does not answer"
UNREADABLE = "cannot be read"


@pytest.fixture
def provider(app: Flask, clock: StillClock) -> Iterator[HostileProvider]:
    with hostile_provider(clock) as found:
        with making(clock()) as work:
            contoso = make_organisation(work, "contoso")
            make_member(work, contoso, Role.FINANCE, ANN)
            make_provider(work, contoso.id, found.issuer)
        found.keys = [RSA, EC]
        yield found


def check_refused(client: CheckingClient, provider: HostileProvider, sentence: str) -> None:
    check_page(client, client.get(go(client, provider)).text, sentence)


def check_page(client: CheckingClient, text: str, sentence: str) -> None:
    """It says so and offers a way on; nobody is in, and nothing secret or foreign shows."""
    assert sentence in text
    assert 'href="/sign-in/organisation' in text
    assert SECRET not in text
    assert "<b>no</b>" not in text
    assert client.get("/my/").location.startswith("/sign-in")
    with making(StillClock().now) as work:
        assert work.session.query(SignInSession).count() == 0


def test_a_token_that_says_something_wrong_opens_nothing(
    client: CheckingClient, provider: HostileProvider
) -> None:
    """Each claim has its cases in tests/unit/authentication/test_id_tokens.py."""
    for claims, sentence in (
        ({"iss": "https://evil.example"}, OTHER),
        ({"aud": "another client"}, AUDIENCE),
        ({"exp": 1}, "its clock differs from ours"),
        ({"nonce": "another"}, "belongs to another sign-in"),
        ({"email_verified": False}, "does not say that your mail address is verified"),
        ({"email": "ann@evil.example"}, "lies outside the domains"),
    ):
        provider.claims = dict(claims)
        check_refused(client, provider, sentence)
    provider.claims = {"auth_time": None, "unknown": {"deep": [1]}}
    assert come_back(client, provider).location == "/"


def _by_secret(provider: HostileProvider) -> None:
    provider.signs_with = OctKey.import_key(SECRET)
    provider.header = {"alg": "HS256", "kid": "rsa-1"}


def _by_another_key(provider: HostileProvider) -> None:
    provider.signs_with, provider.header = RSA_NEW, {"kid": "rsa-1"}


def _with_its_own_key(provider: HostileProvider) -> None:
    provider.signs_with = RSA_NEW
    provider.header = {"kid": "rsa-1", "jwk": RSA_NEW.as_dict(private=False)}


SIGNATURES: list[Callable[[HostileProvider], object]] = [
    lambda provider: provider.faults.add("none"),
    lambda provider: provider.faults.add("public key as secret"),
    _by_secret,
    _by_another_key,
    lambda provider: provider.header.update(kid="rsa-2"),
    lambda provider: provider.header.update(kid="ec-1"),
    lambda provider: provider.faults.add("odd key"),
    _with_its_own_key,
    lambda provider: provider.header.update(alg="RS512"),
    lambda provider: provider.header.update(alg="PS256"),
    lambda provider: setattr(provider, "keys", []),
]


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_a_token_without_the_providers_signature_opens_nothing(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    for change in SIGNATURES:
        provider.signs_with, provider.header, provider.keys = RSA, {}, [RSA, EC]
        provider.faults.clear()
        change(provider)
        # What was kept of the provider is old by then.
        clock.move(minutes=11)
        check_refused(client, provider, UNSIGNED)


def test_both_kinds_of_keys_sign_and_a_new_one_is_asked_for_once_a_minute(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    provider.signs_with = EC
    assert come_back(client, provider).location == "/"
    client.press("/o/contoso/", "/sign-out")
    provider.signs_with = RSA_NEW
    for _time in range(3):
        assert UNSIGNED in come_back(client, provider).text
    assert provider.asked.count("/keys") == 1
    clock.move(minutes=1)
    provider.keys = [RSA_NEW]
    assert come_back(client, provider).location == "/"
    assert provider.asked.count("/keys") == 2


WRONG_ANSWERS: list[tuple[dict[str, str], str]] = [
    ({"iss": "https://evil.example"}, OTHER),
    ({"error": "access_denied"}, "have refused this sign-in"),
    ({"error": "server_error", "error_description": "<b>no</b>"}, "trouble of its own"),
    ({"error": "<script>alert(1)</script>"}, "could not sign you in"),
    ({"state": "another"}, "belongs to no sign-in"),
    ({"code": ""}, UNREADABLE),
    ({"code": "x" * 5000}, UNREADABLE),
    ({"code": "code-never-given"}, "does not accept this sign-in"),
]


def test_an_answer_of_the_browser_that_is_wrong_opens_nothing(
    client: CheckingClient, provider: HostileProvider
) -> None:
    for said, sentence in WRONG_ANSWERS:
        provider.answer = said
        check_refused(client, provider, sentence)


def test_who_says_that_it_names_itself_has_to(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    check_refused(client, provider, "does not say from whom it is")
    provider.answer = {"iss": provider.issuer}
    assert come_back(client, provider).location == "/"


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("down", DOWN),
        ("elsewhere", DOWN),
        ("endless", DOWN),
        ("garbage", UNREADABLE),
    ],
)
def test_a_provider_that_is_out_of_order_is_told(
    client: CheckingClient, provider: HostileProvider, fault: str, sentence: str
) -> None:
    provider.faults.add(fault)
    answered = client.get("/sign-in/with/contoso")
    check_page(client, answered.text, sentence)
    asked = len(provider.asked)
    assert client.get("/sign-in/with/contoso").status_code == answered.status_code
    assert len(provider.asked) == asked


@pytest.mark.parametrize("fault", ["token down", "token hangs up"])
def test_a_provider_that_fails_at_the_last_step_is_told(
    client: CheckingClient, provider: HostileProvider, fault: str
) -> None:
    provider.faults.add(fault)
    check_refused(client, provider, DOWN)


ASTRAY: list[dict[str, object]] = [
    {"issuer": "https://evil.example"},
    {"token_endpoint": "http://evil.example/token"},
    {"token_endpoint": "https://user:secret@evil.example/token"},
    {"jwks_uri": "file:///etc/passwd"},
    {"jwks_uri": None},
    {"authorization_endpoint": "javascript:alert(1)"},
    {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
    {"id_token_signing_alg_values_supported": ["HS256"]},
]


def test_metadata_that_leads_astray_is_not_followed(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    for metadata in ASTRAY:
        provider.metadata = metadata
        clock.move(minutes=1)
        text = client.get("/sign-in/with/contoso").text
        check_page(client, text, f"{next(iter(metadata))} is wrong")


def test_a_code_that_the_provider_takes_twice_is_still_used_once(
    client: CheckingClient, provider: HostileProvider
) -> None:
    provider.faults.add("codes twice")
    back = go(client, provider)
    assert client.get(back).location == "/"
    client.press("/o/contoso/", "/sign-out")
    assert "belongs to no sign-in" in client.get(back).text
    # In another sign-in the same code comes with another verifier, and its token another nonce.
    code = back.partition("code=")[2].partition("&")[0]
    provider.answer = {"code": code}
    assert "does not accept this sign-in" in come_back(client, provider).text


def test_wrong_answers_of_one_network_are_a_hundred_an_hour(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    with making(clock()) as work:
        for _time in range(99):
            count_provider(work, "127.0.0.1")
    provider.claims = {"aud": "another client"}
    assert AUDIENCE in come_back(client, provider).text
    answered = come_back(client, provider)
    assert answered.status_code == 429
    assert answered.headers["Retry-After"]
