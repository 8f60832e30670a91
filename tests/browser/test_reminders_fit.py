"""The list of reminders fits into a usual window, whatever people are called."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Page

from tests.browser.conftest import Look, Visit
from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_reminders import ADMIN, make_held
from vlms.accounts.models import Person
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State

ALL = ("person", "number", "product", "agreement", "assigned", "last_day", "reminded", "act")
WIDTHS = "e => [e.scrollWidth, e.clientWidth]"
# The control: one line that does not break is wider than the card.
STIFFEN = """e => e.querySelectorAll('.text-break').forEach(
  one => one.classList.replace('text-break', 'text-nowrap'))"""


def overflow(page: Page) -> bool:
    wide, seen = page.locator(".table-responsive").evaluate(WIDTHS)
    return bool(wide > seen)


@pytest.mark.parametrize("look", [Look(), Look("zh-TW")], ids=str)
def test_the_table_fits_into_its_card(
    app: Flask, visit: Visit, clock: StillClock, look: Look
) -> None:
    held = make_held(clock(), people=2, assigned_at=clock())
    with making(clock()) as work:
        for person_id in held.person_ids:
            person = work.session.get_one(Person, person_id)
            person.name = "Alexandra Featherstonehaugh-Montgomery"
            person.email = f"alexandra.featherstonehaugh{person_id.hex[-9:]}@contoso.example"
        code = work.session.get_one(Code, held.code_ids[0])
        code.state, code.product.name_en = State.REGISTERED, "Exam voucher for organisations"
        for code_id in held.code_ids:
            work.session.get_one(Code, code_id).claimed_at = clock()
    page = visit.signed_in(ADMIN, look=look)
    page.goto("/o/contoso/reminders/?only=unused")
    assert page.locator("tbody tr").count() == 2
    assert not overflow(page)
    page.goto("/o/contoso/reminders/?only=unused&" + "&".join(f"columns={one}" for one in ALL))
    assert page.locator("thead th").count() == 1 + len(ALL)
    assert not overflow(page)
    page.locator(".table-responsive").evaluate(STIFFEN)
    assert overflow(page)
