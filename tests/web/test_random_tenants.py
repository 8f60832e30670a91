"""Calls at random across tenants lead to nothing of another one (threat 5, M10).

A hundred here; `tests/campaign/test_random_tenants.py` makes a hundred thousand.
"""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.demo import Played
from tests.web.random_calls import OTHER
from tests.web.tenants_at_random import random_calls
from tests.web.test_tenants import changes_of, played, signed_in

__all__ = ["played"]
CALLS, CONTROLS, SEED = 100, 60, 29


def test_no_random_call_is_answered_with_what_is_anothers(app: Flask, played: Played) -> None:
    calls = random_calls(app, played, SEED)
    before = changes_of(played)
    calls.make(CALLS)
    assert calls.leaks == []
    assert changes_of(played) == before
    assert calls.count.total() == CALLS
    assert calls.count[OTHER] > CALLS / 5


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_same_calls_of_the_owner_are_found(app: Flask, played: Played) -> None:
    """The negative control: to the calls, who belongs there looks like a leak."""
    calls = random_calls(app, played, SEED)
    (first, *_rest) = calls.strangers
    owner = type(first)(signed_in(app, "admin@hongyuan.example"), "hongyuan", first.ids)
    calls.strangers = [owner]
    calls.rules = [rule for rule in calls.rules if "POST" not in (rule.methods or ())]
    calls.make(CONTROLS)
    assert len(calls.leaks) > 10
    assert any("[" in leak.split(": ")[-1] and "['" in leak for leak in calls.leaks)
