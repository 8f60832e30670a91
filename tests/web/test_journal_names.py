"""The journal on pages: keys are told by the names that the visitor may see."""

from __future__ import annotations

import re

from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.pages import CheckingClient
from tests.web.test_codes_pages import ADMIN, CODES, set_up
from vlms.accounts.models import Person
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
