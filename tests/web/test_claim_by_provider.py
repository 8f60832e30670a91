"""A claim link of somebody without a user, where the sign-in provider is the only way in (G6)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.holding import ADDRESS, Held, make_held, person_of
from tests.support.hostile_provider import HostileProvider, hostile_provider
from tests.support.making import make_user, making
from tests.support.making_providers import come_back, go, make_provider
from tests.support.pages import CheckingClient, values_of
from tests.web.test_claim import address_of, without_user
from vlms.accounts.links import end_person_links, link_path
from vlms.accounts.models import LinkPurpose, OneTimeLink, User
from vlms.accounts.queries import find_user
from vlms.accounts.service.people_inviting import invite_people
from vlms.authentication.provider_models import SignInProvider

EVE = "eve@contoso.example"


@pytest.fixture
def provider(app: Flask, clock: StillClock) -> Iterator[HostileProvider]:
    """Contoso's only way in; Lin has an account there and none here."""
    with hostile_provider(clock) as found:
        found.subject, found.email = "subject-of-lin", ADDRESS
        yield found


@pytest.fixture
def held(app: Flask, clock: StillClock, provider: HostileProvider) -> Held:
    made = make_held(clock())
    without_user(made, clock)
    with making(clock()) as work:
        place = person_of(work, made).organisation_id
        make_provider(work, place, provider.issuer).is_exclusive = True
    return made


def way_on(client: CheckingClient, address: str) -> str:
    """The one button of a claim link's page."""
    page = client.page(address)
    assert page.select_one("input[type=password]") is None
    button = page.select_one("main a.btn-primary")
    assert button is not None
    return str(button["href"])


def make_exclusive(clock: StillClock, *, is_exclusive: bool = True) -> None:
    with making(clock()) as work:
        work.session.query(SignInProvider).one().is_exclusive = is_exclusive


def count_users(clock: StillClock) -> int:
    with making(clock()) as work:
        return work.session.query(User).count()


def test_a_newcomer_goes_to_the_provider_and_comes_back_to_the_link(
    client: CheckingClient, clock: StillClock, held: Held, provider: HostileProvider
) -> None:
    address = address_of(held, clock)
    before = count_users(clock)
    way = way_on(client, address)
    assert way.startswith("/sign-in/with/contoso?next=/claim/")
    assert come_back(client, provider, way).location == address
    assert client.send(address).location == f"/my/codes/{held.code_id}"
    assert "Mcp voucher" in client.page("/my/codes/").text
    assert client.get(address).location == "/my/codes/"
    with making(clock()) as work:
        user = find_user(work.session, ADDRESS)
        assert user is not None
        assert (user.password_hash, person_of(work, held).user_id) == (None, user.id)
    assert count_users(clock) == before + 1


def test_a_form_of_before_the_provider_became_the_only_way_is_refused_with_the_way(
    client: CheckingClient, clock: StillClock, held: Held
) -> None:
    address, before = address_of(held, clock), count_users(clock)
    make_exclusive(clock, is_exclusive=False)
    form = client.page(address).select_one("main form[method=post]")
    assert form is not None
    make_exclusive(clock)
    typed = {**values_of(form), "password": "correct horse battery"}
    answered = client.post(address, data=typed)
    assert answered.status_code == 403
    assert "Your organisation signs in with its sign-in provider." in answered.text
    assert way_on(client, address).startswith("/sign-in/with/contoso")
    assert count_users(clock) == before
    make_exclusive(clock, is_exclusive=False)
    assert client.send(address, password="correct horse battery").status_code == 302


def test_a_colleague_with_the_link_gets_nothing_with_or_without_an_account(
    client: CheckingClient, clock: StillClock, held: Held, provider: HostileProvider
) -> None:
    """The link stays open for Lin."""
    address = address_of(held, clock)
    way, before = way_on(client, address), count_users(clock)
    provider.subject, provider.email = "subject-of-eve", EVE
    answered = come_back(client, provider, way)
    assert answered.status_code == 422
    assert "another address than the one to which your link was mailed" in answered.text
    assert client.get("/my/").location.startswith("/sign-in")
    assert count_users(clock) == before
    with making(clock()) as work:
        make_user(work, EVE)
    assert "opens no account here" in come_back(client, provider, way).text
    provider.subject, provider.email = "subject-of-lin", ADDRESS
    assert come_back(client, provider, way).location == address


def test_a_link_that_ends_or_a_provider_that_goes_off_on_the_way_opens_nothing(
    client: CheckingClient, clock: StillClock, held: Held, provider: HostileProvider
) -> None:
    address = address_of(held, clock)
    way, before = way_on(client, address), count_users(clock)
    back = go(client, provider, way)
    with making(clock()) as work:
        work.session.query(SignInProvider).one().is_on = False
    assert client.get(back).status_code == 422
    assert client.page(address).select_one("input[type=password]") is not None
    with making(clock()) as work:
        work.session.query(SignInProvider).one().is_on = True
    back = go(client, provider, way)
    with making(clock()) as work:
        end_person_links(work, held.person_id)
    answered = client.get(back)
    assert answered.status_code == 422
    assert "does not open anything any more" in answered.text
    assert count_users(clock) == before


@pytest.mark.parametrize("has_left", [False, True])
def test_an_invitation_leads_through_the_provider_and_lets_no_leaver_in_g8(
    client: CheckingClient, clock: StillClock, held: Held, provider: HostileProvider, has_left: bool
) -> None:
    with making(clock()) as work:
        person = person_of(work, held)
        assert invite_people(work, person.organisation_id, [person.id]) == 1
        link = work.session.query(OneTimeLink).filter_by(purpose=LinkPurpose.JOIN).one()
        address = link_path(work.keys.link, link)
    before = count_users(clock)
    back = go(client, provider, f"/sign-in/with/contoso?next={address}")
    if has_left:
        with making(clock()) as work:
            person_of(work, held).left_at = clock()
        answered = client.get(back)
        assert answered.status_code == 422
        assert "has left the organisation" in answered.text
        assert count_users(clock) == before
    else:
        assert client.get(back).location == address
        assert count_users(clock) == before + 1
