"""A session ends when it is idle, old or ended, and its secret changes with each proof."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import PASSWORD, make_member, make_organisation, make_user, making
from tests.support.making_accounts import ADMIN, enter_as_admin
from tests.support.pages import CheckingClient
from vlms.accounts.models import User
from vlms.authentication.models import SignInSession
from vlms.authentication.queries import find_open, find_unfinished
from vlms.authentication.rules.limits_of_sessions import IDLE, LIFETIME, SEEN_EVERY, UNFINISHED
from vlms.authentication.rules.steps import Proof
from vlms.authentication.service.sessions import end_sessions, open_session, take_step
from vlms.core.errors import NotFound
from vlms.core.permissions import Role

SECOND = timedelta(seconds=1)


def enter(client: CheckingClient, clock: StillClock) -> None:
    client.comes_back = False
    enter_as_admin(client, clock())


def is_in(client: CheckingClient) -> bool:
    return client.get("/o/contoso/").status_code == 200


def cookie(client: CheckingClient) -> str:
    found = client.get_cookie("vlms")
    assert found is not None
    return str(found.value)


def put_cookie(app: Flask, value: str) -> CheckingClient:
    """Another browser that sends this cookie."""
    other = app.test_client()
    assert isinstance(other, CheckingClient)
    other.set_cookie("vlms", value)
    return other


@pytest.mark.parametrize(("away", "stays"), [(IDLE - SECOND, True), (IDLE, False)])
def test_who_is_away_for_half_an_hour_signs_in_again(
    client: CheckingClient, clock: StillClock, away: timedelta, stays: bool
) -> None:
    enter(client, clock)
    clock.set(clock() + away)
    assert is_in(client) is stays


def test_who_works_on_stays_signed_in_for_twelve_hours_and_no_longer(
    client: CheckingClient, clock: StillClock
) -> None:
    enter(client, clock)
    end = clock() + LIFETIME
    while clock() + timedelta(minutes=20) < end:
        clock.move(minutes=20)
        assert is_in(client)
    clock.set(end - SECOND)
    assert is_in(client)
    clock.set(end)
    assert not is_in(client)


def test_use_is_written_down_at_most_once_a_minute(
    client: CheckingClient, clock: StillClock
) -> None:
    enter(client, clock)
    began = clock()
    for away, seen in (
        (SEEN_EVERY - SECOND, began),
        (SEEN_EVERY, began + SEEN_EVERY),
        (SEEN_EVERY + SECOND, began + SEEN_EVERY),
    ):
        clock.set(began + away)
        assert is_in(client)
        with making(clock()) as work:
            assert work.session.query(SignInSession).one().last_seen_at == seen


def test_the_cookie_of_before_signing_in_or_out_opens_nothing(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.LICENSING_ADMIN, ADMIN)
    client.page("/sign-in")
    before = cookie(client)
    client.sign_in(ADMIN)
    inside = cookie(client)
    assert is_in(put_cookie(app, inside))
    assert not is_in(put_cookie(app, before))
    client.press("/o/contoso/", "/sign-out")
    assert not is_in(put_cookie(app, inside))


def test_a_user_who_is_disabled_or_whose_sessions_are_ended_is_out_at_once(
    client: CheckingClient, clock: StillClock
) -> None:
    enter(client, clock)
    assert is_in(client)
    with making(clock()) as work:
        user = work.session.query(User).filter_by(email=ADMIN).one()
        user.disabled_at = clock()
    assert not is_in(client)
    with making(clock()) as work:
        work.session.get_one(User, user.id).disabled_at = None
    assert is_in(client)
    with making(clock()) as work:
        end_sessions(work, user.id)
    assert not is_in(client)


def test_the_password_set_ends_the_session_of_before(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    enter(client, clock)
    before = cookie(client)
    fields = {"present": PASSWORD, "password": "another long password"}
    assert client.send("/my/password", **fields).status_code == 302
    assert is_in(client)
    assert not is_in(put_cookie(app, before))


def unfinished(clock: StillClock) -> str:
    """A session of before its last step; its secret."""
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        user = make_member(work, organisation, Role.LICENSING_ADMIN, ADMIN)
        secret = open_session(work, user, Proof.PASSWORD)
        work.session.query(SignInSession).one().complete_at = None
    return secret


def test_a_session_before_its_last_step_opens_no_page(
    client: CheckingClient, clock: StillClock
) -> None:
    secret = unfinished(clock)
    with client.session_transaction() as browser:
        browser["secret"] = secret
    for address in ("/o/contoso/", "/my/", "/my/account", "/prove", "/o/contoso/roles/new"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer.location.startswith("/sign-in")
    # The control: the same session, complete.
    with making(clock()) as work:
        work.session.query(SignInSession).one().complete_at = clock()
    assert is_in(client)


def test_each_step_gives_the_session_another_secret(app: Flask, clock: StillClock) -> None:
    secret = unfinished(clock)
    with making(clock()) as work:
        assert find_open(work.session, secret, clock()) is None
        fresh = take_step(work, secret, Proof.MAILED_CODE)
        assert find_unfinished(work.session, secret, clock()) is None
        found = find_open(work.session, fresh, clock())
        assert found is not None
        assert found.proofs == ["mailed_code", "password"]


@pytest.mark.parametrize(("away", "lasts"), [(UNFINISHED - SECOND, True), (UNFINISHED, False)])
def test_an_unfinished_session_lasts_a_quarter_of_an_hour(
    app: Flask, clock: StillClock, away: timedelta, lasts: bool
) -> None:
    secret = unfinished(clock)
    clock.set(clock() + away)
    with making(clock()) as work:
        if lasts:
            assert take_step(work, secret, Proof.MAILED_CODE)
        else:
            with pytest.raises(NotFound, match="has ended"):
                take_step(work, secret, Proof.MAILED_CODE)


def test_a_session_is_its_own_users(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        users = [make_user(work, f"{name}@contoso.example") for name in ("ann", "ben")]
        secrets = [open_session(work, user, Proof.PASSWORD, Proof.DEVICE) for user in users]
        end_sessions(work, users[0].id)
        assert find_open(work.session, secrets[0], clock()) is None
        assert find_open(work.session, secrets[1], clock()) is not None
