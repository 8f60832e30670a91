"""Five hundred people get their codes: 480 good rows, 12 bad, 5 double, 3 already holding one.

From the uploaded list to the result workbook, read back by openpyxl and LibreOffice; then a
learner claims by the link in the mail.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from tests.browser.conftest import Look, Visit
from tests.browser.scene import Scene, submit
from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_handouts import Giver, holder_counts, mail_count, make_giver
from tests.support.office import recalculated
from tests.support.words import Words
from vlms.accounts.models import Organisation
from vlms.codes.models import Code
from vlms.codes.service.reserving import reserve
from vlms.core.permissions import Role

ADMIN, PASSWORD = "admin@contoso.example", "a password of my own"
GOOD, BAD, DOUBLE, HOLDING = 480, 12, 5, 3
BASE = "/o/contoso/handouts/"
PLAYS = (
    ("sqlite", Look("en", 1280, "light")),
    ("postgresql", Look("zh-TW", 390, "dark")),
)


@pytest.fixture
def giver(app: Flask, clock: StillClock) -> Giver:
    """The people, codes enough, and three who hold one already."""
    clock.set(datetime(2026, 3, 2, 9, tzinfo=UTC))
    names = [f"p{place:03}" for place in range(GOOD + HOLDING)]
    made = make_giver(clock(), names, GOOD + HOLDING + 17, delay_minutes=0)
    with making(clock()) as work:
        contoso = work.session.get_one(Organisation, made.organisation_id)
        make_member(work, contoso, Role.LICENSING_ADMIN, ADMIN)
        for name in names[GOOD:]:
            reserve(work, made.people[name], made.product_id)
    return made


def the_list(names: list[str]) -> bytes:
    """A workbook as a personnel office keeps it; what is wrong stands among the rest."""
    rows = [(name.title(), f"{name}@contoso.example") for name in names]
    for place in range(DOUBLE):
        rows.insert(90 * (place + 1), rows[place])
    for place in range(BAD):
        bad = "no address" if place % 2 else f"stranger{place}@elsewhere.example"
        rows.insert(37 * (place + 1), (f"=cmd|'{place}'", bad))
    book = Workbook()
    assert book.active is not None
    book.active.append(("姓名", "電子郵件"))
    for row in rows:
        book.active.append(row)
        book.active.cell(book.active.max_row, 1).data_type = "s"
    out = io.BytesIO()
    book.save(out)
    assert len(rows) == GOOD + BAD + DOUBLE + HOLDING == 500
    return out.getvalue()


@pytest.mark.parametrize(("app", "look"), PLAYS, indirect=["app"], ids=str)
def test_500_people_get_their_codes(
    app: Flask, clock: StillClock, giver: Giver, visit: Visit, look: Look, tmp_path: Path
) -> None:
    scene = Scene(visit, look, Words(look.language), tmp_path)
    page = scene.enter(ADMIN)
    _upload(scene, page, the_list(list(giver.people)), giver)
    _review(scene, page)
    _give(scene, page)
    assert (mail_count(), Counter(holder_counts())) == (GOOD, Counter({1: GOOD + HOLDING}))
    _check_files(scene, page)
    _claim(scene, _mailed_link(page, "p007@contoso.example"))
    with making(clock()) as work:
        claimed = select(func.count(Code.id)).where(Code.claimed_at.is_not(None))
        assert work.session.scalar(claimed) == 1


def _upload(scene: Scene, page: Page, body: bytes, giver: Giver) -> None:
    file = scene.folder / "people.xlsx"
    file.write_bytes(body)
    page.goto(BASE)
    scene.check(page)
    page.locator(f"main a[href='{BASE}new']").first.click()
    page.locator(f"input[name=products][value='{giver.product_id}']").check()
    page.locator("#file").set_input_files(file)
    scene.check(page)
    submit(page)


def _review(scene: Scene, page: Page) -> None:
    """The check: what stands against whom, the stock, and the letter as it will arrive."""
    page.wait_for_url(re.compile(rf"{BASE}[0-9a-f-]+$"))
    scene.check(page)
    counts = {
        standing: page.locator(f"main a[href*='standing={standing}'] .badge").inner_text()
        for standing in ("good", "wrong", "unknown", "double", "holds")
    }
    found = {standing: int(count) for standing, count in counts.items()}
    assert found == {"good": GOOD, "wrong": 6, "unknown": 6, "double": DOUBLE, "holds": HOLDING}
    review = page.url
    page.locator("main a[href*='standing=wrong']").click()
    expect(page.locator("main tbody tr")).to_have_count(6)
    scene.check(page)
    page.locator("main a[href$='/letter']").click()
    expect(page.locator("main .mail-text")).to_contain_text("/claim/")
    scene.check(page)
    page.goto(review)


def _give(scene: Scene, page: Page) -> None:
    page.locator("main a[href$='/give']").first.click()
    expect(page.locator("main a.rule, main button").filter(has_text="C2").first).to_be_visible()
    scene.check(page)
    submit(page)
    page.wait_for_url(re.compile(r"/result$"))
    told = page.locator("main .alert-warning[role=status]").first.inner_text()
    skipped, failed = DOUBLE + HOLDING, BAD
    assert [int(number) for number in re.findall(r"\d+", told)][:3] == [GOOD, skipped, failed]
    scene.check(page)


def _check_files(scene: Scene, page: Page) -> None:
    """The result, and the workbook with row ids, as Excel and LibreOffice read them."""
    for link, result_column in (("results.xlsx", 7), ("/workbook.xlsx", 12)):
        with page.expect_download() as waiting:
            page.locator(f"main a[href*='{link}']").click()
        file = scene.folder / f"read-{result_column}.xlsx"
        waiting.value.save_as(file)
        body = file.read_bytes()
        for book in (load_workbook(io.BytesIO(body)), recalculated(body, scene.folder)):
            sheet = book.worksheets[0]
            found = [row[result_column - 1].value for row in sheet.iter_rows(min_row=2)]
            assert sorted(Counter(found).values()) == [DOUBLE + HOLDING, BAD, GOOD]
            names = [str(row[1 if result_column == 7 else 4].value) for row in sheet.iter_rows()]
            assert sum(name.startswith("=cmd|") for name in names) == BAD
            assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def _mailed_link(page: Page, address: str) -> str:
    """The demo shows what would have been sent; the link in it opens."""
    page.goto(f"/o/contoso/messages/?q={address}")
    page.get_by_role("row", name=re.compile(address)).get_by_role("link").first.click()
    return page.locator("#mail-link").get_attribute("href") or ""


def _claim(scene: Scene, link: str) -> None:
    """A password through the link, the terms, then the code."""
    page = scene.visit.window(look=scene.look)
    scene.visit.choose_language(page, scene.look)
    page.goto(link)
    scene.check(page)
    page.locator("#password").fill(PASSWORD)
    submit(page)
    page.locator("#accepts").check()
    submit(page)
    page.get_by_role("button", name=scene.say("Show my code")).click()
    assert page.locator("#code").get_attribute("data-text")
    scene.check(page)
