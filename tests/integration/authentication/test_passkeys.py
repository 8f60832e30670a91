"""Passkeys: made for one address, asked once, told apart from copies."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_user, making
from tests.support.making_factors import Authenticator
from vlms.accounts.models import User
from vlms.authentication.errors import FactorRefused
from vlms.authentication.factor_models import FactorKind, PasskeyChallenge
from vlms.authentication.models import SignInSession
from vlms.authentication.queries import digest
from vlms.authentication.rules.relying_party import relying_party
from vlms.authentication.rules.steps import Proof
from vlms.authentication.service.passkeys import (
    add_passkey,
    ask_for_new,
    ask_for_proof,
    check_passkey,
)
from vlms.authentication.service.sessions import open_session
from vlms.core.work import Work

ORIGIN = "http://localhost:8000"
PARTY = relying_party(ORIGIN)


def begun(work: Work, email: str = "ann@contoso.example") -> tuple[UUID, UUID]:
    """Somebody with a session."""
    user = make_user(work, email)
    secret = open_session(work, user, Proof.PASSWORD)
    opened = work.session.query(SignInSession).filter_by(secret_digest=digest(secret)).one()
    return user.id, opened.id


def keep(work: Work, key: tuple[UUID, UUID], device: Authenticator) -> None:
    asked = ask_for_new(work, PARTY, work.session.get_one(User, key[0]), key[1])
    add_passkey(work, PARTY, key, device.create(asked), "Laptop")


def test_a_passkey_is_made_and_asked(app: Flask, clock: StillClock) -> None:
    device = Authenticator(ORIGIN)
    with making(clock()) as work:
        key = begun(work)
        keep(work, key, device)
    for _time in range(2):
        with making(clock()) as work:
            found = check_passkey(work, PARTY, key, device.get(ask_for_proof(work, PARTY, *key)))
            assert (found.kind, found.name) == (FactorKind.PASSKEY, "Laptop")
            work.session.refresh(found)
            assert found.sign_count == device.count
            assert found.transports == ["internal"]


def test_one_without_a_counter_goes_on_without(app: Flask, clock: StillClock) -> None:
    device = Authenticator(ORIGIN, count=0)
    with making(clock()) as work:
        key = begun(work)
        keep(work, key, device)
        for _time in range(2):
            device.count = -1
            check_passkey(work, PARTY, key, device.get(ask_for_proof(work, PARTY, *key)))


def test_a_counter_that_does_not_rise_is_a_copy(app: Flask, clock: StillClock) -> None:
    device = Authenticator(ORIGIN, count=5)
    with making(clock()) as work:
        key = begun(work)
        keep(work, key, device)
        device.count = 4
        with pytest.raises(FactorRefused):
            check_passkey(work, PARTY, key, device.get(ask_for_proof(work, PARTY, *key)))


def test_an_answer_counts_once_and_not_for_long(app: Flask, clock: StillClock) -> None:
    device = Authenticator(ORIGIN)
    with making(clock()) as work:
        key = begun(work)
        keep(work, key, device)
        answer = device.get(ask_for_proof(work, PARTY, *key))
        check_passkey(work, PARTY, key, answer)
        with pytest.raises(FactorRefused):
            check_passkey(work, PARTY, key, answer)
        late = device.get(ask_for_proof(work, PARTY, *key))
    with making(clock() + timedelta(minutes=5)) as work, pytest.raises(FactorRefused):
        check_passkey(work, PARTY, key, late)


def test_a_challenge_is_for_its_session_and_its_use(app: Flask, clock: StillClock) -> None:
    device = Authenticator(ORIGIN)
    with making(clock()) as work:
        key = begun(work)
        keep(work, key, device)
        _other, elsewhere = begun(work, "bob@contoso.example")
        answer = device.get(ask_for_proof(work, PARTY, *key))
        with pytest.raises(FactorRefused):
            check_passkey(work, PARTY, (key[0], elsewhere), answer)
        with pytest.raises(FactorRefused):
            add_passkey(work, PARTY, key, device.create(ask_for_proof(work, PARTY, *key)), "Twice")


def test_another_origin_and_another_site_are_refused(app: Flask, clock: StillClock) -> None:
    """The control is that the same device answers well at home."""
    device = Authenticator(ORIGIN)
    with making(clock()) as work:
        key = begun(work)
        keep(work, key, device)
        for origin, site in (("https://vlms.example.evil", "localhost"), (ORIGIN, "evil")):
            device.origin, device.rp_id = origin, site
            with pytest.raises(FactorRefused):
                check_passkey(work, PARTY, key, device.get(ask_for_proof(work, PARTY, *key)))
        device.origin, device.rp_id = ORIGIN, "localhost"
        check_passkey(work, PARTY, key, device.get(ask_for_proof(work, PARTY, *key)))


def test_another_users_passkey_is_refused_and_none_is_kept_twice(
    app: Flask, clock: StillClock
) -> None:
    device = Authenticator(ORIGIN)
    with making(clock()) as work:
        keep(work, begun(work), device)
        bob = begun(work, "bob@contoso.example")
        with pytest.raises(FactorRefused):
            check_passkey(work, PARTY, bob, device.get(ask_for_proof(work, PARTY, *bob)))
        with pytest.raises(FactorRefused, match="known already"):
            keep(work, bob, device)


@pytest.mark.parametrize(
    "answer",
    ["", "[]", "null", "{}", "[" * 9000, '{"rawId": 5}', '{"rawId": "AA"}', '{"id":"a"}' * 2000],
)
def test_whatever_is_sent_is_refused_with_a_sentence(
    app: Flask, clock: StillClock, answer: str
) -> None:
    with making(clock()) as work:
        key = begun(work)
        ask_for_proof(work, PARTY, *key)
        with pytest.raises(FactorRefused):
            check_passkey(work, PARTY, key, answer)


def test_old_challenges_are_not_kept(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        key = begun(work)
        for _time in range(3):
            ask_for_proof(work, PARTY, *key)
        assert work.session.query(PasskeyChallenge).count() == 1
        again = json.dumps(ask_for_proof(work, PARTY, *key))
        assert '"userVerification": "preferred"' in again
