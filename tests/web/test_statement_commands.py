"""`vlms reconciliation statement`: the totals of page, workbook and paper are one."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_billing import make_tax
from tests.support.making_orders import RESELLER_EMAIL, Shop, make_placed, make_shop, wish
from tests.support.pages import CheckingClient
from vlms.reconciliation.cli import reconciliation

SELLING = "/o/litware/statements/"


@pytest.fixture
def shop(client: CheckingClient, clock: StillClock) -> Shop:
    with making(clock()) as work:
        made = make_shop(work)
        make_tax(work, country=made.agreement.country)
        make_placed(work, made, wish(made.product, 10), wish(made.product, 3))
    # A cut-off lies at least a minute back.
    clock.now += timedelta(minutes=2)
    client.sign_in(RESELLER_EMAIL)
    return made


def run(app: Flask, clock: StillClock, *words: str) -> Any:
    days = [f"{clock().date() + timedelta(days=n):%Y-%m-%d}" for n in (-30, 30)]
    command = ["statement", *days, "--reseller", "litware", *words]
    return CliRunner().invoke(reconciliation, command, obj=lambda: app)


def told(app: Flask, clock: StillClock, *words: str) -> list[dict[str, Any]]:
    found = run(app, clock, "--json", *words)
    assert found.exit_code == 0, found.output
    rows: list[dict[str, Any]] = json.loads(found.stdout)
    return rows


def total(rows: list[dict[str, Any]]) -> dict[str, Any]:
    (found,) = [row for row in rows if row["charge"] == "total"]
    return found


def test_all_four_say_the_same_total(
    client: CheckingClient, app: Flask, clock: StillClock, shop: Shop, tmp_path: Path
) -> None:
    sums = total(told(app, clock))
    net, gross = (f"{sums[name] / 100:,.2f}" for name in ("net_minor", "gross_minor"))
    page = client.page(SELLING).get_text()
    assert f"USD {net}" in page
    assert f"USD {gross}" in page
    paper = PdfReader(io.BytesIO(client.get(f"{SELLING}statement.pdf").get_data()))
    text = " ".join(page.extract_text() for page in paper.pages)
    assert len(re.findall(re.escape(net), text)) >= 2
    assert gross in text
    out = tmp_path / "statement.xlsx"
    assert run(app, clock, "--out", str(out)).exit_code == 0
    stated: dict[str, Any] = {
        str(row[0].value): row[1].value for row in load_workbook(out)["Definitions"].iter_rows()
    }
    assert round(stated["Total USD: Net"] * 100) == sums["net_minor"]
    assert round(stated["Total USD: Total with tax"] * 100) == sums["gross_minor"]


def test_it_is_narrowed_and_tells_its_cut_off(app: Flask, clock: StillClock, shop: Shop) -> None:
    whole = told(app, clock)
    assert whole[0]["cut_off_at"]
    own = ("--customer", "contoso", "--agreement", shop.agreement.number)
    assert total(told(app, clock, *own))["net_minor"] == total(whole)["net_minor"]
    earlier = (clock() - timedelta(days=1)).isoformat()
    assert told(app, clock, "--until", earlier) == []
    for word, name in (("--customer", "nobody"), ("--agreement", "none")):
        assert run(app, clock, word, name).exit_code != 0


def test_a_customer_is_told_its_own_charges(app: Flask, clock: StillClock, shop: Shop) -> None:
    days = [f"{clock().date() + timedelta(days=n):%Y-%m-%d}" for n in (-30, 30)]

    def run_for(*whose: str) -> Any:
        command = ["statement", *days, "--json", *whose]
        return CliRunner().invoke(reconciliation, command, obj=lambda: app)

    found = run_for("--organisation", "contoso")
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout) == [
        {**row, "cut_off_at": theirs["cut_off_at"]}
        for row, theirs in zip(told(app, clock), json.loads(found.stdout), strict=True)
    ]
    both = ("--organisation", "contoso", "--reseller", "litware")
    for whose in ((), both, ("--organisation", "litware"), ("--organisation", "nobody")):
        assert run_for(*whose).exit_code != 0
