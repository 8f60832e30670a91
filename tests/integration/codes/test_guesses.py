"""Whoever guesses finds nothing, even where nothing is counted (threat 4).

`tests/campaign/test_enumeration.py` guesses a million times.
"""

from __future__ import annotations

import random

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.guessing import guesses, hits, stock_of
from tests.support.making import making
from vlms.codes.custody import Custody

CODES, GUESSES = 200, 1_000


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_thousand_guesses_hit_nothing_and_each_code_is_found(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        texts = stock_of(work, CODES)
    with making(clock()) as work:
        custody = Custody(work.keys)
        assert hits(work.session, custody, guesses(random.Random(2), GUESSES)) == 0
        # The control: what is there is found by the same look-up.
        assert hits(work.session, custody, texts) == CODES
