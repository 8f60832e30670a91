"""The banner of a visit, on a desk and on a phone, in both languages (G7)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.browser.conftest import Look, Visit
from tests.support.axe import violations
from tests.support.clock import StillClock
from tests.support.making_accounts import OPERATOR
from tests.support.visiting import WHY, make_both
from vlms.core.clock import system_clock


@pytest.mark.parametrize(
    ("app", "look"),
    [
        ("sqlite", Look("en", 1280)),
        ("sqlite", Look("zh-TW", 360, "dark")),
    ],
    indirect=["app"],
    ids=str,
)
def test_the_banner_of_a_visit_fits_and_can_be_read_by_everyone(
    app: Flask, clock: StillClock, visit: Visit, look: Look
) -> None:
    clock.set(system_clock())
    ann = make_both(clock())
    page = visit.signed_in(OPERATOR, look=look)
    visit.choose_language(page, look)
    page.goto(f"/o/operator/users/{ann}/visit?of=contoso")
    page.locator("#reason").fill(f"{WHY}: {'W' * 100}")
    page.locator("main form button[type=submit]").click()
    page.goto("/o/contoso/")
    banner = page.locator("aside[data-visit]")
    for width in (look.width, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert "Ann" in banner.inner_text()
    assert violations(page) == []
    banner.get_by_role("button").click()
    page.wait_for_load_state()
    assert page.locator("aside[data-visit]").count() == 0
