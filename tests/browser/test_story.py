"""The main job, end to end, in a real browser: from the agreement to the used code.

A licensing admin registers an agreement and orders; the reseller records what the
publisher did; the operator takes in a provider's list and delivers; the admin gives a code
to a person, who claims it; the exam desk registers it and records that it was used.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from threading import Event
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Visit
from tests.support.axe import violations
from tests.support.clock import StillClock
from tests.support.conservation import check_codes
from tests.support.making import make_member, make_organisation, make_person, making
from vlms.accounts.models import OrganisationKind
from vlms.catalog.models import CodeSource, Product
from vlms.catalog.queries import find_product
from vlms.catalog.service.load import load_catalogue
from vlms.catalog.service.price_import import import_prices
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.exports.reading import read_rows
from vlms.jobs.worker import plan_recurring, run_due
from vlms.reactions import JOBS
from vlms.resources import PACKAGE

ADMIN, SECOND = "admin@hongyuan.example", "second@hongyuan.example"
RESELLER, OPERATOR, DESK = "rita@northwind.example", "olive@ops.example", "dana@ops.example"
LEARNER = "wang@hongyuan.example"
NAME = "王小明 =1+1"
NEW_PASSWORD = "a password of my own"


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


def work_off(app: Flask, clock: StillClock) -> None:
    """What the worker would do by now."""
    with app.app_context():
        plan_recurring(JOBS, clock)
        run_due(JOBS, clock, Event())


def save(page: Page, name: str, tmp_path: Path) -> bytes:
    """Press what downloads a file, and read it."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=name, exact=True).first.click()
    file = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file.read_bytes()


def download(page: Page, form: str, tmp_path: Path) -> bytes:
    page.get_by_role("button", name="Download").click()
    return save(page, form, tmp_path)


def test_the_main_job_from_the_agreement_to_the_used_code(
    app: Flask, clock: StillClock, stage: UUID, visit: Visit, tmp_path: Path
) -> None:
    admin = visit.signed_in(ADMIN)
    _register_agreement(admin)
    order = _order(admin, tmp_path)
    _record_steps(visit, order)
    _take_in_and_deliver(visit, order, tmp_path)
    number = _give(admin, tmp_path)
    clock.move(minutes=31)
    work_off(app, clock)
    link = _mailed_link(admin)
    text = _claim(visit, link, tmp_path)
    _redeem(visit, text, clock)
    _take_lists_away(admin, number, tmp_path)
    with making(clock()) as work:
        check_codes(work)


def _register_agreement(page: Page) -> None:
    """The terms, then the contacts."""
    page.goto("/o/hongyuan/agreements/create")
    page.locator("#programme").select_option("MPSA")
    page.locator("#reseller").select_option("northwind")
    for field, value in {
        "number": "MPSA-7001",
        "first_day": "2025-09-01",
        "last_day": "2026-12-31",
        "country": "TW",
        "currency": "TWD",
        "account_manager_name": "許文彬",
        "account_manager_email": "hsu@northwind.example",
    }.items():
        page.locator(f"#{field}").fill(value)
    page.get_by_role("button", name="Save and go on to the contacts").click()
    for kind in ("notices_online", "online_administrator"):
        page.locator(f"#{kind}_name").fill("林雅婷")
        page.locator(f"#{kind}_email").fill("contact@hongyuan.example")
        page.locator(f"#{kind}_language").select_option("zh_Hant_TW")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("MPSA-7001")


def _order(page: Page, tmp_path: Path) -> str:
    """The price follows what is typed; placed, and its order form says the same."""
    page.goto("/o/hongyuan/orders/new")
    page.get_by_role("button", name="Begin a draft").click()
    _choose(page, 0, "MCP exam voucher", "10")
    panel = page.locator("#quote")
    expect(panel).to_contain_text("9 months")
    page.get_by_role("button", name="Add a line").click()
    _choose(page, 1, "Fundamentals exam voucher", "3")
    expect(panel.get_by_role("heading", level=3)).to_have_count(2)
    page.get_by_label("Purchase-order number").fill("採購 2026-031")
    assert violations(page) == []
    total = panel.get_by_role("button", name=re.compile("Place the order for"))
    amount = (total.text_content() or "").split("for ")[1].strip(" …\n")
    total.click()
    page.get_by_role("button", name=re.compile("Place the order for")).click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text(re.compile(r"O-2026-\d+"))
    paper = PdfReader(BytesIO(save(page, "Order form", tmp_path)))
    words = " ".join(sheet.extract_text() for sheet in paper.pages)
    assert re.sub(r"\D", "", amount) in words.replace(",", "")
    assert "宏遠科技股份有限公司" in words
    return page.url


def _choose(page: Page, place: int, product: str, quantity: str) -> None:
    _select(page, f"#lines-{place}-product", product)
    page.locator(f"#lines-{place}-quantity").fill(quantity)


def _select(page: Page, chooser: str, words: str) -> None:
    """Choose the first option that holds these words."""
    option = page.locator(f"{chooser} option", has_text=words).first
    page.locator(chooser).select_option(value=option.get_attribute("value"))


def _record_steps(visit: Visit, order: str) -> None:
    """The reseller records what the publisher did."""
    page = visit.signed_in(RESELLER)
    page.goto(order.replace("/o/hongyuan/", "/o/northwind/"))
    for step in ("process", "acknowledge", "invoice"):
        page.locator(f"main a[href$='/record/{step}']").click()
        page.get_by_label("Reference").fill(f"REF-{step}")
        page.locator("main form button[type=submit]").click()
    expect(page.locator(".steps-line .is-done")).to_have_count(4)
    page.goto("/o/northwind/codes/")
    expect(page.get_by_text("403")).to_be_visible()


def _take_in_and_deliver(visit: Visit, order: str, tmp_path: Path) -> None:
    """A provider's list is looked at, taken in, and both lines are delivered."""
    page = visit.signed_in(OPERATOR)
    listed = tmp_path / "list.csv"
    listed.write_text(
        "Voucher code,Expires\nAB12CD34EF56GH78,2026-12-01\nab12 cd34 ef56 gh79,2026-12-01\n"
        "ＡＢ１２ＣＤ３４ＥＦ５６ＧＨ８０,2026-12-01\nAB12CD34EF56GH78,2026-12-01\n",
        "utf-8",
    )
    page.goto("/o/ops/stock/upload")
    _select(page, "#line", "Fundamentals")
    page.locator("#zone").fill("Asia/Taipei")
    page.locator("#file").set_input_files(listed)
    page.get_by_role("button", name="Look at the list").click()
    expect(page.locator(".facts").first).to_contain_text("3")
    page.get_by_label("Leave out the rows that cannot be taken in").check()
    page.get_by_role("button", name="Take in 3 codes").click()
    page.goto(order.replace("/o/hongyuan/", "/o/ops/"))
    for _line in range(2):
        page.locator("main a[href*='/deliver/']").first.click()
        page.get_by_role("button", name="Deliver for good").click()
    expect(page.get_by_text("Closed").first).to_be_visible()


def _give(page: Page, tmp_path: Path) -> str:
    """Reserve, then assign, with the rule stated on the button."""
    page.goto("/o/hongyuan/codes/reserve")
    _select(page, "#person", "王小明")
    _select(page, "#product", "Fundamentals")
    page.get_by_role("button", name="Reserve", exact=True).click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_contain_text("B-")
    number = heading.inner_text()
    page.get_by_role("link", name=re.compile("Assign")).click()
    page.get_by_role("button", name=re.compile(r"for good \(C2\)")).click()
    expect(page.get_by_role("link", name=re.compile("Call back"))).to_be_visible()
    assert violations(page) == []
    return number


def _mailed_link(page: Page) -> str:
    """The demo shows what would have been sent; the link in it opens."""
    page.goto("/o/hongyuan/messages/")
    page.get_by_role("row", name=re.compile(LEARNER)).get_by_role("link").first.click()
    letter = page.locator(".mail-text").inner_text()
    assert "AB12" not in letter
    return page.locator("#mail-link").get_attribute("href") or ""


def _claim(visit: Visit, link: str, tmp_path: Path) -> str:
    """On a phone: a password through the link, the terms, the code and its sheet."""
    page = visit.window(width=390)
    page.goto(link)
    page.locator("#password").fill(NEW_PASSWORD)
    page.get_by_role("button", name="Set the password and claim the code").click()
    page.get_by_label("I have read the terms and accept them.").check()
    page.get_by_role("button", name="Accept").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Voucher sheet (PDF)").click()
    sheet = " ".join(each.extract_text() for each in PdfReader(waiting.value.path()).pages)
    assert NAME in sheet
    page.get_by_role("button", name="Show my code").click()
    text = page.locator("#code").get_attribute("data-text") or ""
    assert text in sheet.replace("-", "").replace(" ", "")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return text


def _redeem(visit: Visit, text: str, clock: StillClock) -> None:
    """The desk reads the code however it is typed, registers, and records the exam."""
    page = visit.signed_in(DESK)
    page.goto("/o/ops/desk/")
    page.locator("#code").fill(f" {text[:4].lower()}-{text[4:]} ")
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_text(NAME)).to_be_visible()
    page.get_by_role("link", name=re.compile("Register")).click()
    page.locator("#exam_number").select_option("AZ-900")
    page.locator("#site").fill("臺北考場 12")
    page.locator("#starts_at").fill("2026-03-02T20:00")
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_text("Registered").first).to_be_visible()
    clock.move(hours=11)
    page.reload()
    page.get_by_role("link", name="Record what happened").click()
    page.locator("#outcome").select_option(value="used")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_text("Used").first).to_be_visible()
    page.goto("/o/ops/desk/")
    page.locator("#code").fill(text)
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("link", name="Register for an exam")).to_have_count(0)


def _take_lists_away(page: Page, number: str, tmp_path: Path) -> None:
    """The lists as Excel and PDF: the name whole and no formula, the code masked."""
    page.goto("/o/hongyuan/codes/?state=used")
    expect(page.get_by_text("王小明").first).to_be_visible()
    sheet = load_workbook(BytesIO(download(page, "Excel", tmp_path))).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert NAME in [cell.value for cell in cells]
    assert number in [cell.value for cell in cells]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    paper = PdfReader(BytesIO(download(page, "PDF", tmp_path)))
    words = " ".join(each.extract_text() for each in paper.pages)
    assert "王小明" in words
    assert "AB12CD34" not in words
    assert violations(page) == []
