"""The sign-in page in a real browser."""

from __future__ import annotations

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
