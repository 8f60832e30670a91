"""A real browser: a package bought, put at risk by a leaver, renewed in its window, lost (F14)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Look, Visit
from tests.browser.scene import Scene, fill, submit, work_off
from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_competencies import make_figure, make_passed, make_skilled
from tests.support.making_memberships import PETRA, make_partner, moment
from tests.support.words import Words
from vlms.accounts.models import Organisation, Person
from vlms.core.permissions import Role
from vlms.notices.models import OutboxMessage
from vlms.partners.models.memberships import Membership

PLAYS = (
    ("sqlite", Look("en", 1280)),
    ("postgresql", Look("zh-TW", 390, "dark")),
    ("sqlite", Look("zh-TW", 1280, has_script=False)),
)
PAGE = "/o/contoso/memberships/"
ADA = "ada@contoso.example"
BOUGHT, ANNIVERSARY, RENEWED = "2025-03-02", date(2026, 3, 2), date(2027, 3, 2)
KEY = "sample-modern-work"


@pytest.fixture(autouse=True)
def partner(app: Flask, clock: StillClock) -> None:
    """Two administrators and a third with fundamentals: silver, and nobody may leave."""
    clock.set(moment(BOUGHT))
    with making(clock()) as work:
        place = make_partner(work)
        make_member(work, place, Role.LICENSING_ADMIN, ADA)
        for name in ("Ann", "Ben"):
            make_skilled(work, place, name, "MS-102", "MS-900")
        make_skilled(work, place, "Cyd", "MS-900")
        for month in (date(2025, 2, 1), date(2026, 2, 1), date(2027, 2, 1)):
            make_figure(work, place, (KEY, "usage", "active-usage"), month, "700")


@pytest.mark.parametrize(("app", "look"), PLAYS, indirect=["app"], ids=str)
def test_a_package_is_bought_endangered_renewed_and_lost(
    app: Flask, visit: Visit, clock: StillClock, tmp_path: Path, look: Look
) -> None:
    scene = Scene(visit, look, Words(look.language), tmp_path)
    page = scene.enter(PETRA)
    _buy(scene, page)
    _see_why_it_cannot_be_renewed(scene, page)
    clock.set(moment("2026-02-15"))
    work_off(app, clock)
    _somebody_leaves(scene, clock)
    work_off(app, clock)
    clock.set(moment("2026-03-25"))
    work_off(app, clock)
    _mails(clock)
    page = scene.enter(PETRA)
    _stands_in_the_way(scene, page)
    with making(clock()) as work:
        make_passed(work, work.session.query(Person).filter_by(name="Cyd").one(), "MS-102")
        make_skilled(work, work.session.query(Organisation).one(), "Dan", "MS-900")
    _renew(scene, page)
    clock.set(moment("2027-04-02"))
    _it_is_lost(scene, scene.enter(PETRA))


def _buy(scene: Scene, page: Page) -> None:
    """1: offers, and the dates of what was bought."""
    page.goto(PAGE)
    scene.check(page)
    page.locator("a[href$='/offers/silver-package/buy']").click()
    fill(page, "competency", KEY)
    fill(page, "currency", "USD")
    fill(page, "purchase_order", "PO-1")
    scene.check(page)
    submit(page)
    _pay(scene, page, BOUGHT)
    (row,) = page.locator("#held-title >> xpath=../..").locator("tbody tr").all()
    for shown in ("2026", scene.say("Renew"), scene.say("Membership active")):
        expect(row).to_contain_text(shown)


def _pay(scene: Scene, page: Page, day: str) -> None:
    """4: the payment is recorded; its day begins the year."""
    page.locator("a.btn-primary[href$='/pay']").first.click()
    fill(page, "paid_on", day)
    fill(page, "reference", "wire")
    scene.check(page)
    submit(page)
    page.goto(PAGE)


def _see_why_it_cannot_be_renewed(scene: Scene, page: Page) -> None:
    """2: a grey button, and each condition ticked or crossed."""
    expect(page.locator("tbody button[disabled]")).to_have_count(1)
    page.locator("a[href$='/conditions']").click()
    scene.check(page)
    expect(page.locator("li.is-unmet")).to_have_count(1)
    expect(page.locator("li.is-met")).to_have_count(4)


def _somebody_leaves(scene: Scene, clock: StillClock) -> None:
    """5: which competency falls is told before it happens."""
    with making(clock()) as work:
        ben = work.session.query(Person).filter_by(name="Ben").one().id
    petra = scene.enter(PETRA)
    petra.goto(f"/o/contoso/competencies/what-if?leave={ben}")
    scene.check(petra)
    expect(_falling(petra)).to_have_count(1)
    petra.goto("/o/contoso/competencies/")
    scene.check(petra)
    expect(petra.locator("tbody tr", has_text="3").first).to_be_visible()
    admin = scene.enter(ADA)
    admin.goto(f"/o/contoso/people/{ben}/leave")
    scene.check(admin)
    submit(admin)


def _falling(page: Page) -> Locator:
    return page.locator("tbody tr .badge.bg-red-lt, tbody tr .status-red, tbody tr [class*=red]")


def _mails(clock: StillClock) -> None:
    """3: on the 15th day before and the 23rd after; and what the leaver has put at risk (K4)."""
    with making(clock()) as work:
        sent = work.session.query(OutboxMessage).filter(OutboxMessage.to_address == PETRA)
        days = {
            (one.template, one.created_at.date().isoformat())
            for one in sent
            if one.template in ("membership_renewal", "competency_fallen")
        }
    assert days == {
        ("membership_renewal", "2026-02-15"),
        ("competency_fallen", "2026-02-15"),
        ("membership_renewal", "2026-03-25"),
    }


def _stands_in_the_way(scene: Scene, page: Page) -> None:
    """2, K3: what does not qualify is not renewed; the condition leads to what it lacks."""
    page.goto(PAGE)
    page.locator("a[href$='/conditions']").click()
    expect(page.locator("li.is-unmet")).to_have_count(1)
    page.locator(f"li.is-unmet a[href*='{KEY}']").click()
    scene.check(page)


def _renew(scene: Scene, page: Page) -> None:
    """4: in the window, the new anniversary is the old one and 365 days (M1)."""
    page.goto(PAGE)
    page.locator("tbody a[href$='/renew']").click()
    fill(page, "purchase_order", "PO-2")
    scene.check(page)
    submit(page)
    _pay(scene, page, "2026-03-25")
    with making(moment("2026-03-25")) as work:
        assert work.session.query(Membership).one().anniversary == RENEWED


def _it_is_lost(scene: Scene, page: Page) -> None:
    """6: after the window, on a dated line, and the way back."""
    page.goto(PAGE)
    page.locator("tbody a[href*='/memberships/']").first.click()
    scene.check(page)
    expect(page.locator(".alert-danger")).to_contain_text("2027")
    expect(page.locator(".alert-danger a[href$='/offers/silver-package/buy']")).to_be_visible()
