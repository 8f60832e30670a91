"""Files are attached to agreements and orders, fetched and removed by both sides alone."""

from __future__ import annotations

import io
from uuid import UUID

import pytest
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import select
from werkzeug.http import parse_options_header

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_certificates import picture
from tests.support.making_orders import (
    ADMIN_EMAIL,
    RESELLER_EMAIL,
    Shop,
    make_placed,
    make_shop,
    wish,
)
from tests.support.pages import CheckingClient
from vlms.accounts.models import OrganisationKind
from vlms.billing.models.attachments import Attachment
from vlms.core.permissions import Role

PAPER = b"%PDF-1.7\nsigned by both"


@pytest.fixture
def shop(app: Flask, clock: StillClock) -> Shop:
    with making(clock()) as work:
        return make_shop(work)


def workbook() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def attach(
    client: CheckingClient, address: str, name: str, body: bytes, kind: str = "quote"
) -> int:
    answer = client.send(address, kind=kind, file=(io.BytesIO(body), name))
    return answer.status_code


def stored(clock: StillClock) -> list[Attachment]:
    with making(clock()) as work:
        return list(work.session.scalars(select(Attachment).order_by(Attachment.filename)))


def add_address(shop: Shop, place: str = "contoso") -> str:
    return f"/o/{place}/attachments/agreement/{shop.agreement.id}/add"


def test_what_one_side_attaches_the_other_fetches(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    client.sign_in(ADMIN_EMAIL)
    assert attach(client, add_address(shop), "合約.pdf", PAPER, "signed_agreement") == 302
    (kept,) = stored(clock)
    facts = (kept.filename, kept.media_type, kept.byte_count)
    assert facts == ("合約.pdf", "application/pdf", len(PAPER))
    client.sign_in(RESELLER_EMAIL)
    page = client.page(f"/o/litware/agreements/{shop.agreement.id}")
    assert ("合約.pdf" in page.text, "Signed agreement" in page.text) == (True, True)
    answer = client.get(f"/o/litware/attachments/{kept.id}")
    assert answer.data == PAPER
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_content_is_sealed_at_rest(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    client.sign_in(ADMIN_EMAIL)
    attach(client, add_address(shop), "quote.pdf", PAPER)
    with making(clock()) as work:
        sealed = work.session.scalar(select(Attachment.sealed_content))
    assert sealed
    assert b"signed by both" not in sealed


def test_an_orders_files_stand_on_its_page_and_go_with_a_trace(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        order = make_placed(work, shop, wish(shop.product))
    client.sign_in(ADMIN_EMAIL)
    address = f"/o/contoso/attachments/order/{order.id}/add"
    assert attach(client, address, "offer.xlsx", workbook()) == 302
    place = f"/o/contoso/orders/{order.id}"
    assert "offer.xlsx" in client.page(place).text
    assert "offer.xlsx" not in client.page(f"/o/contoso/agreements/{shop.agreement.id}").text
    (kept,) = stored(clock)
    client.send(f"/o/contoso/attachments/{kept.id}/remove")
    assert "offer.xlsx" not in client.page(place).text
    assert client.get(f"/o/contoso/attachments/{kept.id}").status_code == 404
    assert stored(clock) == []


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("quote.pdf", b"", "The file is empty."),
        ("quote.pdf", b"MZ\x90\x00 not a paper", "is no PDF, PNG or JPEG picture"),
        ("quote.exe", PAPER, "is no PDF, PNG or JPEG picture"),
        ("quote.pdf", picture(), "is no PDF, PNG or JPEG picture"),
        ("page.html", b"<script>alert(1)</script>", "is no PDF, PNG or JPEG picture"),
        ("offer.xlsx", b"PK\x03\x04 no workbook", "xlsx"),
    ],
)
def test_a_file_is_known_by_its_content(
    client: CheckingClient, shop: Shop, clock: StillClock, name: str, body: bytes, sentence: str
) -> None:
    client.sign_in(ADMIN_EMAIL)
    answer = client.send(add_address(shop), kind="quote", file=(io.BytesIO(body), name))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert stored(clock) == []


def test_others_neither_see_nor_add(client: CheckingClient, shop: Shop, clock: StillClock) -> None:
    client.sign_in(ADMIN_EMAIL)
    attach(client, add_address(shop), "quote.pdf", PAPER)
    (kept,) = stored(clock)
    with making(clock()) as work:
        other = make_organisation(work, "tailspin", OrganisationKind.RESELLER)
        make_member(work, other, Role.RESELLER, "tom@tailspin.example")
        make_member(work, shop.customer, Role.AUDITOR, "ada@contoso.example")
    client.sign_in("tom@tailspin.example")
    assert client.get(f"/o/tailspin/attachments/{kept.id}").status_code == 404
    assert client.get(add_address(shop, "tailspin")).status_code == 404
    client.sign_in("ada@contoso.example")
    assert client.get(f"/o/contoso/attachments/{kept.id}").data == PAPER
    assert client.get(add_address(shop)).status_code == 403


def test_an_agreement_with_files_is_not_deleted(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    client.sign_in(ADMIN_EMAIL)
    attach(client, add_address(shop), "quote.pdf", PAPER)
    address = f"/o/contoso/agreements/{shop.agreement.id}/delete"
    assert "Files are attached to this agreement" in client.get(address).text
    (kept,) = stored(clock)
    client.send(f"/o/contoso/attachments/{kept.id}/remove")
    assert client.send(address).status_code == 302


def test_a_file_moved_to_another_row_does_not_open(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    client.sign_in(ADMIN_EMAIL)
    attach(client, add_address(shop), "a.pdf", PAPER)
    attach(client, add_address(shop), "b.pdf", PAPER + b" twice")
    first, second = stored(clock)
    with making(clock()) as work:
        row = work.session.get(Attachment, first.id)
        other = work.session.get(Attachment, second.id)
        assert row
        assert other
        row.sealed_content = other.sealed_content
    assert opens(client, second.id) == 200
    assert opens(client, first.id) == 409


def opens(client: CheckingClient, attachment_id: UUID) -> int:
    return client.get(f"/o/contoso/attachments/{attachment_id}").status_code


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "name", ['a";filename="b.exe.pdf', "請款單 ©.pdf", "../../etc/passwd.pdf", "a;b=c,d.pdf"]
)
def test_a_hostile_name_leaves_encoded(
    client: CheckingClient, shop: Shop, clock: StillClock, name: str
) -> None:
    client.sign_in(ADMIN_EMAIL)
    assert attach(client, add_address(shop), name, PAPER) == 302
    (kept,) = stored(clock)
    told = client.get(f"/o/contoso/attachments/{kept.id}").headers["Content-Disposition"]
    assert told.isascii()
    assert parse_options_header(told) == ("attachment", {"filename": kept.filename})
