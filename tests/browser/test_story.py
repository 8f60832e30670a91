"""The main job, end to end, in a real browser: from the agreement to the used code.

A licensing admin registers an agreement and orders; the reseller records what the
publisher did; the operator takes in a provider's list and delivers; the admin gives a code
to a person, who claims it; the exam desk registers it and records that it was used.
It is played in both languages, on a desk and a phone, in light and dark, and without scripts.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Look, Visit
from tests.browser.scene import Scene, fill, select, submit, work_off
from tests.support.clock import StillClock
from tests.support.conservation import check_codes
from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.words import Words
from vlms.accounts.models import OrganisationKind
from vlms.catalog.models import CodeSource, Product
from vlms.catalog.queries import find_product
from vlms.catalog.service.load import load_catalogue
from vlms.catalog.service.price_import import import_prices
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.exports.reading import read_rows
from vlms.resources import PACKAGE

ADMIN, SECOND = "admin@hongyuan.example", "second@hongyuan.example"
RESELLER, OPERATOR, DESK = "rita@northwind.example", "olive@ops.example", "dana@ops.example"
LEARNER = "wang@hongyuan.example"
NAME = "王小明 =1+1"
NEW_PASSWORD = "a password of my own"
PLAYS = (
    ("sqlite", Look("en", 1280, "light")),
    ("postgresql", Look("zh-TW", 390, "dark")),
    ("sqlite", Look("en", 390, "dark", has_script=False)),
)


@pytest.fixture
def stage(app: Flask, clock: StillClock) -> UUID:
    """A catalogue with prices, an operator, a reseller, and a customer with two people."""
    with making(clock()) as work:
        load_catalogue(work)
    with (PACKAGE / "catalog" / "data" / "sample-prices.csv").open("rb") as file:
        sheet = read_rows(file, "sample-prices.csv")
    with making(clock()) as work:
        import_prices(work, sheet, "Sample", is_sample=True)
        listed = find_product(work.session, "fundamentals-exam-voucher")
        assert isinstance(listed, Product)
        listed.code_source = CodeSource.PROVIDER
        ops = make_organisation(work, "ops", OrganisationKind.OPERATOR)
        make_member(work, ops, Role.OPERATOR, OPERATOR)
        make_member(work, ops, Role.EXAM_DESK, DESK)
        seller = make_organisation(work, "northwind", OrganisationKind.RESELLER)
        make_member(work, seller, Role.RESELLER, RESELLER)
        buyer = make_organisation(
            work,
            "hongyuan",
            name="宏遠科技股份有限公司",
            country="TW",
            time_zone="Asia/Taipei",
            language=Language.TRADITIONAL_CHINESE,
        )
        make_member(work, buyer, Role.LICENSING_ADMIN, ADMIN)
        make_member(work, buyer, Role.LICENSING_ADMIN, SECOND)
        make_person(work, buyer, NAME, LEARNER)
        return buyer.id


@pytest.mark.parametrize(("app", "look"), PLAYS, indirect=["app"], ids=str)
def test_the_main_job_from_the_agreement_to_the_used_code(
    app: Flask, clock: StillClock, stage: UUID, visit: Visit, look: Look, tmp_path: Path
) -> None:
    scene = Scene(visit, look, Words(look.language), tmp_path)
    admin = scene.enter(ADMIN)
    _register_agreement(admin)
    order = _order(scene, admin)
    _record_steps(scene, order)
    _take_in_and_deliver(scene, order)
    number = _give(scene, admin)
    clock.move(minutes=31)
    work_off(app, clock)
    # Whoever was away for half an hour signs in again.
    link = _mailed_link(scene.enter(ADMIN))
    text = _claim(scene, link)
    _redeem(scene, text, clock)
    _take_lists_away(scene, scene.enter(ADMIN), number)
    with making(clock()) as work:
        check_codes(work)


def _register_agreement(page: Page) -> None:
    """The terms, then the contacts."""
    page.goto("/o/hongyuan/agreements/create")
    for field, value in {
        "programme": "MPSA",
        "reseller": "northwind",
        "number": "MPSA-7001",
        "first_day": "2025-09-01",
        "last_day": "2026-12-31",
        "country": "TW",
        "currency": "TWD",
        "account_manager_name": "許文彬",
        "account_manager_email": "hsu@northwind.example",
    }.items():
        fill(page, field, value)
    submit(page)
    for kind in ("notices_online", "online_administrator"):
        fill(page, f"{kind}_name", "林雅婷")
        fill(page, f"{kind}_email", "contact@hongyuan.example")
        fill(page, f"{kind}_language", "zh_Hant_TW")
    submit(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("MPSA-7001")


def _order(scene: Scene, page: Page) -> str:
    """The price follows what is typed; placed, and its order form says the same."""
    page.goto("/o/hongyuan/orders/new")
    submit(page)
    _choose(page, 0, "MCP", "10")
    panel = page.locator("#quote")
    _await_price(scene, page, "× 9 / 12")
    page.locator("button[name=intent][value=add]").click()
    _choose(page, 1, scene.product, "3")
    _await_price(scene, page, "× 3 × 9 / 12")
    expect(panel.get_by_role("heading", level=3)).to_have_count(2)
    page.locator("#purchase_order").fill("採購 2026-031")
    scene.check(page)
    place = panel.locator("button[name=intent][value=place]")
    amount = re.sub(r"\D", "", place.inner_text())
    place.click()
    scene.check(page)
    submit(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(r"O-2026-\d+"))
    paper = PdfReader(BytesIO(scene.save(page, scene.say("Order form"))))
    words = " ".join(sheet.extract_text() for sheet in paper.pages)
    assert amount in words.replace(",", "")
    assert "宏遠科技股份有限公司" in words
    return page.url


def _choose(page: Page, place: int, product: str, quantity: str) -> None:
    select(page, f"#lines-{place}-product", product)
    page.locator(f"#lines-{place}-quantity").fill(quantity)


def _await_price(scene: Scene, page: Page, formula: str) -> None:
    """The price comes while one types; without scripts, when one asks for it."""
    if not scene.look.has_script:
        page.locator("button[name=intent][value=recalculate]:visible").click()
    expect(page.locator("#quote")).to_contain_text(formula)


def _record_steps(scene: Scene, order: str) -> None:
    """The reseller records what the publisher did."""
    page = scene.enter(RESELLER)
    page.goto(order.replace("/o/hongyuan/", "/o/northwind/"))
    for step in ("process", "acknowledge", "invoice"):
        page.locator(f"main a[href$='/record/{step}']").click()
        page.locator("#reference").fill(f"REF-{step}")
        scene.check(page)
        submit(page)
    expect(page.locator(".steps-line .is-done")).to_have_count(4)
    page.goto("/o/northwind/codes/")
    expect(page.get_by_text("403").first).to_be_visible()


def _take_in_and_deliver(scene: Scene, order: str) -> None:
    """A provider's list is looked at, taken in, and both lines are delivered."""
    page = scene.enter(OPERATOR)
    listed = scene.folder / "list.csv"
    listed.write_text(
        "Voucher code,Expires\nAB12CD34EF56GH78,2026-12-01\nab12 cd34 ef56 gh79,2026-12-01\n"
        "ＡＢ１２ＣＤ３４ＥＦ５６ＧＨ８０,2026-12-01\nAB12CD34EF56GH78,2026-12-01\n",
        "utf-8",
    )
    page.goto("/o/ops/stock/upload")
    select(page, "#line", scene.product)
    fill(page, "zone", "Asia/Taipei")
    page.locator("#file").set_input_files(listed)
    submit(page)
    expect(page.locator(".facts").first).to_contain_text("3")
    page.get_by_label(scene.say("Leave out the rows that cannot be taken in")).check()
    scene.check(page)
    page.locator("main form[method=post] button[type=submit]", has_text="3").click()
    page.goto(order.replace("/o/hongyuan/", "/o/ops/"))
    for _line in range(2):
        page.locator("main a[href*='/deliver/']").first.click()
        submit(page)
    expect(page.get_by_text(scene.say("Closed")).first).to_be_visible()


def _give(scene: Scene, page: Page) -> str:
    """Reserve, then assign, with the rule stated on the button."""
    page.goto("/o/hongyuan/codes/reserve")
    select(page, "#person", "王小明")
    select(page, "#product", scene.product)
    page.get_by_role("button", name=scene.say("Reserve"), exact=True).click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("B-")
    number = heading.inner_text()
    page.locator("main a[href$='/assign']").first.click()
    scene.check(page)
    page.get_by_role("button", name=re.compile("C2")).click()
    expect(page.locator("main a[href$='/call-back']")).to_be_visible()
    scene.check(page)
    return number


def _mailed_link(page: Page) -> str:
    """The demo shows what would have been sent; the link in it opens."""
    page.goto("/o/hongyuan/messages/")
    page.get_by_role("row", name=re.compile(LEARNER)).get_by_role("link").first.click()
    letter = page.locator(".mail-text").inner_text()
    assert "AB12" not in letter
    return page.locator("#mail-link").get_attribute("href") or ""


def _claim(scene: Scene, link: str) -> str:
    """A password through the link, the terms, the code and its sheet."""
    page = scene.visit.window(look=scene.look)
    scene.visit.choose_language(page, scene.look)
    page.goto(link)
    scene.check(page)
    page.locator("#password").fill(NEW_PASSWORD)
    submit(page)
    page.locator("#accepts").check()
    submit(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=scene.say("Voucher sheet (PDF)")).click()
    sheet = " ".join(each.extract_text() for each in PdfReader(waiting.value.path()).pages)
    assert NAME in sheet
    page.get_by_role("button", name=scene.say("Show my code")).click()
    text = page.locator("#code").get_attribute("data-text") or ""
    assert text in sheet.replace("-", "").replace(" ", "")
    scene.check(page)
    return text


def _redeem(scene: Scene, text: str, clock: StillClock) -> None:
    """The desk reads the code however it is typed, registers, and records the exam."""
    page = scene.enter(DESK)
    page.goto("/o/ops/desk/")
    page.locator("main #code").fill(f" {text[:4].lower()}-{text[4:]} ")
    submit(page)
    expect(page.get_by_text(NAME)).to_be_visible()
    page.locator("main a[href$='/register']").click()
    page.locator("#exam_number").select_option("AZ-900")
    page.locator("#site").fill("臺北考場 12")
    page.locator("#starts_at").fill("2026-03-02T20:00")
    scene.check(page)
    submit(page)
    expect(page.get_by_text(scene.say("Registered")).first).to_be_visible()
    clock.move(hours=11)
    where, page = page.url, scene.enter(DESK)
    page.goto(where)
    page.locator("main a[href$='/outcome']").click()
    page.locator("#outcome").select_option(value="used")
    submit(page)
    expect(page.get_by_text(scene.say("Used")).first).to_be_visible()
    page.goto("/o/ops/desk/")
    page.locator("main #code").fill(text)
    submit(page)
    expect(page.locator("main a[href$='/register']")).to_have_count(0)


def _take_lists_away(scene: Scene, page: Page, number: str) -> None:
    """The lists as Excel and PDF: the name whole and no formula, the code masked."""
    page.goto("/o/hongyuan/codes/?state=used")
    expect(page.get_by_text("王小明").first).to_be_visible()
    scene.check(page)
    sheet = load_workbook(BytesIO(scene.download(page, "Excel"))).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert NAME in [cell.value for cell in cells]
    assert number in [cell.value for cell in cells]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    page.goto("/o/hongyuan/codes/?state=used")
    paper = PdfReader(BytesIO(scene.download(page, "PDF")))
    words = " ".join(each.extract_text() for each in paper.pages)
    assert "王小明" in words
    assert "AB12CD34" not in words
