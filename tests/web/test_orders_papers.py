"""One quote, one set of figures: on the page, in PDF, Excel, CSV and on the command line."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime

import openpyxl
import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_agreements import make_agreement
from tests.support.making_orders import (
    ADMIN_EMAIL,
    RESELLER_EMAIL,
    Shop,
    make_draft,
    make_placed,
    make_shop,
)
from tests.support.pages import CheckingClient
from tests.support.papers import paper_text
from vlms.accounts.models import OrganisationKind
from vlms.accounts.queries import get_organisation
from vlms.core.permissions import Role
from vlms.orders.models import Order
from vlms.orders.quote_cli import quote


def cells_of(content: bytes) -> list[dict[str, object]]:
    """The rows of a workbook's first sheet under its headings."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = next(place for place, row in enumerate(rows) if row[0] == "Order")
    return [
        dict(zip(map(str, rows[head]), row, strict=True))
        for row in rows[head + 1 :]
        if row[0] and str(row[0]).startswith("O-")
    ]


def quoted(on: str, first: str, last: str) -> dict[str, object]:
    """What `vlms quote` answers for ten units at 120.00 USD."""
    words = [
        *("--unit-price", "120.00", "--currency", "USD", "--quantity", "10"),
        *("--ordered-on", on, "--term-start", first, "--term-end", last, "--json"),
    ]
    found: dict[str, object] = json.loads(CliRunner().invoke(quote, words).stdout)
    return found


EXAMPLES = [
    ("2024-07-01", "2025-06-30", "2024-10-15", 8, "800.00", "2025-06-30"),
    ("2024-07-01", "2025-06-30", "2024-10-01", 9, "900.00", "2025-06-30"),
    ("2024-07-15", "2025-07-14", "2024-07-15", 12, "1200.00", "2025-07-14"),
    ("2024-03-01", "2025-02-28", "2025-01-31", 1, "100.00", "2025-02-28"),
]


@pytest.mark.parametrize(("first", "last", "on", "months", "amount", "end"), EXAMPLES)
def test_the_worked_examples_are_the_same_everywhere(
    client: CheckingClient,
    clock: StillClock,
    first: str,
    last: str,
    on: str,
    months: int,
    amount: str,
    end: str,
) -> None:
    day = date.fromisoformat(on)
    clock.set(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    with making(clock()) as work:
        shop = make_shop(
            work,
            first_day=date.fromisoformat(first),
            last_day=date.fromisoformat(last),
            time_zone="UTC",
        )
        order = make_placed(work, shop)
    client.sign_in(ADMIN_EMAIL)
    formula = f"120.00 × 10 × {months} / 12 = {amount}"
    shown = f"120.00 × 10 × {months} / 12 = {float(amount):,.2f}"
    address = f"/o/contoso/orders/{order.id}"
    assert shown in client.page(address).text

    paper = paper_text(client.get(f"{address}/order-form.pdf").data)
    assert shown in paper
    assert f"{float(amount):,.2f} USD" in paper
    assert "Before tax" in paper

    (row,) = cells_of(client.get(f"/o/contoso/orders/lines/xlsx?q={order.number}").data)
    assert f"{row['Amount before tax']:.2f}" == amount
    assert (row["Months"], row["Reckoned as"]) == (months, shown)
    assert str(row["Last day"])[:10] == end

    assert amount in client.get("/o/contoso/orders/lines/csv").get_data(as_text=True)
    told = quoted(on, first, last)
    assert (told["formula"], told["amount"], told["months"]) == (formula, amount, months)
    assert told["charge_end"] == end


@pytest.mark.parametrize("form", ["xlsx", "csv", "pdf"])
@pytest.mark.parametrize("place", ["download", "lines"])
def test_lists_are_taken_away_in_three_formats(
    client: CheckingClient, clock: StillClock, form: str, place: str
) -> None:
    with making(clock()) as work:
        order = make_placed(work, make_shop(work))
    client.sign_in(ADMIN_EMAIL)
    response = client.get(f"/o/contoso/orders/{place}/{form}")
    assert response.status_code == 200
    assert "attachment" in response.headers["Content-Disposition"]
    if form == "csv":
        assert order.number in response.get_data(as_text=True)
    if form == "pdf":
        assert order.number in paper_text(response.data)
    if form == "xlsx":
        assert cells_of(response.data)[0]["Order"] == order.number


def test_there_is_no_other_format(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        make_shop(work)
    client.sign_in(ADMIN_EMAIL)
    assert client.get("/o/contoso/orders/download/doc").status_code == 404
    assert client.get("/o/contoso/orders/lines/doc").status_code == 404


def test_the_order_form_of_a_draft_says_so_and_explains_each_line(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_draft(work, shop)
    client.sign_in(ADMIN_EMAIL)
    paper = paper_text(client.get(f"/o/contoso/orders/{order.id}/order-form.pdf").data)
    for words in ("Draft", order.number, "P3:", "half-up", "P5:", "priced again", "1,200.00"):
        assert words in paper
    assert "Valid until" in paper


def test_the_order_form_of_a_placed_order_names_no_day_until_which_its_price_holds(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        order = make_placed(work, make_shop(work))
    client.sign_in(ADMIN_EMAIL)
    paper = paper_text(client.get(f"/o/contoso/orders/{order.id}/order-form.pdf").data)
    assert order.number in paper
    assert "Valid until" not in paper


def test_the_order_form_names_products_in_the_readers_language(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        order = make_placed(work, make_shop(work))
    client.sign_in(ADMIN_EMAIL)
    token = client.page("/o/contoso/orders/").select_one("[name=csrf_token]")
    assert token is not None
    client.post("/language", data={"csrf_token": str(token["value"]), "language": "zh_Hant_TW"})
    paper = paper_text(client.get(f"/o/contoso/orders/{order.id}/order-form.pdf").data)
    assert "產品 voucher" in paper
    assert "民國" not in paper
    with making(clock()) as work:
        get_organisation(work.session, order.organisation_id).has_roc_years = True
    paper = paper_text(client.get(f"/o/contoso/orders/{order.id}/order-form.pdf").data)
    assert "民國115年3月2日" in paper
    assert "2026/3/2" not in paper


def foreign(app: Flask, clock: StillClock) -> tuple[Shop, Order, str]:
    """An order, and the address of an admin of quite another organisation."""
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_placed(work, shop)
        fabrikam = make_organisation(work, "fabrikam")
        make_agreement(work, fabrikam, "A-9")
        make_member(work, fabrikam, Role.LICENSING_ADMIN, "fay@fabrikam.example")
        rival = make_organisation(work, "rival", OrganisationKind.RESELLER)
        make_member(work, rival, Role.RESELLER, "rex@rival.example")
    return shop, order, "fabrikam"


@pytest.mark.parametrize(
    ("email", "place"), [("fay@fabrikam.example", "fabrikam"), ("rex@rival.example", "rival")]
)
def test_no_address_gives_another_organisations_order(
    app: Flask, client: CheckingClient, clock: StillClock, email: str, place: str
) -> None:
    shop, order, _slug = foreign(app, clock)
    client.sign_in(email)
    page = client.page(f"/o/{place}/orders/")
    assert order.number not in page.text
    token = page.select_one("[name=csrf_token]")
    assert token is not None
    base = f"/o/{place}/orders/{order.id}"
    may_place, may_record = place == "fabrikam", place == "rival"
    for address in ("", "/order-form.pdf"):
        assert client.get(base + address).status_code == 404
    assert client.get(base + "/edit").status_code == (404 if may_place else 403)
    assert client.get(base + "/journal").status_code == (404 if may_place else 403)
    for address, is_open in (
        ("/edit", may_place),
        ("/quote-panel", may_place),
        ("/approve", may_place),
        ("/decline", may_place),
        ("/cancel", True),
        ("/record/process", may_record),
        (f"/deliver/{order.lines[0].id}", False),
    ):
        response = client.post(base + address, data={"csrf_token": str(token["value"])})
        assert response.status_code == (404 if is_open else 403), address
    for form in ("csv",):
        for listed in ("download", "lines"):
            content = client.get(f"/o/{place}/orders/{listed}/{form}").get_data(as_text=True)
            assert order.number not in content
    refused = client.post(
        f"/o/{place}/orders/new",
        data={"csrf_token": str(token["value"]), "agreement": str(shop.agreement.id)},
    )
    assert refused.status_code == (422 if may_place else 403)


def test_a_reseller_sees_its_customers_orders_and_no_others(
    client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        order = make_placed(work, shop)
        direct = make_agreement(work, shop.customer, "A-2")
        other = make_placed(work, Shop(**{**vars(shop), "agreement": direct}))
    client.sign_in(RESELLER_EMAIL)
    page = client.page("/o/litware/orders/")
    assert order.number in page.text
    assert other.number not in page.text
    client.page(f"/o/litware/orders/{other.id}", 404)
