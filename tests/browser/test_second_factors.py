"""Second factors in real Chromium, whose virtual authenticator answers as a telephone would."""

from __future__ import annotations

import base64
import io
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SCREENSHOTS, Look, Visit
from tests.support.axe import violations
from tests.support.clock import StillClock
from tests.support.making import PASSWORD, make_member, make_organisation, making
from tests.support.making_accounts import mailed_links
from tests.support.making_factors import App, demanding
from vlms.accounts import service
from vlms.core.permissions import Role
from vlms.core.tokens import new_id

ANN, NORA = "ann@contoso.example", "nora@contoso.example"
CHOSEN = "seven quiet herons by the river"
# Both languages, and what differs between the databases, at the price of two stories.
BOTH = pytest.mark.parametrize(
    ("app", "look"),
    [("sqlite", Look("en", 1280)), ("postgresql", Look("zh-TW", 360))],
    indirect=["app"],
    ids=str,
)


@pytest.fixture
def local(browser: Browser, app: Flask, site: str) -> Iterator[Visit]:
    """At localhost, the only address without TLS where browsers make passkeys; no demo."""
    address = site.replace("127.0.0.1", "localhost")
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], base_url=address)
    visiting = Visit(browser, address)
    with demanding(app):
        yield visiting
    visiting.close()


def see(page: Page, look: Look, name: str) -> None:
    """Nothing hinders anybody on this page, nothing sticks out of it; a picture where asked."""
    assert violations(page) == []
    too_wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(too_wide), name
    if os.environ.get("VLMS_TEST_PICTURES"):
        SCREENSHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"factors-{name}-{look}.png", full_page=True)


def add_authenticator(page: Page) -> None:
    """A passkey of the device itself, which needs no touch."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/sign-in")
    page.locator("#email").fill(email)
    page.locator("#password").fill(password)
    page.locator("main form button[type=submit]").first.click()


def sign_out(page: Page) -> None:
    """Once nothing is on its way that could bring the cookie back."""
    page.wait_for_load_state("networkidle")
    page.context.clear_cookies(name="vlms")


def keep_codes(page: Page, look: Look) -> list[str]:
    """The recovery codes of the page that follows a first factor."""
    expect(page).to_have_url(re.compile("/my/security/recovery-codes"))
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#codes li")).to_have_count(10)
    see(page, look, "codes")
    codes = page.locator("#codes li").all_inner_texts()
    page.locator("main a.btn-primary").click()
    expect(page).not_to_have_url(re.compile("/my/security/recovery-codes"))
    return codes


@BOTH
def test_who_is_invited_sets_up_a_passkey_before_anything_else_and_signs_in_with_it(
    local: Visit, clock: StillClock, look: Look
) -> None:
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        asked = service.Invitation(NORA, "Nora New", Role.LICENSING_ADMIN)
        service.invite(work, contoso.id, asked)
    page = local.window(look=look)
    add_authenticator(page)
    page.goto(mailed_links(clock(), NORA)[0])
    page.locator("#password").fill(CHOSEN)
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main a[href*='/sign-in/set-up/passkey']")).to_be_visible()
    see(page, look, "set-up")
    page.goto("/o/contoso/roles/")
    expect(page.locator("main a[href*='/sign-in/set-up/passkey']")).to_be_visible()
    page.locator("main a[href*='/sign-in/set-up/passkey']").click()
    expect(page.locator("form[data-passkey] button")).to_be_enabled()
    see(page, look, "passkey")
    page.locator("form[data-passkey] button").click()
    keep_codes(page, look)
    sign_out(page)
    sign_in(page, NORA, CHOSEN)
    expect(page.locator("form[data-passkey] button")).to_be_enabled()
    see(page, look, "second-step")
    page.route("**/ask-passkey", lambda asked: asked.fulfill(status=429))
    page.locator("form[data-passkey] button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    see(page, look, "passkey-failed")
    page.unroute("**/ask-passkey")
    page.locator("form[data-passkey] button").click()
    expect(page).not_to_have_url(re.compile("/sign-in"))
    page.goto("/my/security")
    expect(page.locator("table tbody tr")).to_have_count(1)
    see(page, look, "own")
    if look.width < 400:
        begins = "cells => cells.map(cell => getComputedStyle(cell).paddingInlineStart)"
        assert len(set(page.eval_on_selector_all("table tbody td", begins))) == 1


@BOTH
def test_an_app_is_set_up_by_its_picture_and_a_recovery_code_opens_once(
    local: Visit, clock: StillClock, look: Look
) -> None:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.LICENSING_ADMIN, ANN)
    page = local.window(look=look)
    sign_in(page, ANN, PASSWORD)
    page.locator("main a[href*='/sign-in/set-up/authenticator']").click()
    phone = scan(page)
    page.locator("#code").fill("000000")
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator(".error-summary")).to_be_focused()
    see(page, look, "app-refused")
    page.locator("#code").fill(phone.code(clock()))
    page.locator("main form button[type=submit]").first.click()
    codes = keep_codes(page, look)
    sign_out(page)
    sign_in(page, ANN, PASSWORD)
    use(page, codes[4])
    page.goto("/my/account")
    expect(page).to_have_url(f"{local.site}/my/account")
    sign_out(page)
    sign_in(page, ANN, PASSWORD)
    use(page, codes[4])
    expect(page.locator(".error-summary")).to_be_visible()
    see(page, look, "spent")
    clock.move(minutes=1)
    page.locator("#code").fill(phone.code(clock()))
    page.locator("form:has(#code) button[type=submit]").click()
    page.goto("/prove")
    see(page, look, "prove")


def scan(page: Page) -> App:
    """What a telephone's camera reads of the picture."""
    shown = page.locator("main img").get_attribute("src") or ""
    picture = page.locator("main img").screenshot()
    assert shown.startswith("data:image/svg")
    address = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))[0].text
    return App(new_id(), base64.b32decode(parse_qs(urlsplit(address).query)["secret"][0]))


def use(page: Page, code: str) -> None:
    page.locator("details summary").click()
    page.locator("#recovery").fill(code)
    page.locator("form:has(#recovery) button[type=submit]").click()
