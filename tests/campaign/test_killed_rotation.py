"""The long version: a hundred kills a database while keys change."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.key_workers import rotate_under_kills
from tests.support.making_sealed import make_sealed

CODES, KILLS = 1_000, 100

pytestmark = pytest.mark.campaign


def test_killed_a_hundred_times_every_code_still_opens(app: Flask, clock: StillClock) -> None:
    texts = make_sealed(clock(), "contoso", CODES, released=True)
    struck = rotate_under_kills(app, texts, KILLS)
    print(f"{struck} kills while {CODES} codes were sealed anew: 0 lost, 0 unreadable")
    assert struck == KILLS
