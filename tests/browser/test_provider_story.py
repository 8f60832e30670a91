"""An admin sets a sign-in provider up and signs in with it, in real Chromium, in both languages.

The way to another site passes the content-security policy; whatever it stops is a complaint.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Look, Visit
from tests.support.axe import violations
from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.mock_provider import mock_provider
from vlms.authentication.provider_models import ProviderDomain
from vlms.authentication.service.provider_settings import confirm_domain
from vlms.core.clock import system_clock
from vlms.core.permissions import Role

ANN = "ann@contoso.example"
ELSEWHERE = re.compile(r"https://")
PLACE = "/o/contoso/sign-in-provider/"
BOTH = pytest.mark.parametrize(
    ("app", "look"),
    [("sqlite", Look("en", 1280)), ("postgresql", Look("zh-TW", 390, has_script=False))],
    indirect=["app"],
    ids=str,
)


def press(page: Page) -> None:
    page.locator("main form button[type=submit]").last.click()


def check(page: Page, look: Look) -> None:
    """axe waits for the page's own timers, which stand still where scripts are off."""
    if look.has_script:
        assert violations(page) == []


@BOTH
def test_a_provider_is_set_up_and_signed_in_with(
    visit: Visit, clock: StillClock, look: Look
) -> None:
    clock.set(system_clock())
    with making(clock()) as work:
        make_member(work, make_organisation(work, "contoso"), Role.LICENSING_ADMIN, ANN)
    with mock_provider("4711", ANN) as issuer:
        page = visit.signed_in(ANN, look=look)
        page.goto(f"{PLACE}edit")
        page.locator("#issuer").fill(issuer)
        page.locator("#client_id").fill("vlms")
        page.locator("#secret").fill("a secret that is long")
        page.locator("#domains").fill("contoso.example")
        check(page, look)
        press(page)
        page.locator('form[action$="/test"] button').click()
        page.goto(f"{PLACE}turn/on")
        press(page)
        with making(clock()) as work:
            domain = work.session.query(ProviderDomain).one()
            confirm_domain(work, domain.id, "A record stands in the name server")
        page.goto(PLACE)
        check(page, look)
        comer = visit.window(look=look)
        # The mock's own page asks another host for a style sheet.
        comer.route(ELSEWHERE, lambda route: route.fulfill(body="", content_type="text/css"))
        comer.goto("/sign-in?next=/o/contoso/sign-in-provider/")
        comer.locator('a[href^="/sign-in/organisation"]').click()
        check(comer, look)
        comer.locator("#email").fill(ANN)
        press(comer)
        comer.locator('a[href^="/sign-in/with/contoso"]').click()
        assert comer.url.startswith(issuer)
        comer.locator("button[value='4711']").click()
        expect(comer).to_have_url(f"{visit.site}{PLACE}")
        expect(comer.locator("main")).to_contain_text(ANN)
        check(comer, look)
