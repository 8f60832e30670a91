"""Every page of the demo in a real browser: usable by everyone, nothing runs out of the page.

The short run takes each page in four looks, such that each language meets each width and
each width each scheme; the long one (`make campaign`) takes all eight.
"""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser.conftest import Look, Visit
from tests.support.axe import violations
from tests.support.clock import StillClock
from tests.support.crawling import places
from tests.support.demo import play_demo
from vlms.demo.cast import PASSWORD

LOOKS = (
    Look("en", 1280, "light"),
    Look("en", 390, "dark"),
    Look("zh-TW", 1280, "dark"),
    Look("zh-TW", 390, "light"),
)
# A phone, and a window of 1280 at 200 %.
NARROW = (390, 640)


def _fits(page: Page) -> bool:
    """Whether nothing runs out of the page; a chart follows it a moment later."""
    for _look in range(8):
        if page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            return True
        page.wait_for_timeout(200)
    return False


def complaints(page: Page, look: Look) -> list[str]:
    """What is wrong with the page as it stands."""
    found = violations(page)
    for width in {look.width, *(NARROW if look.width == 390 else ())}:
        page.set_viewport_size({"width": width, "height": 900})
        if not _fits(page):
            found.append(f"{page.url} scrolls sideways at {width} px")
    page.set_viewport_size({"width": look.width, "height": 900})
    return found


def look_at_all(app: Flask, clock: StillClock, visit: Visit, look: Look) -> int:
    """Look at each page once; how many there were. Raises AssertionError with all that is wrong."""
    clock.set(play_demo(clock).stage.now)
    found: list[str] = []
    seen = 0
    for email, addresses in places(app).items():
        page = visit.signed_in(email, PASSWORD, look=look)
        visit.choose_language(page, look)
        for address in addresses:
            page.goto(address)
            found += complaints(page, look)
            seen += 1
        page.context.close()
    assert not found, "\n".join(found)
    return seen


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page_can_be_used_by_everyone(
    app: Flask, clock: StillClock, visit: Visit, look: Look
) -> None:
    assert look_at_all(app, clock, visit, look) > 60


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
