"""Invoices from the command line: the same service, the same refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from flask import Flask
from openpyxl import load_workbook

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_billing import make_tax
from tests.support.making_orders import make_placed, make_shop
from vlms.billing.cli import billing

SELLER = "--reseller", "litware"


def run(app: Flask, *words: str, fails: bool = False) -> str:
    result = CliRunner().invoke(billing, list(words), obj=lambda: app)
    assert (result.exception is not None) is fails, (words, result.output, result.exception)
    return str(result.exception) if fails else result.output.strip()


def rows(app: Flask, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(app, *words, "--json"))
    return found


def _enter_parties(app: Flask) -> None:
    run(app, "sellers", "set", *SELLER, "--address", "1 Main", "--invoice-prefix", "LW")
    run(app, "buyers", "set", "contoso", *SELLER, "--legal-name", "Contoso Inc.")
    assert rows(app, "sellers", "show", *SELLER)[0]["invoice_prefix"] == "LW"
    assert rows(app, "buyers", "list", *SELLER)[0]["legal_name"] == "Contoso Inc."


def _number(app: Flask, made: str, number: str, sheet: Path) -> None:
    """By a list, and then by hand."""
    sheet.write_text(f"Invoice,Tax invoice\n{number},AB12345678\n")
    run(app, "invoices", "import-tax-numbers", str(sheet), *SELLER, "--dry-run")
    assert rows(app, "invoices", "list", *SELLER)[0]["tax_invoice_number"] is None
    run(app, "invoices", "import-tax-numbers", str(sheet), *SELLER)
    run(app, "invoices", "tax-number", made, "AB-12345679")
    assert rows(app, "invoices", "list", *SELLER)[0]["tax_invoice_number"] == "AB12345679"


def _write_papers(app: Flask, invoice_id: str, where: Path) -> None:
    for name in ("paper.pdf", "paper.xlsx"):
        run(app, "invoices", "paper", invoice_id, str(where / name), "--language", "zh_Hant_TW")
    assert (where / "paper.pdf").read_bytes().startswith(b"%PDF-")
    assert load_workbook(where / "paper.xlsx").worksheets


def test_an_invoice_from_order_to_credit_note(
    app: Flask, clock: StillClock, tmp_path: Path
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_tax(work)
        order = make_placed(work, shop)
        make_placed(work, shop)
    _enter_parties(app)
    price = run(app, "prices", "add", "voucher", "USD", "60", "2020-01-01", *SELLER)
    assert rows(app, "prices", "list", *SELLER)[0]["unit_price"] == "60.0000"

    assert len(rows(app, "invoices", "open", *SELLER)) == 2
    made = run(app, "invoices", "draft", order.number, *SELLER, "--cost-centre", "CC")
    run(app, "invoices", "edit", made, "--purchase-order", "PO-1")
    (own,) = rows(app, "invoices", "show", made)
    assert own["reckoned_as"].startswith("60.00 × 10 × ")
    number = run(app, "invoices", "post", made)
    assert number.startswith("LW-")
    assert "posted; it never changes" in run(app, "invoices", "discard", made, fails=True)
    run(app, "prices", "remove", price)

    _number(app, made, number, tmp_path / "numbers.csv")
    part = run(app, "invoices", "credit", made, "--line", "1", "10", "0", "--reason", "price")
    assert part.startswith("LW-CN-")
    whole = run(app, "invoices", "credit", made, "--reason", "all")
    listed = {row["number"]: row for row in rows(app, "invoices", "list", *SELLER)}
    assert listed[part]["gross"] == "-10.50"
    assert "Credit notes correct" in run(app, "invoices", "void", made, "--reason", "x", fails=True)
    run(app, "invoices", "void", str(listed[whole]["id"]), "--reason", "not meant")
    assert len(rows(app, "invoices", "open", *SELLER)) == 1
    _write_papers(app, made, tmp_path)


def test_a_draft_is_discarded_and_an_order_without_lines_refused(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        order = make_placed(work, make_shop(work))
    made = run(app, "invoices", "draft", order.number, *SELLER)
    refused = run(app, "invoices", "draft", order.number, *SELLER, fails=True)
    assert f"Nothing of order {order.number}" in refused
    run(app, "invoices", "discard", made)
    assert rows(app, "invoices", "list", *SELLER) == []
