"""Pages on which codes are taken out as a file, and a second admin decides (C8)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from threading import Event
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_disclosures import (
    ANN,
    AUD,
    BEN,
    count_told,
    give_away,
    make_kept,
)
from tests.support.order_pages import signed_in
from tests.support.pages import CheckingClient, values_of
from vlms.app import equip_app
from vlms.codes.models import Code
from vlms.disclosures.making_job import DISCLOSURE_JOBS
from vlms.jobs.worker import plan_recurring, run_due

HOME = "/o/contoso/disclosures/"
ASK = f"{HOME}export"
TAKEN = "code_export.taken"


def asked(client: CheckingClient, form: str = "csv", address: str = ASK) -> str:
    """The page of the export that is asked for."""
    answer = client.send(address, reason="sealed envelopes", form=form)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def linked(client: CheckingClient, export: str) -> str:
    answer = client.press(export, "/link")
    assert answer.status_code == 302
    return str(answer.location)


def sent_anyway(client: CheckingClient, address: str, **fields: str) -> TestResponse:
    """What a page sent whose button was there a moment ago."""
    form = client.page(ASK).select_one("form[method=post]")
    assert form is not None
    kept = {name: value for name, value in values_of(form).items() if "token" in name}
    return client.post(address, data={**kept, **fields})


@pytest.fixture
def few(app: Flask) -> Iterator[None]:
    """Two codes are many here."""
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, export_limit=2)
    equip_app(app, app.config["SETTINGS"])
    yield
    app.config["SETTINGS"] = settings
    equip_app(app, settings)


def test_codes_leave_once_with_a_name_on_each_line(
    client: CheckingClient, clock: StillClock
) -> None:
    kept = make_kept(clock())
    client.sign_in(ANN)
    assert client.send(ASK, reason=" ", form="csv").status_code == 422
    export = asked(client, "xlsx")
    link = linked(client, export)
    assert count_told(clock(), TAKEN) == 0
    answer = client.send(link)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "X-000001-2026-03-02.xlsx" in answer.headers["Content-Disposition"]
    assert count_told(clock(), TAKEN) == 1
    book = load_workbook(io.BytesIO(answer.get_data()))
    codes, about = book.worksheets
    rows = [[str(cell.value) for cell in row] for row in codes.iter_rows(min_row=2)]
    assert {row[3] for row in rows} == set(kept.texts)
    assert {row[-1] for row in rows} == {"X-000001 · Test User"}
    assert "X-000001 · Test User" in str(codes.oddHeader.left.text)
    told = {str(row[0].value): str(row[1].value) for row in about.iter_rows(min_row=2)}
    assert about.title == "About this export"
    assert (told["Taken out by"], told["Reason"]) == ("Test User", "sealed envelopes")
    client.page(link, 410)
    assert "Make a new link" in client.get(link).text
    assert count_told(clock(), TAKEN) == 1
    after = client.page(export).text
    assert "File of codes taken out" in after
    assert "File was fetched" in after


def test_a_link_is_of_its_session_and_of_fifteen_minutes(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    make_kept(clock())
    client.sign_in(ANN)
    export = asked(client)
    link = linked(client, export)
    for email in (ANN, BEN):
        other = signed_in(app, email)
        other.page(link, 404)
        assert other.post(link).status_code in (404, 400)
    clock.move(minutes=15)
    client.page(link, 410)
    assert count_told(clock(), TAKEN) == 0


def test_two_exports_within_ten_minutes_are_refused(
    client: CheckingClient, clock: StillClock
) -> None:
    make_kept(clock())
    client.sign_in(ANN)
    asked(client)
    late = sent_anyway(client, ASK, reason="once more", form="csv")
    assert late.status_code == 429
    assert late.headers["Retry-After"] == "600"
    assert "Wait until they are over" in late.text


@pytest.mark.usefixtures("few")
def test_a_second_admin_approves_what_was_asked(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    kept = make_kept(clock())
    client.sign_in(ANN)
    export = asked(client)
    page = client.page(export)
    assert "Nobody decides about an export of their own" in page.text
    for act in ("approve", "decline"):
        page = client.page(f"{export}/{act}")
        assert page.select_one("main form") is None
        (button,) = page.select("main button[disabled]")
        reason = page.select_one(f"#{button['aria-describedby']}")
        assert reason is not None
        assert "Nobody decides about an export of their own" in reason.text
    own = sent_anyway(client, f"{export}/approve")
    assert own.status_code == 422
    assert "Ask another licensing admin" in own.text
    ben = signed_in(app, BEN)
    assert "wants to take out 3 codes" in ben.page("/o/contoso/").text
    give_away(clock(), kept.free[0])
    assert "2 now" in ben.page(f"{export}/approve").text
    assert ben.send(f"{export}/approve").status_code == 302
    assert "has been decided about this export already" in ben.page(f"{export}/decline").text
    assert sent_anyway(ben, f"{export}/decline", reason="too late").status_code == 409
    assert "File is being made" in client.page(export).text
    run_due(DISCLOSURE_JOBS, clock, Event())
    body = client.send(linked(client, export)).text
    assert kept.texts[0] not in body
    assert kept.texts[1] in body
    assert ben.page(export).select_one('form[action$="/link"]') is None
    ben.send(f"{export}/void", reason="lost")
    assert "Codes of an export made void" in ben.page(export).text


@pytest.mark.usefixtures("few")
def test_a_declined_export_says_why(app: Flask, client: CheckingClient, clock: StillClock) -> None:
    make_kept(clock())
    client.sign_in(ANN)
    export = asked(client)
    ben = signed_in(app, BEN)
    assert ben.send(f"{export}/decline", reason=" ").status_code == 422
    assert ben.send(f"{export}/decline", reason="ask for fewer").status_code == 302
    assert "ask for fewer" in client.page(export).text
    assert client.page(export).select_one('form[action$="/link"]') is None


def test_the_worker_removes_the_file_after_a_day(client: CheckingClient, clock: StillClock) -> None:
    make_kept(clock())
    client.sign_in(ANN)
    export = asked(client)
    clock.move(hours=24)
    plan_recurring(DISCLOSURE_JOBS, clock)
    run_due(DISCLOSURE_JOBS, clock, Event())
    client.sign_in(ANN)
    assert "File is removed" in client.page(export).text
    assert count_told(clock(), "code_export.removed") == 1


def test_it_is_closed_to_others(client: CheckingClient, clock: StillClock) -> None:
    make_kept(clock())
    make_kept(clock(), slug="fabrikam")
    client.sign_in(ANN.replace("contoso", "fabrikam"))
    theirs = asked(client, address="/o/fabrikam/disclosures/export")
    client.sign_in(AUD)
    for address in (HOME, ASK):
        client.page(address, 403)
    client.sign_in(ANN)
    for part in ("", "/approve", "/decline", "/void"):
        client.page(theirs.replace("fabrikam", "contoso") + part, 404)
    assert "X-000001" not in client.page(HOME).text
    asked(client)
    assert "X-000002" in client.page(HOME).text


def test_an_old_proof_is_asked_for_anew(client: CheckingClient, clock: StillClock) -> None:
    kept = make_kept(clock())
    client.sign_in(ANN)
    clock.move(minutes=6)
    for address in (ASK, f"{HOME}codes/{kept.free[0]}"):
        assert "/prove" in client.get(address).location
    assert client.get(HOME).status_code == 200


def batch_of(clock: StillClock, code_id: UUID) -> UUID:
    with making(clock()) as work:
        return work.session.get_one(Code, code_id).batch_id


def taken_out(client: CheckingClient, address: str) -> int:
    """How often a page says so."""
    badges = client.page(address).select("span.badge")
    return sum(badge.text.strip() == "Taken out" for badge in badges)


def test_a_code_in_a_file_says_so_on_its_page_and_in_lists(
    client: CheckingClient, clock: StillClock
) -> None:
    kept = make_kept(clock())
    client.sign_in(ANN)
    page, codes = f"/o/contoso/codes/{kept.free[0]}", "/o/contoso/codes/"
    reserve = f"{codes}reserve"
    assert taken_out(client, page) + taken_out(client, codes) == 0
    assert client.page(reserve).select("select[name=product] option[value]")
    asked(client)
    assert (taken_out(client, page), taken_out(client, f"{codes}?only=taken_out")) == (1, 3)
    empty = client.page(ASK)
    assert "None of these codes can be exported" in empty.text
    assert empty.select("main form[method=post]") == []
    home = client.page("/o/contoso/")
    assert home.select_one('[data-task="available"]') is None
    told = {str(each["href"]): each["data-count"] for each in home.select("a[data-count]")}
    assert (told[f"{codes}?only=in_stock"], told[f"{codes}?only=taken_out"]) == ("0", "3")
    for counts in (f"{codes}counts", f"{codes}batches/{batch_of(clock, kept.free[0])}"):
        texts = {link.text.strip() for link in client.page(counts).select("main a")}
        assert "3 taken out" in texts, counts
        assert not any(text.endswith("Give to many") for text in texts)
    assert not client.page(reserve).select("select[name=product] option[value]")
