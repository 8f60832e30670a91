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
from vlms.catalog.models import Exam
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
BOUGHT = "2025-03-02"
HEADINGS = ("Anniversary", "Window opens", "Window closes", "Benefits end")
# The anniversary, the day after it, and 30 days after it (M1).
FIRST = (date(2026, 3, 2), date(2026, 3, 3), date(2026, 4, 1), date(2026, 4, 1))
RENEWED = (date(2027, 3, 2), date(2027, 3, 3), date(2027, 4, 1), date(2027, 4, 1))
LOST = date(2027, 4, 2)
KEY = "sample-modern-work"
FULL = "Not everybody may leave: somebody is critical."
CLOSED = (
    "The window closed on %(day)s without a payment. "
    "The way back: buy the offer anew; its benefits begin with the payment."
)
LACKING = (
    "At least %(number)s more person is needed.",
    "At least %(number)s more people are needed.",
)


@pytest.fixture(autouse=True)
def partner(app: Flask, clock: StillClock) -> None:
    """Two administrators and a third with fundamentals: silver, and nobody may leave.

    Ben's exam was retired: it counts until two days before the anniversary (K3).
    """
    clock.set(moment(BOUGHT))
    with making(clock()) as work:
        place = make_partner(work)
        make_member(work, place, Role.LICENSING_ADMIN, ADA)
        make_skilled(work, place, "Ann", "MS-102", "MS-900")
        make_skilled(work, place, "Ben", "MD-102", "MS-900")
        make_skilled(work, place, "Cyd", "MS-900")
        work.session.get_one(Exam, "MD-102").retires_on = date(2025, 3, 1)
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
    row = _dated(scene, page, FIRST)
    for shown in ("Renew", "Membership active"):
        expect(row).to_contain_text(scene.say(shown))


def _dated(scene: Scene, page: Page, days: tuple[date, ...]) -> Locator:
    """The one row of what was bought, with each day under its heading."""
    row = page.locator("#held-title >> xpath=../..").locator("tbody tr")
    expect(row).to_have_count(1)
    for heading, day in zip(HEADINGS, days, strict=True):
        expect(scene.cell(row, heading)).to_have_text(scene.day(day))
    return row


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
    full = scene.say(FULL)
    with making(clock()) as work:
        ben = work.session.query(Person).filter_by(name="Ben").one().id
    petra = scene.enter(PETRA)
    petra.goto(f"/o/contoso/competencies/what-if?leave={ben}")
    scene.check(petra)
    expect(_falling(petra)).to_have_count(1)
    lacking = scene.say.counted(*LACKING, 1)
    _row_says(scene, petra, {"Needed": "5", "Have": "5 → 3", "Head-room": f"{lacking} K4"})
    _board(scene, petra, {"Needed": "5", "Have": "5", "Lapsing": "1", "Head-room": f"{full} K4"})
    admin = scene.enter(ADA)
    admin.goto(f"/o/contoso/people/{ben}/leave")
    scene.check(admin)
    submit(admin)


def _board(scene: Scene, page: Page, cells: dict[str, str]) -> None:
    """What the board says of the competency, cell by cell."""
    page.goto("/o/contoso/competencies/")
    scene.check(page)
    _row_says(scene, page, cells)


def _row_says(scene: Scene, page: Page, cells: dict[str, str]) -> None:
    row = page.locator("tbody tr", has=page.locator(f"a[href$='/competencies/{KEY}']"))
    expect(row).to_have_count(1)
    for heading, text in cells.items():
        expect(scene.cell(row, heading)).to_have_text(text)


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
    lacking = scene.say.counted(*LACKING, 1)
    _board(scene, page, {"Needed": "5", "Have": "3", "Lapsing": "0", "Head-room": f"{lacking} K4"})


def _renew(scene: Scene, page: Page) -> None:
    """4: in the window, the new anniversary is the old one and 365 days (M1)."""
    page.goto(PAGE)
    page.locator("tbody a[href$='/renew']").click()
    fill(page, "purchase_order", "PO-2")
    scene.check(page)
    submit(page)
    _pay(scene, page, "2026-03-25")
    _dated(scene, page, RENEWED)
    with making(moment("2026-03-25")) as work:
        assert work.session.query(Membership).one().anniversary == RENEWED[0]


def _it_is_lost(scene: Scene, page: Page) -> None:
    """6: after the window, on a dated line, and the way back."""
    page.goto(PAGE)
    page.locator("tbody a[href*='/memberships/']").first.click()
    scene.check(page)
    told = page.locator(".alert-danger")
    lost = scene.say("Benefits and competencies were lost on %(day)s.", day=scene.day(LOST))
    expect(told).to_contain_text(lost)
    expect(told).to_contain_text(scene.say(CLOSED, day=scene.day(RENEWED[2])))
    expect(told.locator("a[href$='/offers/silver-package/buy']")).to_be_visible()
