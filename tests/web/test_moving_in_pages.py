"""The pages of moving in: the template, the dry run, the signature, entitlements."""

from __future__ import annotations

import io

from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_catalog import make_product
from tests.support.making_openings import CODES, usual_book
from tests.support.making_orders import ADMIN_EMAIL, OPERATOR_EMAIL, make_shop
from tests.support.pages import CheckingClient
from vlms.catalog.models import CodeSource, ProductKind
from vlms.codes.models import Code
from vlms.core.permissions import Role

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
