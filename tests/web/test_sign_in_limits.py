"""Guessing at the door: few tries an hour, and the same answer whether or not there is a user."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import PASSWORD, make_member, make_organisation, making
from tests.support.making_accounts import ADMIN
from tests.support.pages import CheckingClient
from vlms.accounts.models import User
from vlms.authentication.service.limits import BY_ACCOUNT, BY_NETWORK, LIMITS, PROOFS
from vlms.core.permissions import Role
from vlms.core.tries import TryCount

NOBODY = "zzz@contoso.example"
MOST = LIMITS[BY_ACCOUNT]


@pytest.fixture
def ann(app: Flask, clock: StillClock) -> str:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.LICENSING_ADMIN, ADMIN)
    return ADMIN


def told(text: str, typed: str) -> str:
    """A page without what differs at each sending."""
    return re.sub(r'value="[^"]{20,}"', "", text.replace(typed, "TYPED"))


@pytest.mark.parametrize("who", [ADMIN, NOBODY, "0@contoso", "ＡＮＮ@contoso.example"])
def test_the_eleventh_try_of_an_hour_waits(
    client: CheckingClient, clock: StillClock, ann: str, who: str
) -> None:
    for _try in range(MOST):
        assert client.send("/sign-in", email=who, password="wrong").status_code == 422
    clock.move(minutes=20)
    # The right password too: nobody learns that it is.
    answer = client.send("/sign-in", email=who, password=PASSWORD)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "2400"
    assert "tried too often" in answer.text
    clock.move(minutes=40)
    assert client.send("/sign-in", email=ann, password=PASSWORD).status_code == 302


def test_whoever_fails_is_answered_alike(
    client: CheckingClient, clock: StillClock, ann: str
) -> None:
    with making(clock()) as work:
        closed = make_member(
            work, make_organisation(work, "other"), Role.FINANCE, "closed@x.example"
        )
        closed.disabled_at = clock()
        invited = make_member(work, make_organisation(work, "third"), Role.FINANCE, "new@x.example")
        invited.password_hash = None
    pages = set()
    for who in (ann, NOBODY, "closed@x.example", "new@x.example"):
        answer = client.send("/sign-in", email=who, password="wrong password")
        assert answer.status_code == 422
        pages.add(told(answer.text, who))
    assert len(pages) == 1


def test_who_gets_in_leaves_no_count(client: CheckingClient, clock: StillClock, ann: str) -> None:
    for _try in range(MOST + 2):
        client.sign_in(ann)
    with making(clock()) as work:
        assert {one.count for one in work.session.query(TryCount)} == {0}


def test_one_network_fails_a_hundred_times(
    client: CheckingClient, clock: StillClock, ann: str
) -> None:
    client.send("/sign-in", email=NOBODY, password="wrong")
    with making(clock()) as work:
        work.session.query(TryCount).filter_by(kind=BY_NETWORK).one().count = LIMITS[BY_NETWORK]
    assert client.send("/sign-in", email=ann, password=PASSWORD).status_code == 429


def test_a_proof_is_not_guessed_at_leisure(
    client: CheckingClient, clock: StillClock, ann: str
) -> None:
    client.sign_in(ann)
    for _try in range(LIMITS[PROOFS]):
        assert client.send("/prove", password="wrong").status_code == 422
    assert client.send("/prove", password=PASSWORD).status_code == 429
    fields = {"present": PASSWORD, "password": "another long password"}
    assert client.send("/my/password", **fields).status_code == 429
    with making(clock()) as work:
        assert work.session.query(User).filter_by(email=ann).one().password_hash


def test_strangers_who_fail_do_not_keep_the_user_out_of_a_known_device(
    app: Flask, client: CheckingClient, clock: StillClock, ann: str
) -> None:
    client.sign_in(ann)
    client.press("/o/contoso/", "/sign-out")
    stranger = app.test_client()
    assert isinstance(stranger, CheckingClient)
    for _try in range(MOST):
        assert stranger.send("/sign-in", email=ann, password="wrong").status_code == 422
    assert stranger.send("/sign-in", email=ann, password=PASSWORD).status_code == 429
    client.sign_in(ann)
    client.press("/o/contoso/", "/sign-out")
    # The known device has a limit too.
    for _try in range(MOST):
        assert client.send("/sign-in", email=ann, password="wrong").status_code == 422
    assert client.send("/sign-in", email=ann, password=PASSWORD).status_code == 429
