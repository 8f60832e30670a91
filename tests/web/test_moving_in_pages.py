"""The pages of moving in: the template, the dry run, the signature, entitlements."""

from __future__ import annotations

import io
import json
from pathlib import Path
from threading import Event
from typing import Any

from click.testing import CliRunner
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_catalog import make_product
from tests.support.making_openings import CODES, ORDER, book_of, usual_book
from tests.support.making_orders import ADMIN_EMAIL, OPERATOR_EMAIL, make_shop
from tests.support.pages import CheckingClient, values_of
from vlms.catalog.models import CodeSource, ProductKind
from vlms.codes.models import Code
from vlms.core.permissions import Role
from vlms.core.uploads import Upload
from vlms.jobs.importing import LONG_IMPORT
from vlms.jobs.worker import run_due
from vlms.planning.cli import planning
from vlms.planning.models.openings import Entitlement
from vlms.planning.rules.opening_sheets import SheetKey, key_of_sheet
from vlms.reactions import JOBS

PLACE = "/o/contoso/moving-in/"
ENTITLED = (
    {
        "Product": "e-learning",
        "Reference": "SA-7",
        "Quantity": 12,
        "Used": 5,
        "Ends on": "2026-12-31",
    },
)


def _begin(client: CheckingClient, clock: StillClock, email: str = ADMIN_EMAIL) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_product(work, "e-learning", ProductKind.ENTITLEMENT, code_source=CodeSource.NONE)
        make_member(work, shop.customer, Role.AUDITOR, "audit@contoso.example")
    client.sign_in(email)


def _uploaded(client: CheckingClient, body: bytes, of: str = "") -> str:
    """The address of the dry run."""
    place = (PLACE if not of else "/o/operator/moving-in/") + of
    answer = client.send(place, file=(io.BytesIO(body), "moving-in.xlsx"))
    assert answer.status_code in (302, 303), answer.text[:2000]
    return answer.location


def test_a_workbook_is_looked_at_then_signed(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    _begin(client, clock)
    check = _uploaded(client, usual_book(Entitlements=ENTITLED))
    page = client.page(check)
    assert "Everything fits together" in page.get_text()
    answer = client.send(check)
    assert answer.status_code == 422
    assert "Tick it to sign" in answer.text
    shown = client.page(client.send(check, signs="y").location)
    assert "OLD-1" in shown.get_text()
    paper = client.get(shown.select_one("a[href$='paper.pdf']")["href"])
    assert paper.data.startswith(b"%PDF")
    rows = client.page("/o/contoso/entitlements/").get_text()
    assert "SA-7" in rows


def test_what_is_wrong_is_shown_and_downloaded_by_sheet_row_and_column(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    _begin(client, clock)
    check = _uploaded(client, usual_book(Codes=[{**CODES[0], "State": "lost"}, *CODES[1:]]))
    page = client.page(check)
    assert page.select_one("input[name=signs]") is None
    address = page.select_one("a[href$='faults.xlsx']")["href"]
    sheet = load_workbook(io.BytesIO(client.get(address).data)).worksheets[0]
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    assert rows[0] == ("Sheet", "Row", "Column", "What is wrong", "What would be right")
    assert ("Codes", 2, "State") in [row[:3] for row in rows]
    # Sent all the same, from another page's form.
    form = client.page(PLACE).select_one("main form")
    assert client.post(check, data={**values_of(form), "signs": "y"}).status_code == 422
    with making(clock()) as work:
        assert work.session.scalar(select(func.count(Code.id))) == 0


def test_what_lies_between_dry_run_and_signature_holds_no_code(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    _begin(client, clock)
    _uploaded(client, usual_book())
    with making(clock()) as work:
        kept = work.session.scalars(select(Upload)).one()
        assert b"PROV-AAAA" not in kept.body


def test_the_template_is_read_again_in_either_language(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    _begin(client, clock)
    for asked in ("?language=en", "?language=zh_Hant_TW", ""):
        body = client.get(f"{PLACE}template.xlsx{asked}").data
        titles = load_workbook(io.BytesIO(body)).sheetnames
        assert [key for key in map(key_of_sheet, titles) if key] == [*SheetKey]


def test_an_auditor_reads_entitlements_and_moves_nothing(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    _begin(client, clock, "audit@contoso.example")
    assert client.get(PLACE).status_code == 403
    page = client.page("/o/contoso/entitlements/")
    assert "There are no entitlements" in page.get_text()
    assert page.select_one("main a.btn-primary") is None


def test_the_operator_moves_an_organisation_in(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    _begin(client, clock, OPERATOR_EMAIL)
    assert client.page("/o/operator/moving-in/").select_one("input[type=file]") is None
    check = _uploaded(client, usual_book(), "?of=contoso")
    answer = client.send(check, signs="y")
    assert "OLD-1" in client.page(answer.location).get_text()


def test_an_entitlement_is_changed_once_by_one(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    _begin(client, clock)
    client.send(_uploaded(client, book_of(Entitlements=ENTITLED)), signs="y")
    link = client.page("/o/contoso/entitlements/").select_one("main td a")["href"]
    assert client.send(link, used="13").status_code == 422
    assert client.send(link, used="6", note="Kept by HR").status_code in (302, 303)
    stale = client.send(link, used="7", version="1")
    assert stale.status_code == 422
    assert "Somebody else has changed" in stale.text
    with making(clock()) as work:
        kept = work.session.scalars(select(Entitlement)).one()
        assert (kept.used_count, kept.note) == (6, "Kept by HR")


def test_a_long_workbook_is_signed_by_a_job(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    _begin(client, clock)
    count = LONG_IMPORT + 1
    codes = [
        {"Order": "OLD-1", "Code": f"LONG-CODE-{n:06d}", "State": "available"} for n in range(count)
    ]
    order = {**ORDER, "Quantity": count, "Amount": 120 * count}
    answer = client.send(_uploaded(client, book_of(Orders=[order], Codes=codes)), signs="y")
    assert "/jobs/" in answer.location
    with making(clock()) as work:
        assert work.session.scalar(select(func.count(Code.id))) == 0
    run_due(JOBS, clock, Event())
    with making(clock()) as work:
        assert work.session.scalar(select(func.count(Code.id))) == count
    assert "The opening balance is signed" in client.page(answer.location).get_text()


def test_the_commands_say_the_same_and_sign(
    app: Flask, client: CheckingClient, clock: StillClock, tmp_path: Path
) -> None:
    _begin(client, clock)
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    good.write_bytes(usual_book(Entitlements=ENTITLED))
    bad.write_bytes(usual_book(Codes=CODES[:3]))

    def run(*words: str) -> Any:
        return CliRunner().invoke(planning, words, obj=lambda: app)

    found = run("moving-in", "sign", str(bad), "--organisation", "contoso", "--json")
    assert found.exit_code == 1
    told = json.loads(found.stdout)
    assert told["signed"] is False
    assert [(one["row"], one["column"]) for one in told["faults"]] == [(2, "Delivered")]
    assert run("moving-in", "check", str(good), "--organisation", "contoso").exit_code == 0
    found = run("moving-in", "sign", str(good), "--organisation", "contoso", "--json")
    assert (found.exit_code, json.loads(found.stdout)["signed"]) == (0, True)
    (kept,) = json.loads(run("moving-in", "list", "--organisation", "contoso", "--json").stdout)
    paper = tmp_path / "paper.pdf"
    assert run("moving-in", "paper", kept["id"], str(paper)).exit_code == 0
    assert paper.read_bytes().startswith(b"%PDF")
    listed = run("entitlements", "list", "--organisation", "contoso", "--json").stdout
    (one,) = json.loads(listed)
    assert run("entitlements", "change", one["id"], "--used", "8").exit_code == 0
    with making(clock()) as work:
        assert work.session.scalars(select(Entitlement.used_count)).one() == 8
    template = tmp_path / "template.xlsx"
    assert run("moving-in", "template", str(template), "--language", "en").exit_code == 0
    assert "Codes" in load_workbook(template).sheetnames
