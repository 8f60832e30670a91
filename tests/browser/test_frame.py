"""The frame of every page: menus, messages and colours, with scripts and without."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Look, Visit
from tests.support.axe import violations
from tests.support.clock import StillClock
from tests.support.demo import play_demo
from vlms.demo.cast import PASSWORD

ADMIN = "admin@contoso.example"
ONCE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def enter(app: Flask, clock: StillClock, visit: Visit, look: Look) -> Page:
    clock.set(play_demo(clock).stage.now)
    return visit.signed_in(ADMIN, PASSWORD, look=look)


@ONCE
@pytest.mark.parametrize("has_script", [True, False])
def test_the_menu_of_a_phone_leads_on_with_and_without_a_script(
    app: Flask, clock: StillClock, visit: Visit, has_script: bool
) -> None:
    page = enter(app, clock, visit, Look("en", 390, "light", has_script))
    expect(page.get_by_role("link", name="Orders", exact=True)).to_be_hidden()
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("link", name="Orders", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Orders")


@ONCE
def test_escape_closes_a_menu_and_gives_the_focus_back(
    app: Flask, clock: StillClock, visit: Visit
) -> None:
    page = enter(app, clock, visit, Look())
    summary = page.locator(".top-visitor > summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="My codes")).to_be_focused()
    page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    expect(page.get_by_role("link", name="My codes")).to_be_hidden()


@ONCE
def test_what_was_done_is_announced_and_can_be_closed(
    app: Flask, clock: StillClock, visit: Visit
) -> None:
    page = enter(app, clock, visit, Look())
    page.goto("/o/contoso/settings/edit")
    page.locator("main form button[type=submit]").first.click()
    told = page.get_by_role("status")
    expect(told).to_contain_text("Saved.")
    assert violations(page) == []
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    # It does not lie over the foot: pressed, the button is what is hit.
    page.locator('footer button[value="zh_Hant_TW"]').click(trial=True)
    told.get_by_role("button", name="Close").click()
    expect(told).not_to_contain_text("Saved.")


@ONCE
def test_without_a_script_what_was_done_stands_on_top(
    app: Flask, clock: StillClock, visit: Visit
) -> None:
    page = enter(app, clock, visit, Look(has_script=False))
    page.goto("/o/contoso/settings/edit")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main .alert-success").first).to_be_visible()


@ONCE
@pytest.mark.parametrize("has_script", [True, False])
@pytest.mark.parametrize(("system", "chosen"), [("light", "dark"), ("dark", "light")])
def test_a_choice_of_colours_outweighs_the_system(
    app: Flask, browser: Browser, site: str, has_script: bool, system: str, chosen: str
) -> None:
    context = browser.new_context(
        base_url=site,
        color_scheme="dark" if system == "dark" else "light",
        java_script_enabled=has_script,
    )
    page = context.new_page()
    ground = {"dark": "rgb(11, 26, 46)", "light": "rgb(18, 51, 92)"}
    top = page.get_by_role("banner")
    page.goto("/sign-in")
    expect(top).to_have_css("background-color", ground[system])
    page.locator(f'footer button[value="{chosen}"]').click()
    expect(top).to_have_css("background-color", ground[chosen])
    page.locator('footer button[value="system"]').click()
    expect(top).to_have_css("background-color", ground[system])
    context.close()


@ONCE
def test_a_printed_list_has_its_rows_and_no_buttons(
    app: Flask, clock: StillClock, visit: Visit
) -> None:
    page = enter(app, clock, visit, Look())
    page.goto("/o/contoso/codes/")
    page.emulate_media(media="print")
    expect(page.locator("main tbody tr").first).to_be_visible()
    assert (
        page.locator("main .btn:visible, nav:visible, header:visible, footer:visible").count() == 0
    )
