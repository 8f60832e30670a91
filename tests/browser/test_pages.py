"""Every page of the demo in a real browser: usable by everyone, nothing runs out of the page.

The short run opens each page in two looks, in each of which it must fit each width, and asks
axe in one of them by turns; the long one (`make campaign`) opens it in all eight and always asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser.conftest import Look, Visit
from tests.support.axe import violations
from tests.support.clock import StillClock
from tests.support.crawling import places
from tests.support.demo import play_demo
from vlms.demo.cast import PASSWORD

LOOKS = (Look("en", 1280, "light"), Look("zh-TW", 390, "dark"))
# A phone, a window of 1280 at 200 %, and at 100 %.
WIDTHS = (390, 640, 1280)


def _fits(page: Page) -> bool:
    """Whether nothing runs out of the page; a chart follows it a moment later."""
    for _look in range(8):
        if page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            return True
        page.wait_for_timeout(200)
    return False


def complaints(page: Page, look: Look, asks_axe: bool = True) -> list[str]:
    """What is wrong with the page as it stands."""
    found = violations(page) if asks_axe else []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if not _fits(page):
            found.append(f"{page.url} scrolls sideways at {width} px ({look})")
    page.set_viewport_size({"width": look.width, "height": 900})
    return found


def look_at_all(app: Flask, clock: StillClock, visit: Visit, looks: Sequence[Look]) -> int:
    """Look at each page in each look, asking axe in one of them; how many pages there are.

    Raises AssertionError with all that is wrong.
    """
    clock.set(play_demo(clock).stage.now)
    found: list[str] = []
    pages = places(app)
    for (turn, look), (email, addresses) in product(enumerate(looks), pages.items()):
        page = visit.signed_in(email, PASSWORD, look=look)
        visit.choose_language(page, look)
        for number, address in enumerate(addresses):
            page.goto(address)
            found += complaints(page, look, number % len(looks) == turn)
        page.context.close()
    assert not found, "\n".join(found)
    return sum(map(len, pages.values()))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_page_can_be_used_by_everyone(app: Flask, clock: StillClock, visit: Visit) -> None:
    assert look_at_all(app, clock, visit, LOOKS) > 200


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_page_that_is_wide_or_without_labels_is_complained_of(app: Flask, visit: Visit) -> None:
    look = Look("en", 390, "light")
    page = visit.window(look=look)
    page.goto("/sign-in")
    assert complaints(page, look) == []
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend',"
        " '<input><img src=\"/static/app/mark.svg\"><p class=\"nowrap\">' + 'wide '.repeat(99))"
    )
    told = " ".join(complaints(page, look))
    assert "image-alt" in told
    assert "label" in told
    assert "scrolls sideways at 390 px" in told
