"""Killed anywhere, sealing anew goes on: nothing is lost, and all of it opens (threat S6)."""

from __future__ import annotations

from flask import Flask

from tests.support.clock import StillClock
from tests.support.key_workers import rotate_under_kills
from tests.support.making_sealed import make_sealed

CODES, KILLS = 60, 3


def test_killed_again_and_again_every_code_still_opens(app: Flask, clock: StillClock) -> None:
    texts = make_sealed(clock(), "contoso", CODES, released=True)
    assert rotate_under_kills(app, texts, KILLS) == KILLS
