"""All that an administrator's links lead to, as an operator sees it: a banner, and no code (G7)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.crawling import walk
from tests.web.test_visits_everywhere import PLACE, at_the_demo, code_texts, faults


@pytest.mark.campaign
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_page_has_the_banner_and_none_a_code(app: Flask, clock: StillClock) -> None:
    client = at_the_demo(app, clock)
    client.noted.clear()
    pages = walk(client, 1).pages
    assert len(pages) > 60
    assert {page.split("/")[2] for page in pages if page.startswith("/o/")} == {PLACE}
    assert faults(client, code_texts(clock)) == {}
