"""A real browser: prove an MCID, see what linking does, link, unlink; leave without access (K1)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Look, Visit
from tests.support.axe import violations
from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_links import LIN, make_lin, running
from vlms.accounts.queries import find_organisation
from vlms.core.permissions import Role
from vlms.notices.models import OutboxMessage
from vlms.partners.service.leaving import unlink_path
from vlms.partners.service.profiles import code_of

START = datetime(2026, 7, 1, 4, tzinfo=UTC)
ADMIN, ADDRESS = "gil@contoso.example", "lin@home.example"
PLAYS = (
    ("sqlite", Look("en", 1280)),
    ("postgresql", Look("zh-TW", 390, "dark")),
    ("sqlite", Look("en", 390, has_script=False)),
)
SEND = "main form:not([action]) button[type=submit]"


@pytest.fixture(autouse=True)
def people(app: object, clock: StillClock) -> None:
    clock.set(START)
    make_lin(clock(), "contoso", "fabrikam", mcid=None)
    with making(clock()) as work:
        place = find_organisation(work.session, "contoso")
        assert place is not None
        make_member(work, place, Role.GLOBAL_ADMINISTRATOR, ADMIN)


def last_fact(clock: StillClock, template: str, name: str) -> str:
    with making(clock()) as work:
        found = work.session.query(OutboxMessage).filter_by(template=template)
        return str(found.order_by(OutboxMessage.id.desc()).first().facts[name])


def check(page: Page, look: Look) -> None:
    if look.has_script:
        assert violations(page) == []


def go_on(page: Page, look: Look) -> None:
    check(page, look)
    page.locator(SEND).first.click()


def enter_mcid(page: Page) -> None:
    page.locator("#mcid").fill("990123456")
    page.locator("#email").fill(ADDRESS)


@pytest.mark.parametrize(("app", "look"), PLAYS, indirect=["app"], ids=str)
def test_a_person_links_moves_and_leaves(visit: Visit, clock: StillClock, look: Look) -> None:
    page = visit.signed_in(LIN, look=look)
    visit.choose_language(page, look)
    page.goto("/my/links/profile")
    enter_mcid(page)
    go_on(page, look)
    expect(page).to_have_url(re.compile("/my/links/code$"))
    page.locator("#code").fill(code_of(last_fact(clock, "profile_code", "basis")))
    go_on(page, look)
    expect(page).to_have_url(re.compile("/my/links/$"))
    page.locator("a[href$='/link']").filter(has_text="Contoso").click()
    expect(page.locator(".consequences li")).to_have_count(4)
    go_on(page, look)
    expect(page).to_have_url(re.compile("/my/links/$"))
    with making(clock()) as work:
        assert len(running(work)) == 1
    # The other one is offered with its reason and its day, and is no link.
    check(page, look)
    expect(page.locator("main button[disabled]")).to_have_count(1)
    page.goto("/my/links/unlink")
    page.locator("#part").select_option("exams")
    go_on(page, look)
    expect(page).to_have_url(re.compile("/my/links/$"))
    stranger = visit.window(look=look)
    stranger.goto("/leavers/")
    enter_mcid(stranger)
    go_on(stranger, look)
    expect(stranger.locator(".alert-info")).to_be_visible()
    stranger.goto(unlink_path(last_fact(clock, "unlink_link", "request_id")))
    go_on(stranger, look)
    expect(stranger.locator(".alert-success")).to_be_visible()
    admin = visit.signed_in(ADMIN, look=look)
    admin.goto("/o/contoso/links/")
    check(admin, look)
    admin.locator("a[href$='/end']").click()
    go_on(admin, look)
    expect(admin).to_have_url(re.compile("/o/contoso/links/$"))
    with making(clock()) as work:
        assert running(work) == []
