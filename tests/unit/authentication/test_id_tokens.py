"""What an ID token must say (G6): each claim, one changed at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.support.clock import START
from vlms.authentication.errors import ProviderRefused
from vlms.authentication.rules.id_tokens import Expected, Shown, check_claims

NOW = int(START.timestamp())
EXPECTED = Expected(
    "https://login.example", "vlms at example", "a nonce", frozenset({"contoso.example"})
)
RIGHT: dict[str, Any] = {
    "iss": "https://login.example",
    "aud": "vlms at example",
    "nonce": "a nonce",
    "sub": "subject-of-ann",
    "email": "ann@contoso.example",
    "email_verified": True,
    "iat": NOW,
    "exp": NOW + 300,
}
WRONG: list[tuple[dict[str, object], str]] = [
    ({"iss": "https://evil.example"}, "wrong_issuer"),
    ({"iss": "https://login.example/"}, "wrong_issuer"),
    ({"iss": None}, "wrong_issuer"),
    ({"aud": "another client"}, "not_for_us"),
    ({"aud": None}, "not_for_us"),
    ({"aud": []}, "not_for_us"),
    ({"aud": ["vlms at example", "another client"]}, "not_for_us"),
    ({"azp": "another client"}, "not_for_us"),
    ({"exp": NOW - 60}, "wrong_time"),
    ({"exp": None}, "no_time"),
    ({"exp": "soon"}, "no_time"),
    ({"exp": True}, "no_time"),
    ({"exp": float("inf")}, "no_time"),
    ({"exp": 10**30}, "no_time"),
    ({"exp": 10**400}, "no_time"),
    ({"exp": -(10**400)}, "no_time"),
    ({"exp": float("nan")}, "no_time"),
    ({"iat": 10**400}, "no_time"),
    ({"iat": NOW + 61}, "wrong_time"),
    ({"iat": NOW - 661}, "wrong_time"),
    ({"iat": None}, "no_time"),
    ({"nbf": NOW + 61}, "wrong_time"),
    ({"nbf": "x"}, "no_time"),
    ({"nonce": "another"}, "wrong_nonce"),
    ({"nonce": "ä"}, "wrong_nonce"),
    ({"nonce": None}, "wrong_nonce"),
    ({"nonce": "\ud800"}, "wrong_nonce"),
    ({"nonce": ["a nonce"]}, "wrong_nonce"),
    ({"sub": None}, "no_subject"),
    ({"sub": ""}, "no_subject"),
    ({"sub": "x" * 256}, "no_subject"),
    ({"sub": 7}, "no_subject"),
    ({"sub": "\ud800"}, "no_subject"),
    ({"sub": "a\x00b"}, "no_subject"),
    ({"email_verified": False}, "unverified_mail"),
    ({"email_verified": None}, "unverified_mail"),
    ({"email_verified": "true"}, "unverified_mail"),
    ({"email_verified": 1}, "unverified_mail"),
    ({"email": None}, "unverified_mail"),
    ({"email": ["ann@contoso.example"]}, "unverified_mail"),
    ({"email": "ann@evil.example"}, "foreign_domain"),
    ({"email": "ann@contoso.example.evil.example"}, "foreign_domain"),
    ({"email": "ann@sub.contoso.example"}, "foreign_domain"),
    ({"email": "ann@evil.example@contoso.example"}, "foreign_domain"),
    ({"email": "ann@contoso.example, eve@evil.example"}, "foreign_domain"),
    ({"email": "@contoso.example"}, "foreign_domain"),
    ({"email": "ann\u0000@contoso.example"}, "foreign_domain"),
    ({"email": "ann\ud800@contoso.example"}, "foreign_domain"),
]


def check(claims: dict[str, Any], expected: Expected = EXPECTED) -> Shown:
    return check_claims({**RIGHT, **claims}, expected, START)


@pytest.mark.parametrize(("claims", "reason"), WRONG)
def test_one_wrong_claim_is_enough(claims: dict[str, object], reason: str) -> None:
    with pytest.raises(ProviderRefused) as refusal:
        check(claims)
    assert refusal.value.reason == reason
    assert refusal.value.rule == "G6"
    assert refusal.value.way_out is not None


@pytest.mark.parametrize("claim", [*RIGHT, "everything"])
def test_a_claim_that_is_missing_is_wrong(claim: str) -> None:
    told = {} if claim == "everything" else {k: v for k, v in RIGHT.items() if k != claim}
    with pytest.raises(ProviderRefused):
        check_claims(told, EXPECTED, START)


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"exp": NOW - 59},
        {"iat": NOW + 60},
        {"iat": NOW - 660, "exp": NOW + 1},
        {"aud": ["vlms at example"], "azp": "vlms at example"},
        {"email": "Ann@Contoso.EXAMPLE"},
        {"auth_time": "never", "amr": "mfa"},
    ],
)
def test_what_is_right_is_taken_and_clocks_may_differ_by_a_minute(
    claims: dict[str, object],
) -> None:
    shown = check(claims)
    assert (shown.subject, shown.email) == ("subject-of-ann", "ann@contoso.example")
    assert (shown.shown_at, shown.has_two_factors) == (None, False)


def test_whoever_was_to_be_asked_anew_has_to_have_been() -> None:
    anew = replace(EXPECTED, shown_since=START - timedelta(minutes=2))
    assert check({"auth_time": NOW - 180}, anew).shown_at == START - timedelta(minutes=3)
    for told in (NOW - 181, None, "now", True):
        with pytest.raises(ProviderRefused) as refusal:
            check({"auth_time": told}, anew)
        assert refusal.value.reason == "not_anew"


def test_two_factors_count_where_they_are_told_and_no_moment_lies_ahead() -> None:
    assert check({"amr": ["pwd", "mfa"]}).has_two_factors
    assert not check({"amr": ["pwd", "otp"]}).has_two_factors
    assert check({"auth_time": NOW + 50}).shown_at == START
