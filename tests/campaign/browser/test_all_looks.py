"""Every page in all eight looks: both languages, both widths, both schemes, axe on each."""

from __future__ import annotations

from itertools import product

import pytest
from flask import Flask

from tests.browser.conftest import Look, Visit
from tests.browser.test_pages import look_at_all
from tests.support.clock import StillClock

LOOKS = [Look(*parts) for parts in product(("en", "zh-TW"), (1280, 390), ("light", "dark"))]


@pytest.mark.campaign
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page_can_be_used_by_everyone(
    app: Flask, clock: StillClock, visit: Visit, look: Look
) -> None:
    assert look_at_all(app, clock, visit, [look]) > 200
