"""The journal on pages: keys are told by the names that the visitor may see."""

from __future__ import annotations

import re

from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.pages import CheckingClient
from tests.web.test_codes_pages import ADMIN, CODES, set_up
from vlms.accounts.models import Person
from vlms.audit.service import journal
from vlms.codes.service.reserving import change, reserve_this


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
    told = [line.get_text() for line in page.select("td > div:has(> span.text-secondary)")]
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
    assert "(Asia/Taipei)" in english
    with client.session_transaction() as session:
        session["language"] = "zh_Hant_TW"
    chinese = client.page(f"{CODES}{codes[0].id}").text
    assert "（臺北時間）" in chinese
    assert "Asia/Taipei" not in chinese
