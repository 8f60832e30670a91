"""Charge-back and savings: on their page, as a workbook, on the command line."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_person, making
from tests.support.making_billing import make_order_of
from tests.support.making_orders import (
    ADMIN_EMAIL,
    RESELLER_EMAIL,
    Shop,
    make_delivered,
    make_shop,
    make_voucher,
    wish,
)
from tests.support.order_pages import signed_in
from tests.support.pages import CheckingClient
from vlms.billing.cli import billing
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.assigning import start_assign
from vlms.codes.service.charging_to import set_cost_centre
from vlms.codes.service.replacing import replace
from vlms.codes.service.reserving import reserve
from vlms.orders.models import Order
from vlms.orders.service import placing, steps

PLACE = "/o/contoso/charge-back/"


@pytest.fixture
def shop(client: CheckingClient, clock: StillClock) -> Shop:
    """Of ten delivered codes two are assigned to Sales, one of them replaced; one is reserved."""
    with making(clock()) as work:
        made = make_shop(work)
        made.customer.assign_delay_minutes = 0
        order = make_delivered(work, made)
        order.cost_centre = "IT-100"
    with making(clock()) as work:
        person = make_person(work, made.customer, "Asa")
        person.department = "Sales"
        codes = reserve(work, person.id, made.product.id, count=3)
        for code in codes[:2]:
            start_assign(work, code.id)
        set_cost_centre(work, codes[1].id, "HR-7")
        replace(work, codes[1], "CASE-1")
    client.sign_in(ADMIN_EMAIL)
    return made


def run(app: Flask, *words: str) -> list[dict[str, object]]:
    words = (*words, "--json")
    found = CliRunner().invoke(billing, words, obj=lambda: app, catch_exceptions=False)
    assert found.exit_code == 0, found.output
    rows = json.loads(found.stdout)
    assert isinstance(rows, list)
    return rows


def days(clock: StillClock) -> tuple[str, str]:
    day = clock().date()
    return tuple((day + timedelta(days=step)).isoformat() for step in (-2, 2))  # type: ignore[return-value]


def test_each_code_is_borne_by_who_holds_it(
    app: Flask, shop: Shop, clock: StillClock, tmp_path: Path
) -> None:
    out = tmp_path / "back.xlsx"
    rows = run(app, "charge-back", "contoso", *days(clock), "--out", str(out))
    told = {(row["department"], row["cost_centre"], row["state"]): row for row in rows}
    assert {key: row["codes"] for key, row in told.items()} == {
        ("Sales", "HR-7", "given"): 1,
        ("Sales", "IT-100", "given"): 1,
        (None, "IT-100", "waiting"): 8,
    }
    with making(clock()) as work:
        (total,) = (one.total_minor for one in work.session.query(Order))
    assert round(sum(float(str(row["amount"])) for row in rows) * 100) == total
    sheet = load_workbook(out).worksheets[0]
    assert "Sales" in {cell.value for column in sheet.columns for cell in column}


def test_drafts_cancelled_orders_and_other_days_are_left_out(
    app: Flask, shop: Shop, clock: StillClock
) -> None:
    before = run(app, "charge-back", "contoso", *days(clock))
    with shop.buying(clock()) as work:
        make_order_of(work, shop, "DRAFT")
        steps.cancel(
            work, placing.place(work, make_order_of(work, shop, "GONE").id).id, "not needed"
        )
    assert run(app, "charge-back", "contoso", *days(clock)) == before
    assert run(app, "charge-back", "contoso", "2001-01-01", "2001-12-31") == []
    with shop.buying(clock()) as work:
        placing.place(work, make_order_of(work, shop, "NEW").id)
    after = run(app, "charge-back", "contoso", *days(clock))
    assert {row["cost_centre"] for row in after} - {row["cost_centre"] for row in before} == {"NEW"}


def test_the_page_and_its_workbook_say_the_same(
    app: Flask, client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    first, last = days(clock)
    place = f"?first={first}&last={last}"
    text = client.page(PLACE + place).text
    for word in ("Sales", "HR-7", "Not given yet"):
        assert word in text
    body = client.get(f"{PLACE}charge-back.xlsx{place}").get_data()
    cells = [cell.value for row in load_workbook(io.BytesIO(body)).worksheets[0] for cell in row]
    assert "HR-7" in cells
    assert "Nothing was ordered" in client.page(f"{PLACE}?first=2001-01-01&last=2001-01-02").text
    assert "Sales" in client.page(f"{PLACE}?first=nonsense").text
    signed_in(app, RESELLER_EMAIL).page("/o/litware/charge-back/", 403)


def test_what_was_saved_is_told_where_a_reference_price_is_known(
    app: Flask, client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        product = make_voucher(
            work,
            "cheap",
            "100.00",
            programme=shop.agreement.programme.value,
            reference_price=Decimal(150),
        )
    with shop.buying(clock()) as work:
        order = placing.place(work, make_order_of(work, shop, None, wish(product, 12)).id)
        paid, order_id = order.total_minor, order.id
    (row,) = run(app, "savings", "contoso", *days(clock))
    assert row["paid"] == f"{paid / 100:.2f}"
    assert row["saved"] == f"{paid / 200:.2f}"
    assert (row["lines"], row["lines_without_reference"]) == (1, 1)
    shown = f"{paid / 200:,.2f}"
    assert shown in client.page(PLACE).text
    page = " ".join(client.page(f"/o/contoso/orders/{order_id}").text.split())
    assert "Saving against retail" in page
    assert shown in page


def test_the_report_follows_a_corrected_cost_centre(
    app: Flask, shop: Shop, clock: StillClock
) -> None:
    before = run(app, "charge-back", "contoso", *days(clock))
    with making(clock()) as work:
        for code in work.session.scalars(select(Code).where(Code.state == State.ASSIGNED)):
            set_cost_centre(work, code.id, "HR-12", "moved")
    after = run(app, "charge-back", "contoso", *days(clock))
    told = {(row["cost_centre"], row["state"]): row["codes"] for row in after}
    assert told == {("HR-12", "given"): 2, ("IT-100", "waiting"): 8}
    sums = [sum(Decimal(str(row["amount"])) for row in rows) for rows in (before, after)]
    assert sums[0] == sums[1]
