"""Ordering and giving a code by keyboard alone; the focus is always to be seen."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Look, Visit
from tests.support.clock import StillClock
from tests.support.demo import play_demo
from vlms.demo.cast import PASSWORD

MOST_STOPS = 150
_IS_FOCUSED = "all => all.includes(document.activeElement)"
# What is wrong with where the focus is: out of sight, behind what sticks, or not marked.
_WHY_UNSEEN = """() => {
  const element = document.activeElement;
  if (element === document.body) { return ''; }
  const box = element.getBoundingClientRect();
  const top = document.elementFromPoint(
    Math.min(Math.max(box.x + box.width / 2, 0), innerWidth - 1),
    Math.min(Math.max(box.y + Math.min(box.height / 2, 10), 0), innerHeight - 1));
  const style = getComputedStyle(element);
  const marked = style.outlineStyle !== 'none' || style.boxShadow !== 'none';
  const free = !!top && (top === element || element.contains(top) || top.contains(element));
  const lid = free ? '' : 'hidden by ' + (top && top.outerHTML.slice(0, 80));
  return marked ? lid : 'no mark ' + lid;
}"""


CHANGED = (
    "document.querySelector('#purchase_order').dispatchEvent(new Event('change', {bubbles: true}))"
)


def reach(page: Page, wanted: Locator) -> None:
    """Press Tab until the focus is on the wanted thing. Raises AssertionError when it never is."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        hidden = page.evaluate(_WHY_UNSEEN)
        for _look in range(10):
            if not hidden:
                break
            # While a chart is being drawn, or a part of the page comes, what is below it moves.
            page.wait_for_timeout(500)
            hidden = page.evaluate(_WHY_UNSEEN)
        assert not hidden, (hidden, page.evaluate("document.activeElement.outerHTML"))
        if wanted.evaluate_all(_IS_FOCUSED):
            return
    raise AssertionError(f"{wanted} cannot be reached by Tab")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    """Reach something that leads to another page, and press it."""
    reach(page, wanted)
    with page.expect_navigation():
        page.keyboard.press(key)


def type_into(page: Page, wanted: Locator, text: str) -> None:
    reach(page, wanted)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def pick(page: Page, wanted: Locator, fits: Callable[[str], bool]) -> None:
    """Choose from a list with the arrow keys."""
    reach(page, wanted)
    for _option in range(wanted.locator("option").count()):
        if fits(wanted.locator("option:checked").inner_text()):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{wanted} has no such option")


@pytest.fixture
def admin(app: Flask, clock: StillClock, visit: Visit) -> Page:
    """The licensing admin of the demo, signed in by keyboard."""
    clock.set(play_demo(clock).stage.now)
    page = visit.window(look=Look("en"))
    page.goto("/sign-in")
    type_into(page, page.locator("#email"), "admin@contoso.example")
    type_into(page, page.locator("#password"), PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/o/contoso/")
    return page


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_an_order_is_placed_by_keyboard_alone(admin: Page) -> None:
    press(admin, admin.locator("main a[href$='/orders/new']"))
    pick(admin, admin.locator("#agreement"), lambda words: "EA-204118" in words)
    press(admin, admin.locator("main form button[type=submit]"))
    pick(admin, admin.locator("#lines-0-product"), lambda words: "MCP exam voucher" in words)
    type_into(admin, admin.locator("#lines-0-quantity"), "2")
    place = admin.locator("#quote button[name=intent][value=place]")
    expect(place).to_be_visible()
    type_into(admin, admin.locator("#purchase_order"), "PO-7")
    reach(admin, place)
    with admin.expect_response(lambda answer: "quote" in answer.url):
        admin.evaluate(CHANGED)
    # The quote came anew under the focus, which stays where it was.
    expect(place).to_be_focused()
    with admin.expect_navigation():
        admin.keyboard.press("Enter")
    press(admin, admin.locator("main form[method=post] button[type=submit]"))
    expect(admin.get_by_role("heading", level=1)).to_contain_text(re.compile(r"O-\d{4}-\d+"))
    expect(admin.get_by_text("PO-7")).to_be_visible()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_code_is_reserved_and_assigned_by_keyboard_alone(admin: Page) -> None:
    press(admin, admin.locator("nav a[href$='/codes/'], aside a[href$='/codes/']"))
    press(admin, admin.locator("main a[href$='/codes/reserve']"))
    pick(admin, admin.locator("#person"), lambda words: "Uma" in words)
    pick(admin, admin.locator("#product"), lambda words: "voucher" in words)
    reach(admin, admin.locator("#again"))
    admin.keyboard.press("Space")
    press(admin, admin.get_by_role("button", name="Reserve", exact=True))
    press(admin, admin.locator("main a[href$='/assign']"))
    press(admin, admin.get_by_role("button", name=re.compile(r"for good \(C2\)")))
    expect(admin.locator("main a[href$='/call-back']")).to_be_visible()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_cannot_be_reached_or_seen_is_complained_of(app: Flask, visit: Visit) -> None:
    page = visit.window(look=Look("en"))
    page.goto("/sign-in")
    page.evaluate("document.querySelector('#password').tabIndex = -1")
    with pytest.raises(AssertionError, match="cannot be reached"):
        reach(page, page.locator("#password"))
    page.reload()
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<div id=\"lid\"></div>');"
        "Object.assign(document.getElementById('lid').style,"
        " {position: 'fixed', inset: 0, zIndex: 9999, background: '#fff'})"
    )
    with pytest.raises(AssertionError, match="hidden by"):
        reach(page, page.locator("#password"))
