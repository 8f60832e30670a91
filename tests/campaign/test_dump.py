"""The long version: ten thousand known codes are looked for in all that is written."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.dumping import find_codes
from tests.support.writing_codes import write_much

COUNT = 10_000

pytestmark = pytest.mark.campaign


def test_none_of_ten_thousand_codes_stands_in_anything_that_is_written(
    app: Flask, clock: StillClock, capfd: pytest.CaptureFixture[str]
) -> None:
    found = find_codes(lambda: "".join(capfd.readouterr()), lambda: write_much(clock, COUNT - 1))
    with capfd.disabled():
        print(found)
    assert len(found.texts) == COUNT
    assert found.hits == {}
