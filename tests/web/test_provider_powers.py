"""How far a provider's word reaches: no admin becomes a colleague by it, none ends it (G6)."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.hostile_provider import CLIENT, SECRET, HostileProvider, hostile_provider
from tests.support.making import (
    PASSWORD,
    make_member,
    make_organisation,
    make_person,
    making,
)
from tests.support.making_factors import make_app
from tests.support.making_providers import come_back, go, make_provider
from tests.support.pages import CheckingClient
from vlms.accounts.models import Person, User
from vlms.audit.models import AuditEntry
from vlms.authentication.errors import ProviderRefused
from vlms.authentication.provider_models import ProviderDomain, ProviderIdentity, SignInProvider
from vlms.authentication.provider_queries import find_open_provider
from vlms.authentication.rules.id_tokens import Shown
from vlms.authentication.service.limits import (
    LIMITS,
    PROVIDER_VISITS,
    PROVIDERS,
    count_provider_visit,
)
from vlms.authentication.service.provider_settings import (
    ProviderFacts,
    forget_identity,
    make_exclusive,
    save_provider,
    switch_off,
    switch_on,
)
from vlms.authentication.service.provider_sign_in import enter
from vlms.authentication.service.telling import ENDED
from vlms.core.calling import CALLS_AT_ONCE, _lines
from vlms.core.permissions import Role
from vlms.core.tries import TryCount
from vlms.notices.models import OutboxMessage

ANN, EVE, FAY = "ann@contoso.example", "eve@contoso.example", "fay@contoso.example"
DOMAINS = ("contoso.example",)
pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def provider(app: Flask, clock: StillClock) -> Iterator[HostileProvider]:
    """Contoso's, of which Ann and Eve are admins and Fay does the finance."""
    with hostile_provider(clock) as found:
        with making(clock()) as work:
            contoso = make_organisation(work, "contoso")
            make_member(work, contoso, Role.LICENSING_ADMIN, ANN)
            make_member(work, contoso, Role.LICENSING_ADMIN, EVE)
            make_member(work, contoso, Role.FINANCE, FAY)
            make_provider(work, contoso.id, found.issuer)
        yield found


def contoso_id(clock: StillClock) -> UUID:
    with making(clock()) as work:
        return work.session.query(SignInProvider).one().organisation_id


def mails(clock: StillClock) -> list[tuple[str, str]]:
    with making(clock()) as work:
        found = work.session.query(OutboxMessage).filter_by(template="provider_changed")
        return sorted((each.to_address, each.facts["act"]) for each in found)


def tries(clock: StillClock, kind: str) -> int:
    with making(clock()) as work:
        return sum(each.count for each in work.session.query(TryCount).filter_by(kind=kind))


def is_in(client: CheckingClient) -> bool:
    return not (client.get("/my/account").location or "").startswith("/sign-in")


@pytest.mark.parametrize("other", ["issuer", "client"])
def test_another_issuer_or_client_waits_for_the_operator_again(
    clock: StillClock, provider: HostileProvider, other: str
) -> None:
    """The control: with the same ones the domains stay confirmed."""
    issuer = "https://evil.example" if other == "issuer" else provider.issuer
    client_id = "another" if other == "client" else CLIENT
    place = contoso_id(clock)
    with making(clock()) as work:
        save_provider(work, place, ProviderFacts(provider.issuer, CLIENT, None, DOMAINS))
        assert work.session.query(ProviderDomain).one().confirmed_at is not None
        save_provider(work, place, ProviderFacts(issuer, client_id, SECRET, DOMAINS))
    with making(clock()) as work:
        assert work.session.query(ProviderDomain).one().confirmed_at is None
        assert not work.session.query(SignInProvider).one().is_on


def test_all_who_give_roles_are_told_of_another_provider_and_of_switching_on(
    clock: StillClock, provider: HostileProvider
) -> None:
    place = contoso_id(clock)
    both = [(who, act) for who in (ANN, EVE) for act in ("changed", "switched_on")]
    assert mails(clock) == both
    clock.move(minutes=1)
    with making(clock()) as work:
        save_provider(work, place, ProviderFacts(provider.issuer, CLIENT, None, DOMAINS))
        switch_on(work, place)
    assert mails(clock) == both
    with making(clock()) as work:
        save_provider(work, place, ProviderFacts(provider.issuer, CLIENT, None, DOMAINS, True))
    assert len(mails(clock)) == len(both) + 2


def test_a_providers_second_factor_skips_nobodys_own_before_they_have_been_in(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    """Beginning twice is no way round it; once Ann has shown hers, the provider's counts."""
    place = contoso_id(clock)
    with making(clock()) as work:
        ann = work.session.query(User).filter_by(email=ANN).one().id
        save_provider(work, place, ProviderFacts(provider.issuer, CLIENT, None, DOMAINS, True))
    app_of_ann = make_app(ann, clock())
    provider.claims = {"amr": ["pwd", "mfa"]}
    for _each in range(2):
        come_back(client, provider)
        assert not is_in(client)
    assert client.send("/sign-in/second-step", code=app_of_ann.code(clock())).location == "/"
    client.press("/my/account", "/sign-out")
    come_back(client, provider)
    assert is_in(client)


def test_what_another_organisation_writes_into_its_directory_ends_nothing(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    """Fay stays with her provider; the control is an entry that she has claimed."""
    come_back(client, provider)
    place = contoso_id(clock)
    with making(clock()) as work:
        make_exclusive(work, place)
        fabrikam = make_organisation(work, "fabrikam")
        make_person(work, fabrikam, "Fay", FAY)
        make_person(work, fabrikam, "Ann", ANN)
    assert is_in(client)
    other = client.application.test_client()
    assert isinstance(other, CheckingClient)
    refused = other.send("/sign-in", email=FAY, password=PASSWORD)
    assert "with its sign-in provider alone" in refused.text
    with making(clock()) as work:
        person = work.session.query(Person).filter_by(email=ANN).one()
        person.user_id = work.session.query(User).filter_by(email=ANN).one().id
    assert not is_in(client)


def test_a_provider_that_changes_while_it_is_asked_opens_nothing(
    clock: StillClock, provider: HostileProvider
) -> None:
    place = contoso_id(clock)
    shown = Shown("subject-of-ann", ANN, None, has_two_factors=False)
    others: list[ProviderFacts | None] = [
        None,
        ProviderFacts("https://evil.example", CLIENT, SECRET, DOMAINS),
        ProviderFacts(provider.issuer, CLIENT, None, ("other.example",)),
    ]
    with making(clock()) as work:
        told = find_open_provider(work.session, "contoso")
        assert told is not None
        assert enter(work, told, shown)
    for facts in others:
        with making(clock()) as work:
            if facts is None:
                switch_off(work, place)
            else:
                save_provider(work, place, facts)
        with making(clock()) as work, pytest.raises(ProviderRefused) as refusal:
            enter(work, told, shown)
        assert refusal.value.reason == "changed"
        with making(clock()) as work:
            found = work.session.query(SignInProvider).one()
            found.is_on, found.issuer, found.client_id = True, provider.issuer, CLIENT


def test_another_site_begins_no_sign_in(client: CheckingClient, provider: HostileProvider) -> None:
    """It leads to our own page with the button; the button's own way is followed."""
    at = "/sign-in/with/contoso?next=/my/"
    for site in ("cross-site", "same-site", "none"):
        answered = client.get(at, headers={"Sec-Fetch-Site": site})
        assert answered.location == "/sign-in/organisation/contoso?next=/my/"
    assert provider.asked == []
    answered = client.get(at, headers={"Sec-Fetch-Site": "same-origin"})
    assert answered.location.startswith(provider.issuer)


def test_setting_out_for_a_provider_is_counted_by_network(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    with making(clock()) as work:
        for _time in range(LIMITS[PROVIDER_VISITS]):
            count_provider_visit(work, "127.0.0.1")
    assert client.get("/sign-in/with/contoso").status_code == 429
    assert provider.asked == []


def test_where_too_many_providers_are_waited_for_a_page_says_so(
    client: CheckingClient, provider: HostileProvider
) -> None:
    """And nothing of it is kept: a moment later it is asked."""
    for _each in range(CALLS_AT_ONCE):
        assert _lines.acquire(blocking=False)
    try:
        answered = client.get("/sign-in/with/contoso")
    finally:
        for _each in range(CALLS_AT_ONCE):
            _lines.release()
    assert answered.status_code == 503
    assert "Too many sign-in providers" in answered.text
    assert answered.headers["Retry-After"]
    assert client.get("/sign-in/with/contoso").location.startswith(provider.issuer)


def test_an_answer_that_came_while_too_many_were_waited_for_may_be_brought_again(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    """It counts as no failure; brought once more after it was taken it opens nothing."""
    back = go(client, provider)
    for _each in range(CALLS_AT_ONCE):
        assert _lines.acquire(blocking=False)
    try:
        answered = client.page(back, 503)
    finally:
        for _each in range(CALLS_AT_ONCE):
            _lines.release()
    assert (provider.forms, tries(clock, PROVIDERS), tries(clock, PROVIDER_VISITS)) == ([], 0, 1)
    again = answered.select_one("main a.btn-primary")
    assert again is not None
    assert client.get(str(again["href"])).location == "/"
    assert (tries(clock, PROVIDERS), tries(clock, PROVIDER_VISITS)) == (0, 0)
    assert client.get(str(again["href"])).status_code == 422


def test_who_comes_back_is_not_counted_as_setting_out(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    """A whole university sits behind one network; who gives up at the provider counts."""
    for _time in range(3):
        client.get(go(client, provider))
        client.press("/my/account", "/sign-out")
    assert tries(clock, PROVIDER_VISITS) == 0
    client.get("/sign-in/with/contoso")
    assert tries(clock, PROVIDER_VISITS) == 1


def test_a_provider_that_is_off_keeps_no_session_open(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    """Also one that was opened at the very moment."""
    come_back(client, provider)
    assert is_in(client)
    with making(clock()) as work:
        work.session.query(SignInProvider).one().is_on = False
    assert not is_in(client)


def test_sessions_end_with_what_they_rested_on(
    client: CheckingClient, clock: StillClock, provider: HostileProvider
) -> None:
    """Forgetting whom it has shown, a domain given up, and the only way in."""
    place = contoso_id(clock)
    come_back(client, provider)
    with making(clock()) as work:
        forget_identity(work, place, work.session.query(ProviderIdentity).one().id)
    assert not is_in(client)
    with making(clock()) as work:
        (ended,) = work.session.query(AuditEntry).filter_by(action=ENDED)
        assert ended.detail.after == {"count": 1}
    client.get(go(client, provider))
    assert is_in(client)
    other = client.application.test_client()
    assert isinstance(other, CheckingClient)
    other.sign_in(FAY)
    with making(clock()) as work:
        make_exclusive(work, place)
    assert (is_in(client), is_in(other)) == (True, False)
    with making(clock()) as work:
        facts = ProviderFacts(provider.issuer, CLIENT, None, ("other.example",))
        save_provider(work, place, facts)
    assert not is_in(client)
