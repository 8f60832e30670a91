"""Refusing a known address takes as long as refusing an unknown one (threat 14)."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import PASSWORD, make_user, making
from vlms.accounts.queries import find_user
from vlms.authentication.errors import SignInRefused
from vlms.authentication.passwords import hash_password, is_password
from vlms.authentication.service.signing_in import check_sign_in
from vlms.core.db import reading
from vlms.core.scope import System

KNOWN, UNKNOWN = "ann@contoso.example", "zzz@contoso.example"
SAMPLES = 25
Check = Callable[[str], None]


def guarded(email: str) -> None:
    with reading(System("test")) as session, pytest.raises(SignInRefused):
        check_sign_in(session, email, "a wrong password")


def hasty(email: str) -> None:
    """A twin that answers at once where there is no user."""
    with reading(System("test")) as session:
        user = find_user(session, email)
        assert user is None or not is_password("a wrong password", user.password_hash)


def ratio(check: Check) -> float:
    """The median time for the unknown address over that for the known one, taken in turn."""
    times: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    for _sample in range(SAMPLES):
        for email, taken in times.items():
            began = perf_counter()
            check(email)
            taken.append(perf_counter() - began)
    return median(times[UNKNOWN]) / median(times[KNOWN])


def test_an_unknown_address_takes_as_long_as_a_known_one(app: Flask, clock: StillClock) -> None:
    _make_known(clock)
    assert 0.7 < ratio(guarded) < 1.4


def test_a_twin_without_the_dummy_hash_is_found_out(app: Flask, clock: StillClock) -> None:
    """The control."""
    _make_known(clock)
    assert ratio(hasty) < 0.5


def _make_known(clock: StillClock) -> None:
    """With a hash as users have it: those of other tests are cheap to compare."""
    with making(clock()) as work:
        make_user(work, KNOWN).password_hash = hash_password(PASSWORD)
