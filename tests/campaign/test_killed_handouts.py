"""The long version: 200 kills of two workers while they give and take back, on both databases."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.handout_workers import give_and_take_back

PEOPLE, KILLS, TURNS = 1_200, 200, 100

pytestmark = pytest.mark.campaign


def test_two_hundred_kills_double_and_forget_nothing(app: Flask) -> None:
    assert give_and_take_back(app, PEOPLE, KILLS, TURNS) == KILLS
