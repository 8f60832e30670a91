"""The long version of calls at random across tenants (threat 5, M10)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.demo import Played
from tests.web.random_calls import summary
from tests.web.tenants_at_random import random_calls
from tests.web.test_tenants import changes_of, played

__all__ = ["played"]
CALLS, AT_ONCE = 50_000, 5_000


@pytest.mark.campaign
def test_a_hundred_thousand_random_calls_on_two_databases_leak_nothing(
    app: Flask, played: Played, capsys: pytest.CaptureFixture[str]
) -> None:
    """Half on each database; no leak in n calls bounds the true rate by 3/n (95 %)."""
    calls = random_calls(app, played, seed=2026)
    before = changes_of(played)
    for _turn in range(CALLS // AT_ONCE):
        calls.make(AT_ONCE)
        with capsys.disabled():
            print(f"\nrandom calls across tenants: {summary(calls)}", flush=True)
        assert calls.leaks == []
    assert changes_of(played) == before
