"""Every page of the demo, in both languages, with each hostile text in other places (threat 15)."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.browser.conftest import Look, Visit
from tests.browser.test_stored_scripts import look_at, played
from tests.support.clock import StillClock
from tests.support.crawling import places


@pytest.mark.campaign
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("look", "first"), [(Look("en"), 0), (Look("zh-TW"), 5)], ids=str)
def test_no_page_at_all_runs_what_somebody_has_typed(
    app: Flask, clock: StillClock, visit: Visit, look: Look, first: int
) -> None:
    played(clock, first)
    seen, shown = look_at(visit, places(app), look)
    print(f"{seen} pages in {look.language}, {shown} with hostile texts: nothing ran")
    assert seen > 60
    assert shown > seen / 2
