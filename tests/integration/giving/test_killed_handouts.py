"""Workers killed in the middle of a handout: nobody gets two codes, nobody is forgotten (C2)."""

from __future__ import annotations

from flask import Flask

from tests.support.handout_workers import give_and_take_back

PEOPLE, KILLS = 1_200, 3


def test_killed_again_and_again_each_gets_one_code_and_gives_it_back(app: Flask) -> None:
    assert give_and_take_back(app, PEOPLE, KILLS, turns=6) == KILLS
