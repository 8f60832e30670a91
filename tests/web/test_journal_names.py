"""The journal on pages: keys are told by the names that the visitor may see."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.crawling import walk
from tests.support.demo import play_demo
from tests.support.making import making
from tests.support.pages import CheckingClient
from tests.web.test_codes_pages import ADMIN, CODES, set_up
from vlms.accounts.models import Person
from vlms.audit.service import journal
from vlms.codes.service.reserving import change, reserve_this
from vlms.demo.cast import MEMBERS, PASSWORD

KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-")
RAW_WORD = re.compile(r"[a-z_]+\.[a-z_]+")


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_no_journal_of_the_demo_shows_a_key_or_a_raw_word(app: Flask, clock: StillClock) -> None:
    clock.set(play_demo(clock).stage.now)
    journals = 0
    for email in dict.fromkeys(entry[0] for entry in MEMBERS):
        client = app.test_client()
        assert isinstance(client, CheckingClient)
        client.sign_in(email, PASSWORD)
        client.checks = False
        for address, text in walk(client, most=1).pages.items():
            found = journal_rows(text)
            journals += bool(found)
            assert bad_cells(found) == [], (email, address)
    assert journals > 15


def journal_rows(text: str) -> list[str]:
    """What the cells of a page's journals say; only they have a column of before and after."""
    label = '[data-label="Before and after"]'
    page = BeautifulSoup(text if label[1:-1] in text else "", "html.parser")
    return [cell.get_text(" ", strip=True) for cell in page.select(f"tr:has({label}) td")]


def bad_cells(cells: list[str]) -> list[str]:
    return [cell for cell in cells if KEY.search(cell) or RAW_WORD.fullmatch(cell)]


@pytest.mark.parametrize("cell", ["0190b8f0-aaaa-7bbb", "Person: 0190b8f0-aaaa-7bbb", "code.move"])
def test_a_key_or_raw_word_in_a_journal_would_be_found(cell: str) -> None:
    row = f'<tr><td>{cell}</td><td data-label="Before and after">x</td></tr>'
    assert bad_cells(journal_rows(f"<table>{row}</table>")) == [cell]


def test_the_journal_names_people_and_products_and_shows_no_keys(
    client: CheckingClient, clock: StillClock
) -> None:
    codes = set_up(clock)
    with making(clock()) as work:
        bea, wang = work.session.scalars(select(Person).order_by(Person.id)).all()
        reserve_this(work, codes[0].id, bea.id)
        change(work, codes[0].id, wang.id)
    client.sign_in(ADMIN)
    page = client.page(f"{CODES}{codes[0].id}").text
    assert "Bea Bright" in page
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}-", page)


def test_the_journal_tells_values_in_words_and_leaves_out_what_stayed(
    client: CheckingClient, clock: StillClock
) -> None:
    codes = set_up(clock)
    with making(clock()) as work:
        bea = work.session.scalars(select(Person).order_by(Person.id)).first()
        assert bea is not None
        reserve_this(work, codes[0].id, bea.id)
        record = ("code", codes[0].id, codes[0].organisation_id)
        facts = {"is_open": True, "language": "zh_Hant_TW", "number": "same"}
        journal(work, "code.change", record, before={"number": "same"}, after=facts)
        facts = {"state": "draft", "total_minor": 66445, "currency": "TWD", "at": None}
        record = ("order", codes[0].id, codes[0].organisation_id)
        journal(work, "order.edited", record, after=facts)
    client.sign_in(ADMIN)
    page = client.page(f"{CODES}{codes[0].id}")
    told = [line.get_text() for line in page.select("td div:has(> span.text-secondary)")]
    assert "State: Available → Reserved" in told
    assert "Not over yet: Yes" in told
    assert "Language: 繁體中文" in told
    assert {"State: Draft", "Total: TWD 66,445", "at: –"} <= set(told)
    assert not [line for line in told if "same" in line or "T0" in line]


def test_moments_and_last_days_name_their_zone_in_the_readers_language(
    client: CheckingClient, clock: StillClock
) -> None:
    codes = set_up(clock)
    client.sign_in(ADMIN)
    english = client.page(f"{CODES}{codes[0].id}").text
    assert "(Taipei time)" in english
    with client.session_transaction() as session:
        session["language"] = "zh_Hant_TW"
    chinese = client.page(f"{CODES}{codes[0].id}").text
    assert "（臺北時間）" in chinese
    assert "Asia/Taipei" not in chinese
