"""A million malformed requests: no failure, none that takes long, no growth of memory."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.web.test_malformed import failures

# Fewer for a taste: VLMS_TEST_MALFORMED=5000.
COUNT = int(os.environ.get("VLMS_TEST_MALFORMED", "1000000"))
WARM = 5_000
LONGEST_GROWTH = 0.05


def resident_pages() -> int:
    gc.collect()
    return int(Path("/proc/self/statm").read_text("ascii").split()[1])


@pytest.mark.campaign
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_no_malformed_request_fails(app: Flask, clock: StillClock) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    try:
        assert failures(app, clock, range(COUNT, COUNT + WARM)) == {}
        before = resident_pages()
        wrong = failures(app, clock, range(COUNT), is_made=True)
        growth = resident_pages() / before - 1
    finally:
        app.config["PROPAGATE_EXCEPTIONS"] = True
    print(f"{COUNT} requests: {len(wrong)} failures (< {3 / COUNT:.1e}), RSS {growth:+.1%}")
    assert wrong == {}
    assert growth < LONGEST_GROWTH
