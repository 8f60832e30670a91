"""A real browser: an MCID goes to another organisation, is pending, and counts there (F15)."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from tests.browser.conftest import Look, Visit
from tests.browser.scene import Scene, fill, submit
from tests.support.clock import StillClock
from tests.support.mail import open_postbox, text_of
from tests.support.making import EVERY_ROLE, make_member, making
from tests.support.making_certifications import make_certification, make_held
from tests.support.making_competencies import make_passed
from tests.support.making_links import LIN, lin_at, make_lin, running
from tests.support.making_skills_reports import report_csv
from tests.support.words import Words
from vlms.accounts.queries import find_organisation
from vlms.catalog.models import CertificationKind
from vlms.core.permissions import Role
from vlms.notices import smtp
from vlms.notices.delivery import Post, deliver_due
from vlms.partners.models.links import Association, EndReason

MCID, HOME = "990123456", "/my/links/"
PAT, FAY = "pat@contoso.example", "fay@fabrikam.example"
# Noon in the organisations' zone; 30 days later, and two days after that.
START = datetime(2026, 7, 1, 4, tzinfo=UTC)
SWAPPED = datetime(2026, 7, 31, 4, tzinfo=UTC)
REPORTED = datetime(2026, 8, 2, 4, tzinfo=UTC)
FIRST_DAY, NEXT_DAY, VALID_UNTIL = date(2026, 7, 31), date(2026, 8, 30), date(2027, 6, 1)
TOO_SOON = (
    "%(count)s days must lie between two associations; the next one is possible on %(day)s, "
    "by version %(version)s of the terms."
)
PENDING = (
    "Pending: a skills report should show it by %(moment)s, within %(hours)s hours; "
    "a newly passed exam may take %(days)s days."
)
ROWS = ("%(number)s row is imported.", "%(number)s rows are imported.")
COUNT_NOW = ("%(number)s link counts now.", "%(number)s links count now.")
WOULD_COUNT = (
    "%(num)s link would count that is pending or overdue.",
    "%(num)s links would count that are pending or overdue.",
)
PLAYS = (
    ("sqlite", Look("en", 1280)),
    ("postgresql", Look("zh-TW", 390, "dark")),
    ("postgresql", Look("en", 390, has_script=False)),
    ("sqlite", Look("zh-TW", 1280, has_script=False)),
)


@pytest.fixture(autouse=True)
def people(app: Flask, clock: StillClock) -> None:
    """Lin is in two directories, and holds a certification at one and an exam at the other."""
    clock.set(START)
    make_lin(clock(), "contoso", "fabrikam", mcid=MCID)
    with making(clock()) as work:
        for slug, email in (("contoso", PAT), ("fabrikam", FAY)):
            place = find_organisation(work.session, slug)
            assert place is not None
            make_member(work, place, Role.PARTNER_ADMINISTRATOR, email)
        made = make_certification(work, "azure-admin", CertificationKind.ASSOCIATE, "AZ-104")
        here, there = lin_at(work, "contoso"), lin_at(work, "fabrikam")
        work.actor = EVERY_ROLE
        make_held(work, here, made, date(2026, 6, 1))
        make_passed(work, there, "AZ-104")


@pytest.mark.parametrize(("app", "look"), PLAYS, indirect=["app"], ids=str)
def test_an_mcid_moves_and_counts_where_it_went(
    app: Flask, visit: Visit, clock: StillClock, tmp_path: Path, look: Look
) -> None:
    scene = Scene(visit, look, Words(look.language), tmp_path)
    _link_to_the_first(scene, scene.enter(LIN), clock)
    assert _mailed(clock) == {(PAT, "Lin linked an MCID to Contoso")}
    clock.set(SWAPPED)
    page = scene.enter(LIN)
    _see_what_it_does(scene, page, clock)
    _swap(scene, page, clock)
    assert _mailed(clock) == {
        (PAT, "The link of Lin with Contoso has ended"),
        (FAY, "Lin linked an MCID to Fabrikam"),
    }
    clock.set(REPORTED)
    admin = scene.enter(FAY)
    # A report of a month before the link began shows nothing of it (K2).
    _import(scene, admin, "2026-06", 0)
    _is_pending(scene, scene.enter(LIN))
    _import(scene, admin, "2026-07", 1)
    _is_counted(scene, scene.enter(LIN))
    _has_the_export(scene, admin)
    _is_gone(scene, scene.enter(PAT))


def _link_to_the_first(scene: Scene, page: Page, clock: StillClock) -> None:
    """2: the first link; the other organisation waits for its day, which stands there."""
    page.goto(HOME)
    page.locator("a[href$='/link']").filter(has_text="Contoso").click()
    submit(page)
    expect(page.locator(".alert-success")).to_be_visible()
    scene.check(page)
    waiting = page.locator("main button[disabled]")
    expect(waiting).to_have_text(scene.say("Link to %(name)s", name="Fabrikam"))
    why = page.locator(f"#{waiting.get_attribute('aria-describedby')}")
    day = scene.day(FIRST_DAY)
    expect(why).to_contain_text(scene.say(TOO_SOON, count=30, day=day, version="1"))
    with making(clock()) as work:
        assert running(work) == ["contoso"]


def _see_what_it_does(scene: Scene, page: Page, clock: StillClock) -> None:
    """3: what the old one loses, how many links are left, and the next day; nothing is done."""
    page.goto(HOME)
    page.locator("a[href$='/link']").filter(has_text="Fabrikam").click()
    scene.check(page)
    ends = "The link with %(name)s ends by it, and its administrators are told."
    effects = page.locator(".consequences li")
    expect(effects.first).to_contain_text(scene.say(ends, name="Contoso"))
    only_one = scene.say("Your MCID is linked to one organisation at a time.")
    expect(effects.nth(1)).to_contain_text(only_one)
    main = page.locator("main")
    heading = main.get_by_role("heading", name=scene.say("What %(name)s loses", name="Contoso"))
    expect(heading).to_be_visible()
    valid = scene.say("valid until %(day)s", day=scene.day(VALID_UNTIL))
    name = "Azure-Admin" if scene.look.language == "en" else "認證 azure-admin"
    expect(heading.locator("xpath=following-sibling::ul[1]/li")).to_have_text([f"{name} {valid}"])
    zone = "Taipei time" if scene.look.language == "en" else "臺北時間"
    next_day = scene.say("%(day)s (%(zone)s)", day=scene.day(NEXT_DAY), zone=zone)
    _fact_says(scene, page, "Linked now", "Contoso")
    _fact_says(scene, page, "Associations left after this one", "1")
    _fact_says(scene, page, "Next association possible from", next_day)
    with making(clock()) as work:
        assert running(work) == ["contoso"]


def _fact_says(scene: Scene, page: Page, name: str, text: str) -> None:
    exactly = page.locator(f"dt:text-is('{scene.say(name)}') + dd")
    expect(exactly).to_have_text(text)


def _swap(scene: Scene, page: Page, clock: StillClock) -> None:
    """4: the old link ends in the same act, at the same instant."""
    submit(page)
    expect(page.locator(".alert-success")).to_be_visible()
    with making(clock()) as work:
        old, new = work.session.query(Association).order_by(Association.started_at)
        assert (old.organisation.slug, old.end_reason) == ("contoso", EndReason.SWAPPED)
        assert (new.organisation.slug, new.ended_at) == ("fabrikam", None)
        assert old.ended_at == new.started_at == SWAPPED
    _is_pending(scene, page)
    row = page.locator("#history-title >> xpath=../..").locator("tbody tr", has_text="Contoso")
    expect(scene.cell(row, "State")).to_have_text(scene.say("Linked to another organisation"))
    expect(scene.cell(row, "Linked until")).to_contain_text(f"{scene.day(FIRST_DAY)} 12:00")


def _mailed(clock: StillClock) -> set[tuple[str, str]]:
    """What a real server is sent about links, to whom; each tells of Lin's MCID."""
    with open_postbox() as (postbox, port):
        server = smtp.MailServer("127.0.0.1", port, tls=False)
        post = Post(server, "vlms@operator.example", "https://vlms.example")
        sent = deliver_due(post, lambda: making(clock())).sent_count
        mails = [one for one in postbox.mails if MCID in text_of(one)]
        assert sent == len(postbox.mails)
    return {(one["To"].addresses[0].addr_spec, str(one["Subject"])) for one in mails}


def _is_pending(scene: Scene, page: Page) -> None:
    """5: pending, with the moment until when: an exam of lately makes it no later than 72 hours."""
    page.goto(HOME)
    scene.check(page)
    zone = " (UTC)" if scene.look.language == "en" else "（UTC）"
    moment = f"{scene.day(date(2026, 8, 3))} 04:00{zone}"
    told = scene.say(PENDING, moment=moment, hours=72, days=10)
    card = page.locator("main .card").first
    expect(card).to_contain_text("Fabrikam")
    expect(card.locator(".badge").first).to_have_text(scene.say("Pending"))
    expect(card).to_contain_text(told)


def _import(scene: Scene, page: Page, month: str, count: int) -> None:
    """5: the partner administrator looks at the month's report, then imports it."""
    file = scene.folder / f"{month}.csv"
    row = {"mcid": MCID, "mail": "lin@fabrikam.example", "id": "AZ-104", "month": month}
    file.write_bytes(report_csv({**row, "done": "6/1/2026"}))
    page.goto("/o/fabrikam/monthly-reports/import")
    page.locator("#file").set_input_files(file)
    fill(page, "month", month)
    submit(page)
    would = scene.say.counted(*WOULD_COUNT, count)
    expect(page.locator("main li", has_text=would)).to_have_count(1)
    scene.check(page)
    submit(page)
    done = scene.say.counted(*ROWS, 1)
    if count:
        links = scene.say.counted(*COUNT_NOW, count)
        done = scene.say("%(rows)s %(links)s", rows=done, links=links)
    expect(page.locator(".alert-success .toast-words")).to_have_text(done)


def _is_counted(scene: Scene, page: Page) -> None:
    page.goto(HOME)
    scene.check(page)
    card = page.locator("main .card").first
    expect(card.locator(".badge").first).to_have_text(scene.say("Counted"))
    expect(card).to_contain_text(scene.say("Counted: a skills report has shown it."))


def _has_the_export(scene: Scene, page: Page) -> None:
    """6: the skills report as a page and as a file in its published layout."""
    page.goto("/o/fabrikam/skills/")
    scene.check(page)
    row = page.locator("main tbody tr", has_text="AZ-104")
    expect(row).to_contain_text(MCID)
    expect(row).to_contain_text(scene.say("Counted"))
    found = list(csv.DictReader(io.StringIO(scene.download(page, "CSV").decode("utf-8-sig"))))
    told = [(one["MCPID"], one["TrainingActivityId"], one["CorpEmail"]) for one in found]
    assert told == [(MCID, "AZ-104", "lin@fabrikam.example")]
    assert [one["Associated in PC"] for one in found] == ["Yes"]


def _is_gone(scene: Scene, page: Page) -> None:
    """The former organisation has the link among those that ended, and none that runs."""
    for tab, count in (("pending", 0), ("counted", 0), ("ended", 1)):
        page.goto(f"/o/contoso/links/?tab={tab}")
        expect(page.locator(f"a[href$='tab={tab}'][aria-current=page]")).to_have_count(1)
        cells = page.locator(f'td[data-label="{scene.say("MCID")}"]', has_text=MCID)
        expect(cells).to_have_count(count)
    scene.check(page)
