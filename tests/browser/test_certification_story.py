"""A real browser: certifications entered, told of, tried, renewed; the manager's board (F13)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Look, Visit
from tests.browser.scene import Scene, fill, submit, work_off
from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_person, make_user, making
from tests.support.making_certifications import make_certification
from tests.support.words import Words
from vlms.catalog.models import CertificationKind
from vlms.catalog.renewal_models import RenewalAssessment
from vlms.certifications.models import HeldCertification
from vlms.core.permissions import Role
from vlms.notices.models import OutboxMessage

ADA, MAY, LIN = "ada@contoso.example", "may@contoso.example", "lin@contoso.example"
ENTERED = datetime(2026, 7, 1, 4, tzinfo=UTC)
# The window of what was earned on 10 January opened the day before.
OPENED = datetime(2026, 7, 11, 4, tzinfo=UTC)
ADDRESS = "https://learn.example/renew"
OPENING = "AZ-104"
PASSED = (
    ("AZ-900", CertificationKind.FUNDAMENTALS, "2020-03-01", "Never expires"),
    (OPENING, CertificationKind.ASSOCIATE, "2026-01-10", "Window open"),
    ("AZ-204", CertificationKind.ASSOCIATE, "2025-05-01", "Lapsed"),
    ("AZ-305", CertificationKind.EXPERT, "2026-03-01", "Valid"),
)
PLAYS = (
    ("sqlite", Look("en", 1280)),
    ("postgresql", Look("zh-TW", 390, "dark")),
    ("sqlite", Look("zh-TW", 1280, has_script=False)),
)


@pytest.fixture(autouse=True)
def people(app: Flask, clock: StillClock) -> None:
    clock.set(ENTERED)
    with making(clock()) as work:
        place = make_organisation(work, "contoso")
        make_member(work, place, Role.LICENSING_ADMIN, ADA)
        boss = make_person(work, place, "May Manager", MAY, make_user(work, MAY))
        make_person(work, place, "Lin Wu", LIN, make_user(work, LIN)).manager_id = boss.id
        for number, kind, *_told in PASSED:
            key = make_certification(work, number.lower(), kind, number).key
            assessment = RenewalAssessment(certification_key=key, address=ADDRESS, languages=["en"])
            work.session.add(assessment)


@pytest.mark.parametrize(("app", "look"), PLAYS, indirect=["app"], ids=str)
def test_what_was_earned_is_entered_told_of_tried_and_renewed(
    app: Flask, visit: Visit, clock: StillClock, tmp_path: Path, look: Look
) -> None:
    scene = Scene(visit, look, Words(look.language), tmp_path)
    _enter_all(scene)
    clock.set(OPENED)
    for _night in range(2):
        work_off(app, clock)
        clock.move(days=1)
    _one_notice(clock)
    page = scene.enter(LIN)
    _see_how_each_stands(scene, page)
    _fail_twice_and_wait(scene, page, clock)
    clock.move(days=1)
    page = scene.enter(LIN)
    _renew(scene, page, clock)
    _see_the_board(scene, scene.enter(MAY))


def _enter_all(scene: Scene) -> None:
    """1: the admin enters each exam; what it earns stands there."""
    page = scene.enter(ADA)
    for number, _kind, day, _word in PASSED:
        page.goto("/o/contoso/certifications/new")
        fill(page, "who", LIN)
        fill(page, "what", f"exam:{number}")
        fill(page, "day", day)
        scene.check(page)
        submit(page)
    expect(page.locator("tbody tr", has_text="Lin Wu")).to_have_count(len(PASSED))


def _one_notice(clock: StillClock) -> None:
    """R5: only what can be renewed now is told of, once."""
    with making(clock()) as work:
        told = work.session.query(OutboxMessage).filter_by(template="renewal_window").all()
        assert [one.facts["certification_en"] for one in told] == ["Az-104"]


def _see_how_each_stands(scene: Scene, page: Page) -> None:
    """1, 5: each by itself: what is lapsed needs its exams again, the expert goes on."""
    page.goto("/my/certifications/")
    scene.check(page)
    for number, _kind, _day, word in PASSED:
        expect(_card(scene, page, number)).to_contain_text(scene.say(word))


def _fail_twice_and_wait(scene: Scene, page: Page, clock: StillClock) -> None:
    """2, 3: one button; the second attempt at once, a third only after 24 hours (R3)."""
    _card(scene, page, OPENING).locator("a.btn").click()
    button = page.locator("main a.btn-primary[target=_blank]")
    expect(button).to_have_count(1)
    expect(button).to_have_attribute("href", ADDRESS)
    for _attempt in range(2):
        _state(page, "failed")
        scene.check(page)
        clock.move(minutes=5)
    expect(page.locator("main tbody tr")).to_have_count(2)
    _state(page, "passed")
    expect(page.locator("main [role=alert]")).to_contain_text("R3")
    expect(page.locator("main tbody tr")).to_have_count(2)


def _renew(scene: Scene, page: Page, clock: StillClock) -> None:
    """3: passing adds a year to the old last day, not to today."""
    page.goto("/my/certifications/")
    _card(scene, page, OPENING).locator("a.btn").click()
    _state(page, "passed")
    expect(page.locator(".alert-success")).to_contain_text(scene.say("Renewed for one more year."))
    with making(clock()) as work:
        held = {
            one.certification_key: one.expires_on for one in work.session.query(HeldCertification)
        }
    assert held["az-104"] == date(2028, 1, 10)
    assert held["az-305"] == date(2027, 3, 1)
    # It renews no more before its next window (R2).
    expect(page.locator("main button.btn-primary[disabled]")).to_have_count(1)
    scene.check(page)


def _see_the_board(scene: Scene, page: Page) -> None:
    """4: the manager sees their people, by state and by month; and nothing to write with."""
    page.goto("/my/team/certifications/")
    scene.check(page)
    # What never expires is not among what ends; a name finds it too.
    expect(page.locator("tbody tr", has_text="Lin Wu")).to_have_count(len(PASSED) - 1)
    page.goto("/my/team/certifications/?q=Lin")
    expect(page.locator("tbody tr", has_text="Lin Wu")).to_have_count(len(PASSED))
    page.goto("/my/team/certifications/?month=2028-01")
    expect(page.locator("tbody tr", has_text="Lin Wu")).to_have_count(1)
    expect(page.locator("main form[method=post]")).to_have_count(0)


def _card(scene: Scene, page: Page, number: str) -> Locator:
    """The card of the certification that an exam earned."""
    return page.locator(".row-cards section", has_text=_named(scene, number))


def _named(scene: Scene, number: str) -> str:
    return number.title() if scene.look.language == "en" else f"認證 {number.lower()}"


def _state(page: Page, outcome: str) -> None:
    fill(page, "outcome", outcome)
    submit(page)
