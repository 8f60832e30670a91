"""March of a reseller: 1,200 lines, 37 planted differences, from the upload to the closed month.

The publisher's file is the reseller's own statement with differences planted in it, so that a
line that nothing was done to must match, and nothing else may be found.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Page
from pypdf import PdfReader
from sqlalchemy import func, select

from tests.browser.conftest import Look, Visit
from tests.browser.scene import Scene, fill, submit
from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.making_agreements import make_agreement, make_contact
from tests.support.making_catalog import make_price
from tests.support.making_orders import RESELLER_EMAIL, Shop, make_shop, wish
from tests.support.office import recalculated
from tests.support.planting import PLANTED, planted
from tests.support.words import Words
from vlms.accounts.models import Organisation
from vlms.agreements.models import Agreement
from vlms.billing.service.taxes import load_sample_taxes
from vlms.codes.models import Code
from vlms.core.work import Work
from vlms.jobs.worker import run_due
from vlms.orders.models import Order
from vlms.orders.rules.order_clock import OrderStep
from vlms.orders.service import delivery, drafts, placing, steps
from vlms.reconciliation.jobs import RECONCILIATION_JOBS
from vlms.reconciliation.models.differences import Difference
from vlms.reconciliation.rules.differences import DifferenceClass

ORDERS, LINES = 60, 20
BASE = "/o/litware/"
MARCH = "first=2026-03-01&last=2026-03-31"
# Beside what stands in the file: charges of February that it names, and codes delivered short.
FOUND = Counter(PLANTED) + Counter({DifferenceClass.PERIOD: 3, DifferenceClass.SHORT_DELIVERY: 1})
PLAYS = (
    ("sqlite", Look("en", 1280, "light")),
    ("postgresql", Look("zh-TW", 390, "dark")),
)


@pytest.fixture
def shop(app: Flask, clock: StillClock) -> Shop:
    """A reseller with two customers, of which one orders in Taiwan dollars; three of February."""
    with making(clock()) as work:
        made = make_shop(work, last_day=datetime(2026, 12, 31, tzinfo=UTC).date())
        taiwan = make_organisation(work, "fareast", name="遠東科技股份有限公司", country="TW")
        second = _taiwanese(work, made, taiwan)
        load_sample_taxes(work)
    clock.set(datetime(2026, 2, 20, 9, tzinfo=UTC))
    _place(made, clock, made.agreement, [5, 6, 7])
    clock.set(datetime(2026, 3, 2, 9, tzinfo=UTC))
    for number in range(ORDERS):
        agreement = second if number % 10 == 0 else made.agreement
        order = _place(made, clock, agreement, [1 + (number + place) % 9 for place in range(LINES)])
        clock.move(hours=11)
        if number == 1:
            _deliver_short(made, clock, order)
    clock.set(datetime(2026, 4, 1, 9, tzinfo=UTC))
    return made


def _taiwanese(work: Work, shop: Shop, customer: Organisation) -> Agreement:
    agreement = make_agreement(
        work,
        customer,
        "A-2",
        reseller=shop.reseller,
        country="TW",
        time_zone="Asia/Taipei",
        currency="TWD",
        last_day=shop.agreement.last_day,
    )
    make_contact(work, agreement)
    make_price(work, shop.product, "3600", "TWD")
    return agreement


def _place(shop: Shop, clock: StillClock, agreement: Agreement, quantities: list[int]) -> Order:
    with making(clock()) as work:
        order = drafts.create_draft(work, agreement.id)
        wishes = tuple(wish(shop.product, quantity) for quantity in quantities)
        order = drafts.edit_draft(work, order.id, order.version, drafts.DraftFacts(wishes))
        return placing.place(work, order.id)


def _deliver_short(shop: Shop, clock: StillClock, order: Order) -> None:
    """All lines but the second in full, that one short by a unit."""
    with making(clock()) as work:
        for step in (OrderStep.PROCESS, OrderStep.ACKNOWLEDGE, OrderStep.INVOICE):
            order = steps.record_step(work, order.id, step, work.now, f"R-{step.value}")
        for line in list(order.lines):
            short = 1 if line.position == 2 else 0
            note = "the rest comes later" if short else None
            delivery.deliver(work, order.id, line.id, line.quantity - short, note)


@pytest.mark.parametrize(("app", "look"), PLAYS, indirect=["app"], ids=str)
def test_a_month_of_1200_lines_is_reconciled_and_closed(
    app: Flask, clock: StillClock, shop: Shop, visit: Visit, look: Look, tmp_path: Path
) -> None:
    scene = Scene(visit, look, Words(look.language), tmp_path)
    page = scene.enter(RESELLER_EMAIL)
    publisher = planted(_statement_file(scene, page), _of_february(clock))
    _take_in(scene, page, publisher)
    _match(scene, page, clock)
    assert _found(clock) == FOUND
    _decide(scene, page)
    _close(scene, page)
    _check_workbook(scene, page, _code_count(clock))


def _statement_file(scene: Scene, page: Page) -> bytes:
    page.goto(f"{BASE}statements/?{MARCH}")
    scene.check(page)
    with page.expect_download() as waiting:
        page.locator("summary", has_text=scene.say("Download")).first.click()
        page.locator("a[href*='new-commerce.csv']").click()
    file = scene.folder / "new-commerce.csv"
    waiting.value.save_as(file)
    body = file.read_bytes()
    assert len(_rows(body)) == ORDERS * LINES
    return body


def _rows(body: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def _of_february(clock: StillClock) -> list[dict[str, str]]:
    """Rows of the file for what was ordered, and charged here, in February."""
    with making(clock()) as work:
        (order,) = work.session.scalars(
            select(Order).where(Order.placed_at < datetime(2026, 3, 1, tzinfo=UTC))
        )
        return [
            {
                "OrderId": order.number,
                "SubscriptionId": f"{order.number}/{line.position}",
                "ProductId": line.product.key,
                "ChargeType": line.charge_type.value,
                "UnitPrice": str(line.unit_price),
                "Quantity": str(line.quantity),
                "Subtotal": str(Decimal(line.amount_minor or 0) / 100),
                "TaxTotal": "0.00",
                "Total": str(Decimal(line.amount_minor or 0) / 100),
                "Currency": "USD",
                "ChargeStartDate": str(line.charge_start),
                "ChargeEndDate": str(line.charge_end),
            }
            for line in order.lines
        ]


def _take_in(scene: Scene, page: Page, publisher: bytes) -> None:
    file = scene.folder / "march.csv"
    file.write_bytes(publisher)
    page.goto(f"{BASE}reconciliation/")
    scene.check(page)
    page.goto(f"{BASE}reconciliation/files/upload")
    fill(page, "month", "2026-03")
    page.locator("#file").set_input_files(file)
    submit(page)
    scene.check(page)
    submit(page)
    scene.check(page)


def _match(scene: Scene, page: Page, clock: StillClock) -> None:
    """So many lines are matched by the worker; the month's page tells when it is done."""
    page.goto(f"{BASE}reconciliation/")
    page.get_by_role("link", name="2026-03").first.click()
    scene.check(page)
    page.locator("form[action$='/match'] button").click()
    page.wait_for_load_state()
    scene.check(page)
    assert _found(clock) == Counter()
    run_due(RECONCILIATION_JOBS, clock, Event())
    page.reload()
    scene.check(page)


def _found(clock: StillClock) -> Counter[DifferenceClass]:
    with making(clock()) as work:
        return Counter(work.session.scalars(select(Difference.kind)))


def _decide(scene: Scene, page: Page) -> None:
    """One is disputed on its own page, roundings are written off, the others accepted."""
    queue = page.url
    page.goto(f"{queue}?kind=proration")
    page.locator("table tbody a[href*='/differences/']").first.click()
    scene.check(page)
    assert "365" in page.locator(".alert").first.inner_text()
    page.locator("#note").fill("They count days. / 他們按天數計算。")
    page.locator("form[action*='note'] button[type=submit]").click()
    page.locator("#state").select_option("disputed")
    fill(page, "reason", "Months count (P1). / 應按月數計（P1）。")
    fill(page, "reference", "D-4711")
    page.locator("form:has(#state) button[type=submit]").click()
    _together(scene, page, f"{queue}?kind=rounding", "written_off")
    _together(scene, page, f"{queue}?state=open", "accepted")


def _together(scene: Scene, page: Page, queue: str, act: str) -> None:
    page.goto(queue)
    page.locator("input[name=which][value=all]").check()
    page.locator(f"button[name=act][value={act}]").click()
    page.wait_for_load_state()
    scene.check(page)
    fill(page, "reason", "Looked at. / 已檢視。")
    submit(page)
    page.wait_for_load_state()


def _close(scene: Scene, page: Page) -> None:
    page.goto(f"{BASE}reconciliation/")
    page.get_by_role("link", name="2026-03").first.click()
    page.locator("a[href$='/close']").click()
    scene.check(page)
    submit(page)
    page.wait_for_load_state()
    scene.check(page)
    with page.expect_download() as waiting:
        page.locator("a[href*='/papers/1.pdf']").click()
    paper = scene.folder / "signed.pdf"
    waiting.value.save_as(paper)
    text = "".join(sheet.extract_text() for sheet in PdfReader(paper).pages)
    assert "2026-03" in text
    assert "D-4711" in "".join(text.split())


def _code_count(clock: StillClock) -> int:
    with making(clock()) as work:
        return work.session.scalar(select(func.count(Code.id))) or 0


def _check_workbook(scene: Scene, page: Page, code_count: int) -> None:
    """Totals are formulas; LibreOffice reckons from them what the page says, and the codes."""
    page.goto(f"{BASE}statements/?{MARCH}")
    told = _numbers(page.locator("table").first.inner_text())
    book = scene.download(page, "Excel")
    formulas, after = load_workbook(io.BytesIO(book)), recalculated(book, scene.folder)
    reckoned = [
        Decimal(str(after[sheet.title][cell.coordinate].value))
        for sheet in formulas
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert reckoned
    assert {round(value, 2) for value in reckoned} <= told | {Decimal(code_count)}


def _numbers(text: str) -> set[Decimal]:
    return {
        Decimal(found.replace(",", "")) for found in re.findall(r"[0-9][0-9,]*(?:[.][0-9]+)?", text)
    }
