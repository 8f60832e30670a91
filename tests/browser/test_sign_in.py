"""The sign-in page in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.support.axe import violations
from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from vlms.core.permissions import Role


def test_a_wrong_password_is_told_in_a_focused_summary(visit: Visit, clock: StillClock) -> None:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.FINANCE, "ann@contoso.example")
    page = visit.signed_in("ann@contoso.example", "wrong password")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#email")).to_have_value("ann@contoso.example")
    assert violations(page) == []


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_who_signs_out_leaves_nothing_in_the_browser_nor_in_other_windows(
    visit: Visit, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.FINANCE, "ann@contoso.example")
    page = visit.signed_in("ann@contoso.example")
    expect(page.locator(".top-visitor")).to_be_visible()
    page.evaluate("localStorage.setItem('kept', 'something')")
    other = page.context.new_page()
    other.goto("/my/account")
    expect(other.locator("#name")).to_have_value("Test User")
    page.goto("/my/account")
    page.locator(".top-visitor > summary").click()
    page.locator(".top-visitor form button").click()
    expect(page).to_have_url(re.compile("/sign-in"))
    assert page.evaluate("localStorage.getItem('kept')") is None
    expect(other).to_have_url(re.compile("/sign-in"))
    expect(other.locator("#password")).to_be_visible()
    page.go_back()
    expect(page.locator("#password")).to_be_visible()
    names = {cookie.get("name") for cookie in page.context.cookies()}
    assert "vlms-device" in names
