"""The sign-in page in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.support.axe import violations
from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from vlms.core.permissions import Role


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_everyone_can_use_the_sign_in_page(
    visit: Visit, language: str, width: int, scheme: str
) -> None:
    page = visit.window(language, width, scheme)
    page.goto("/sign-in")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_wrong_password_is_told_in_a_focused_summary(visit: Visit, clock: StillClock) -> None:
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.FINANCE, "ann@contoso.example")
    page = visit.signed_in("ann@contoso.example", "wrong password")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator("#email")).to_have_value("ann@contoso.example")
    assert violations(page) == []


def test_the_negative_control_of_axe_finds_a_field_without_label(visit: Visit) -> None:
    page = visit.window()
    page.goto("/sign-in")
    page.evaluate("document.querySelector('label[for=email]').remove()")
    assert any("label" in line for line in violations(page))
