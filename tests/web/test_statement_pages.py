"""Pages of statements: for resellers and customers, files that say the same, and the journal."""

from __future__ import annotations

import csv
import io
import json
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_billing import make_seller, make_tax
from tests.support.making_orders import RESELLER_EMAIL, Shop, make_placed, make_shop, wish
from tests.support.pages import CheckingClient
from vlms.audit.models import AuditEntry
from vlms.billing.cli import billing
from vlms.core.permissions import Role
from vlms.orders.models import OrderLine

SELLING = "/o/litware/statements/"
BUYING = "/o/contoso/statements/"
FINANCE = "fin@contoso.example"


@pytest.fixture
def shop(client: CheckingClient, clock: StillClock) -> Shop:
    with making(clock()) as work:
        made = make_shop(work)
        make_tax(work, country=made.agreement.country)
        make_seller(work, made.reseller.id, partner_number="P-7")
        make_member(work, made.customer, Role.FINANCE, FINANCE)
        make_placed(work, made, wish(made.product, 10), wish(made.product, 3))
    clock.move(seconds=61)
    client.sign_in(RESELLER_EMAIL)
    return made


def exports(clock: StillClock) -> int:
    with making(clock()) as work:
        found = select(AuditEntry).where(AuditEntry.action == "statement.exported")
        return len(work.session.scalars(found).all())


def test_reseller_and_customer_see_the_same_lines(client: CheckingClient, shop: Shop) -> None:
    theirs = client.page(SELLING)
    client.sign_in(FINANCE)
    own = client.page(BUYING)
    for page in (theirs, own):
        assert "120.00 × 10 × " in page.text
        assert "Lines, invoices and statement agree" in page.text


@pytest.mark.parametrize("layout", ["new-commerce", "license-based"])
def test_a_layout_is_sent_and_told_to_the_journal(
    client: CheckingClient, shop: Shop, clock: StillClock, layout: str
) -> None:
    body = client.get(f"{SELLING}{layout}.csv").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [row["Quantity"] for row in rows] == ["10", "3"]
    assert {row["PartnerId"] for row in rows} == {"P-7"}
    assert exports(clock) == 1


def test_the_paper_is_sent(client: CheckingClient, shop: Shop) -> None:
    assert client.get(f"{SELLING}statement.pdf").get_data().startswith(b"%PDF")
    assert client.get(f"{SELLING}statement.doc").status_code == 404


@pytest.mark.parametrize(("most", "status"), [(1, 422), (2, 200)])
def test_a_paper_that_would_take_too_long_says_another_way(
    client: CheckingClient,
    shop: Shop,
    clock: StillClock,
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    status: int,
) -> None:
    # The package has the blueprint by the module's name.
    monkeypatch.setattr(import_module("vlms.billing.views.statements"), "PDF_MOST", most)
    answer = client.get(SELLING + "statement.pdf")
    assert answer.status_code == status
    assert exports(clock) == (status == 200)
    if status != 200:
        assert "take Excel or CSV" in answer.get_data(as_text=True)


def test_what_does_not_agree_is_withheld_and_says_why(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        line = work.session.scalars(select(OrderLine).order_by(OrderLine.position)).first()
        assert line is not None
        assert line.amount_minor is not None
        line.amount_minor += 1
    page = client.page(SELLING)
    assert "nothing can be downloaded" in page.text
    assert "statement.xlsx" not in client.get(SELLING).get_data(as_text=True)
    for file in ("statement.xlsx", "statement.pdf", "new-commerce.csv", "license-based.csv"):
        answer = client.get(f"{SELLING}{file}")
        assert answer.status_code == 409
        assert "withheld" in answer.get_data(as_text=True)
    assert exports(clock) == 0


@pytest.mark.parametrize("asked", ["until=yesterday", "first=32", "customer=x", "month=9"])
def test_what_cannot_be_read_is_not_found(client: CheckingClient, shop: Shop, asked: str) -> None:
    assert client.get(f"{SELLING}?{asked}").status_code == 404


def test_the_workbook_has_sheets_by_currency_and_one_of_codes(
    client: CheckingClient, shop: Shop
) -> None:
    book = load_workbook(io.BytesIO(client.get(f"{SELLING}statement.xlsx").get_data()))
    assert book.sheetnames == ["Summary USD", "Lines USD", "Codes by state", "Definitions"]
    assert str(book["Lines USD"]["L4"].value) == "=SUM(L2:L3)"


def test_the_command_line_sums_up_and_writes(
    app: Flask, shop: Shop, clock: StillClock, tmp_path: Path
) -> None:
    days = ["2020-01-01", "2099-12-31", "--reseller", "litware"]
    run = CliRunner()
    found = run.invoke(billing, ["statement", *days, "--json"], obj=lambda: app)
    assert found.exit_code == 0, found.output
    rows = json.loads(found.stdout)
    assert rows[-1]["charge"] == "total"
    assert rows[-1]["lines"] == 2
    for form in ("xlsx", "pdf", "new-commerce", "license-based"):
        out = tmp_path / form
        made = run.invoke(
            billing, ["statement", *days, "--out", str(out), "--as", form], obj=lambda: app
        )
        assert made.exit_code == 0, made.output
        assert out.stat().st_size > 500
    assert exports(clock) == 4
