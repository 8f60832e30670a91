"""A university with two schools, a pack of 500 and 30 benefit vouchers, one term, in a browser.

Its licensing admin orders the pack and shares it out; two coordinators schedule, are refused
what their quota does not hold, use benefits and certify a class; a teacher delivers. It is
played in both languages, on a desk and a phone, in light and dark, and without scripts.
"""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.conftest import Look, Visit
from tests.browser.scene import Scene, fill, select, submit, work_off
from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_academy import make_school, make_school_member
from tests.support.making_codes import make_agreement, make_contact
from tests.support.words import Words
from vlms.academy.queries.use import UseFilter, count_all
from vlms.accounts.models import OrganisationKind
from vlms.catalog.service.load import load_catalogue
from vlms.catalog.service.price_import import import_prices
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.demo.cast import SCHOOLS, Cast
from vlms.demo.roster import TEACHER, roster_zip, term_title
from vlms.exports.reading import read_rows
from vlms.resources import PACKAGE

ADMIN, OPERATOR = "admin@university.example", "olive@ops.example"
ENGINEERING, MANAGEMENT = "eng@university.example", "mgmt@university.example"
BASE = "/o/university/"
PLAYS = (
    ("sqlite", Look("en", 1280, "light")),
    ("postgresql", Look("zh-TW", 390, "dark")),
    ("sqlite", Look("en", 390, "dark", has_script=False)),
)


@pytest.fixture
def stage(app: Flask, clock: StillClock) -> UUID:
    """A catalogue with prices, an operator, and a university with two schools and its people."""
    with making(clock()) as work:
        load_catalogue(work)
    with (PACKAGE / "catalog" / "data" / "sample-prices.csv").open("rb") as file:
        sheet = read_rows(file, "sample-prices.csv")
    with making(clock()) as work:
        import_prices(work, sheet, "Sample", is_sample=True)
        ops = make_organisation(work, "ops", OrganisationKind.OPERATOR)
        make_member(work, ops, Role.OPERATOR, OPERATOR)
        place = make_organisation(
            work,
            "university",
            OrganisationKind.ACADEMIC,
            name="示範科技大學",
            country="TW",
            time_zone="Asia/Taipei",
            language=Language.TRADITIONAL_CHINESE,
        )
        make_member(work, place, Role.LICENSING_ADMIN, ADMIN)
        agreement = make_agreement(work, place, programme="EES", currency="TWD")
        make_contact(work, agreement, ADMIN)
        engineering, management = (make_school(work, agreement, name) for name in SCHOOLS)
        make_school_member(work, engineering, Role.SCHOOL_COORDINATOR, ENGINEERING)
        make_school_member(work, management, Role.SCHOOL_COORDINATOR, MANAGEMENT)
        make_school_member(work, engineering, Role.TEACHER, TEACHER)
        return place.id


@pytest.mark.parametrize(("app", "look"), PLAYS, indirect=["app"], ids=str)
def test_a_university_uses_its_pack_for_a_term(
    app: Flask, clock: StillClock, stage: UUID, visit: Visit, look: Look, tmp_path: Path
) -> None:
    scene = Scene(visit, look, Words(look.language), tmp_path)
    cast = Cast(clock().date())
    admin = scene.enter(ADMIN)
    _process(scene, _order(scene, admin))
    pack = _find_pack(scene, admin)
    _open_gate(scene, admin)
    _import_roster(scene, admin, cast)
    for school, count in zip(SCHOOLS, ("10", "100"), strict=True):
        _give(scene, admin, pack, school, term_title(cast, "t1"), count)
    sitting = _schedule(scene)
    clock.move(hours=17)
    _deliver(scene, sitting)
    _use_and_certify(scene, scene.enter(ADMIN))
    work_off(app, clock)
    _report(scene)
    with making(clock()) as work:
        counts = count_all(work.session, UseFilter())
    assert (counts.delivered, counts.no_shows, counts.passed) == (7, 1, 6)


def _order(scene: Scene, page: Page) -> str:
    """One pack of 500 for twelve months."""
    page.goto(f"{BASE}orders/new")
    submit(page)
    select(page, "#lines-0-product", "MOS/MTA/MCE")
    page.locator("#lines-0-quantity").fill("1")
    if not scene.look.has_script:
        page.locator("button[name=intent][value=recalculate]:visible").click()
    place = page.locator("#quote").locator("button[name=intent][value=place]:enabled")
    expect(place).to_be_visible()
    place.click()
    scene.check(page)
    submit(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("O-2026-")
    return page.url


def _process(scene: Scene, order: str) -> None:
    """Processing opens the pack and brings the benefits (O4, A3)."""
    page = scene.enter(OPERATOR)
    page.goto(order.replace(BASE, "/o/ops/"))
    page.locator("main a[href$='/record/process']").click()
    fill(page, "reference", "REF-1")
    submit(page)


def _find_pack(scene: Scene, page: Page) -> str:
    """Opened at once: 500 and 30; its message has left."""
    page.goto(f"{BASE}packs/")
    expect(page.get_by_text("IA-000001").first).to_be_visible()
    page.get_by_role("link", name="SP-000001").first.click()
    expect(page.locator("main")).to_contain_text("500")
    scene.check(page)
    address = page.url
    page.goto(f"{BASE}messages/")
    expect(page.locator("main table")).to_contain_text(ADMIN)
    return address


def _open_gate(scene: Scene, page: Page) -> None:
    """The number of the center, and each requirement ticked (A1)."""
    page.goto(f"{BASE}sites/new")
    fill(page, "name", "資訊大樓 201")
    fill(page, "center_number", "90012345")
    fill(page, "valid_from", "2026-01-01")
    fill(page, "valid_to", "2026-12-31")
    submit(page)
    if not page.url.endswith("/check"):
        page.locator("main a[href$='/check']").first.click()
    scene.check(page)
    for box in page.locator("input[name=ticked]").all():
        box.check()
    submit(page)
    expect(page.locator("main")).to_contain_text("資訊大樓 201")
    scene.check(page)


def _import_roster(scene: Scene, page: Page, cast: Cast) -> None:
    file = scene.folder / "roster.zip"
    file.write_bytes(roster_zip(cast).getvalue())
    page.goto(f"{BASE}schools/import")
    page.locator("#agreement").select_option(index=0)
    page.locator("#file").set_input_files(file)
    submit(page)
    scene.check(page)
    submit(page)
    page.goto(f"{BASE}schools/")
    expect(page.get_by_text("企管一甲").first).to_be_visible()


def _give(scene: Scene, page: Page, pack: str, school: str, term: str, count: str) -> None:
    page.goto(f"{pack}/give")
    select(page, "#school", school)
    select(page, "#term", term)
    fill(page, "count", count)
    scene.check(page)
    submit(page)
    expect(page.locator("main")).to_contain_text(school)


def _schedule(scene: Scene) -> str:
    """Twelve are refused with the numbers, eight are reserved (A2)."""
    page = scene.enter(ENGINEERING)
    page.goto(f"{BASE}sittings/schedule")
    select(page, "#site", "資訊大樓 201")
    fill(page, "starts_at", "2026-03-03T10:00")
    select(page, "#quota", "SP-000001")
    select(page, "#exam_number", "MO-200")
    select(page, "#class_id", "資訊一甲")
    submit(page)
    refusal = page.locator(".error-summary")
    expect(refusal).to_contain_text("12")
    expect(refusal).to_contain_text("10")
    expect(refusal).to_contain_text("390")
    scene.check(page)
    select(page, "#class_id", "資訊二甲")
    submit(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("S-000001")
    address = page.url
    page.goto(f"{address}/candidates")
    for number, field in enumerate(page.locator("input[name^=legal_name-]").all()):
        field.fill(f"Ming Wang {'ABCDEFGH'[number]}")
    for number, field in enumerate(page.locator("input[name^=provider_account-]").all()):
        field.fill(f"account-{number}")
    scene.check(page)
    submit(page)
    return address


def _deliver(scene: Scene, sitting: str) -> None:
    """On the day the coordinator's list is the teacher's: seven come, one does not."""
    coordinator = scene.enter(ENGINEERING)
    coordinator.goto(f"{sitting}/staff")
    select(coordinator, "#proctor", "林志遠")
    submit(coordinator)
    page = scene.enter(TEACHER)
    page.goto(sitting)
    scene.check(page)
    paper = PdfReader(BytesIO(scene.save(page, scene.say("Session list (PDF)"))))
    assert "Ming Wang A" in " ".join(each.extract_text() for each in paper.pages)
    page.goto(sitting)
    seats = page.locator("input[name=seat]")
    expect(seats).to_have_count(8)
    for box in seats.all():
        box.check()
    seats.nth(7).uncheck()
    page.locator("button[name=act][value=start]").click()
    expect(page.locator("main ul.names li")).to_have_count(8)
    scene.check(page)
    submit(page)
    expect(page.locator("input[name=seat]")).to_have_count(1)
    page.locator("input[name=seat]").check()
    page.locator("button[name=act][value=no_show]").click()
    submit(page)
    expect(page.locator("input[name=seat]")).to_have_count(0)
    page.goto(f"{sitting}/results")
    results = page.locator("select[name^=has_passed-]")
    for number, field in enumerate(results.all()):
        field.select_option("failed" if number == 6 else "passed")
    scene.check(page)
    submit(page)
    expect(page.locator("main")).to_contain_text(scene.say("Passed"))


def _use_and_certify(scene: Scene, admin: Page) -> None:
    """A benefit for somebody of faculty; certificates for a class as one PDF (A3)."""
    admin.goto(f"{BASE}courses/new")
    for field, value in {
        "code": "OA101",
        "title_zh": "商用軟體應用",
        "title_en": "Office Applications",
        "hours": "36",
    }.items():
        fill(admin, field, value)
    submit(admin)
    page = scene.enter(MANAGEMENT)
    page.goto(f"{BASE}imagine-academy/")
    page.get_by_role("link", name="IA-000001").first.click()
    scene.check(page)
    page.goto(f"{page.url.split('?')[0]}/take")
    fill(page, "benefit", "moac")
    fill(page, "person", "hsu@university.example")
    submit(page)
    expect(page.locator(".error-summary")).to_have_count(0)
    page.goto(f"{BASE}certificates/issue")
    select(page, "#course", "OA101")
    select(page, "#school", SCHOOLS[1])
    select(page, "#school_class", "企管一甲")
    fill(page, "completed_on", "2026-03-03")
    scene.check(page)
    submit(page)
    expect(page.locator("main")).to_contain_text("C-2026-000001")
    page.goto(f"{BASE}certificates/")
    with page.expect_download() as waiting:
        page.locator("a[href*='papers.pdf']").first.click()
    papers = PdfReader(waiting.value.path()).pages
    assert len(papers) == 12
    assert "商用軟體應用" in papers[0].extract_text()


def _report(scene: Scene) -> None:
    """The term's figures are those of what was played, on the page and on paper."""
    page = scene.enter(ADMIN)
    page.goto(f"{BASE}reports/term")
    row = page.locator("main table").first.locator(".totals td")
    figures = [re.sub(r"\D", "", text) for text in row.all_inner_texts()]
    # Enrolled, candidates, delivered, no-shows, with result, passed.
    assert [figure for figure in figures if figure][:6] == ["40", "8", "7", "1", "7", "6"]
    scene.check(page)
    paper = PdfReader(BytesIO(scene.download(page, "PDF")))
    assert SCHOOLS[0] in " ".join(each.extract_text() for each in paper.pages)
    page.goto(f"{BASE}reports/lapsing")
    scene.check(page)
