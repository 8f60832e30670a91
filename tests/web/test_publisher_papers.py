"""The publisher's invoices are recorded from its file, each once, and none with unknown rows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import RESELLER_EMAIL, make_invoiced, make_shop
from tests.support.making_reconciliation import make_file, make_period
from tests.support.pages import CheckingClient
from vlms.billing.models.publisher import PublisherInvoice, PublisherInvoiceLine
from vlms.orders.models import Order
from vlms.orders.service.pricing import LineWish
from vlms.reconciliation.cli import reconciliation


def row(order: Order, position: int, invoice: str, **facts: Any) -> dict[str, Any]:
    line = order.lines[position - 1]
    return {
        "order_number": order.number,
        "line_reference": f"{order.number}/{position}",
        "invoice_number": invoice,
        "product": line.product.name_en,
        "quantity": line.quantity,
        "net_minor": 1000 * position,
        "tax_minor": 50 * position + 1,
        "currency": "USD",
        **facts,
    }


@pytest.fixture
def place(client: CheckingClient, clock: StillClock) -> str:
    """A file with one invoice of two rows, and one that names an order nobody knows."""
    with making(clock()) as work:
        shop = make_shop(work)
        wishes = (LineWish(shop.product.id, 10), LineWish(shop.product.id, 5))
        order = make_invoiced(work, shop, *wishes)
        lines = [
            row(order, 1, "PUB-1"),
            row(order, 2, "PUB-1"),
            row(order, 1, "PUB-2", order_number="O-0000-000000"),
        ]
        file = make_file(work, make_period(work, shop, "2026-03"), lines)
    client.sign_in(RESELLER_EMAIL)
    return f"/o/litware/reconciliation/files/{file.id}"


def recorded(clock: StillClock) -> list[tuple[str, int, list[int]]]:
    with making(clock()) as work:
        return [
            (
                one.number,
                one.gross_minor,
                list(
                    work.session.scalars(
                        select(PublisherInvoiceLine.tax_minor)
                        .where(PublisherInvoiceLine.invoice_id == one.id)
                        .order_by(PublisherInvoiceLine.position)
                    )
                ),
            )
            for one in work.session.scalars(select(PublisherInvoice))
        ]


def test_each_invoice_of_a_file_is_recorded_once(
    client: CheckingClient, place: str, clock: StillClock
) -> None:
    page = client.page(place + "/invoices").text
    assert "to be recorded" in page
    assert "No order line is known for the rows 4" in page
    assert client.send(place + "/invoices", invoiced_on="2026-03-31").status_code == 302
    assert recorded(clock) == [("PUB-1", 3000 + 152, [51, 101])]
    assert "recorded already" in client.page(place + "/invoices").text
    assert client.send(place + "/invoices", invoiced_on="2026-03-31").status_code == 422


def test_the_command_line_does_the_same(app: Flask, place: str, clock: StillClock) -> None:
    found = CliRunner().invoke(
        reconciliation,
        ["record-invoices", place.rpartition("/")[2], "2026-03-31", "--json"],
        obj=lambda: app,
        catch_exceptions=False,
    )
    assert found.exit_code == 0, found.output
    rows = json.loads(found.stdout)
    assert [(one["number"], one["recorded"], one["unknown_rows"]) for one in rows] == [
        ("PUB-1", True, []),
        ("PUB-2", False, [4]),
    ]
    assert len(recorded(clock)) == 1
