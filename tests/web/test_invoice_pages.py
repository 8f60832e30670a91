"""Invoices on their pages: from the orders to the posted paper, and what each side sees."""

from __future__ import annotations

import io
from uuid import UUID

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_billing import make_invoicing_shop, make_posted
from tests.support.making_orders import RESELLER_EMAIL, Shop, make_placed, wish
from tests.support.pages import CheckingClient
from vlms.billing.models.invoices import Invoice
from vlms.core.permissions import Role
from vlms.notices.models import OutboxMessage
from vlms.orders.models import Order

FINANCE = "fin@contoso.example"
AT = "/o/litware/invoices"
OURS = "/o/contoso/invoices"


@pytest.fixture
def shop(client: CheckingClient, clock: StillClock) -> Shop:
    with making(clock()) as work:
        made = make_invoicing_shop(work)
        make_member(work, made.customer, Role.FINANCE, FINANCE)
    return made


def posted_of(shop: Shop, clock: StillClock, *quantities: int) -> Invoice:
    with making(clock()) as work:
        return make_posted(work, shop, *(wish(shop.product, each) for each in quantities))


def lines_of(orders: list[Order]) -> list[str]:
    return [str(line.id) for order in orders for line in order.lines]


def test_two_orders_become_one_posted_invoice_and_its_buyer_is_told(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        orders = [make_placed(work, shop), make_placed(work, shop)]
        keys = lines_of(orders)
    client.sign_in(RESELLER_EMAIL)
    link = client.page(f"{AT}/to-invoice").select_one('a[href*="/invoices/draft/"]')
    assert link is not None
    saved = client.send(str(link["href"]), lines=keys, purchase_order="PO-9")
    shown = client.page(saved.location)
    assert "PO-9" in shown.text
    assert all(order.number in shown.text for order in orders)
    answered = client.send(f"{saved.location}/post")
    final = client.page(answered.location)
    number = f"{clock().year}-000001"
    assert number in final.text
    assert client.page(f"{saved.location}/edit", 409)
    with making(clock()) as work:
        mails = work.session.scalars(
            select(OutboxMessage).where(OutboxMessage.template == "invoice_posted")
        ).all()
        assert [mail.to_address for mail in mails] == ["accounts@contoso.example"]
        assert mails[0].facts["number"] == number
    assert "Everything that was ordered is invoiced" in client.page(f"{AT}/to-invoice").text


def test_a_draft_from_an_orders_page_ticks_the_lines_of_that_order(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        _first, second = make_placed(work, shop), make_placed(work, shop)
        keys = lines_of([second])
    client.sign_in(RESELLER_EMAIL)
    link = client.page(f"/o/litware/orders/{second.id}").select_one('a[href*="/invoices/draft/"]')
    assert link is not None
    page = client.page(str(link["href"]))
    assert len(page.select("input[name=lines]")) == 2
    assert [one["value"] for one in page.select("input[name=lines][checked]")] == keys


def test_what_is_entered_wrongly_stays_on_the_form(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_placed(work, shop)
    client.sign_in(RESELLER_EMAIL)
    address = f"{AT}/draft/{shop.customer.id}/USD"
    none = client.send(address, lines=[], cost_centre="CC-1")
    assert none.status_code == 422
    assert "No line is ticked" in none.get_data(as_text=True)
    assert 'value="CC-1"' in none.get_data(as_text=True)
    other = client.send(address, currency="TWD")
    assert "there is no rate to TWD" in other.get_data(as_text=True)


def test_a_draft_shown_earlier_is_not_posted_as_it_is_now(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_placed(work, shop)
    client.sign_in(RESELLER_EMAIL)
    saved = client.send(f"{AT}/draft/{shop.customer.id}/USD")
    page = client.page(f"{saved.location}/post")
    client.send(f"{saved.location}/edit", cost_centre="CC-2")
    form = page.select_one("main form[method=post]")
    assert form is not None
    values = {str(one["name"]): one.get("value", "") for one in form.select("input[name]")}
    late = client.post(f"{saved.location}/post", data=values)
    assert "has changed since you opened it" in late.get_data(as_text=True)


def test_the_customer_reads_what_is_posted_and_changes_nothing(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_placed(work, shop)
    client.sign_in(RESELLER_EMAIL)
    draft = client.send(f"{AT}/draft/{shop.customer.id}/USD").location.rpartition("/")[2]
    posted = posted_of(shop, clock)
    client.sign_in(FINANCE)
    assert posted.number is not None
    assert posted.number in client.page(f"{OURS}/").text
    shown = client.page(f"{OURS}/{posted.id}")
    assert "How is this counted?" in shown.text
    assert "Make a credit note" not in shown.text
    assert posted.number in client.page(f"/o/contoso/orders/{posted.lines[0].order_id}").text
    client.page(f"{OURS}/{draft}", 404)
    for address in ("to-invoice", "seller", "prices", f"{posted.id}/credit", f"{posted.id}/void"):
        client.page(f"{OURS}/{address}", 403)


def test_a_credit_note_is_entered_by_line(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    posted = posted_of(shop, clock, 10, 3)
    client.sign_in(RESELLER_EMAIL)
    address = f"{AT}/{posted.id}/credit"
    too_much = client.send(address, **{"reason": "x", "lines-0-net": "9999999"})
    assert "no more can be given back" in too_much.get_data(as_text=True)
    no_amount = client.send(address, **{"reason": "x", "lines-0-net": "1,5"})
    assert no_amount.status_code == 422
    made = client.send(
        address,
        **{"reason": "Price", "lines-0-net": "10", "lines-0-quantity": "", "lines-1-net": ""},
    )
    note = client.page(made.location)
    assert "CN-" in note.text
    assert "-10.50" in note.text
    assert "Price" in note.text
    assert made.location.rpartition("/")[2] in str(client.page(f"{AT}/{posted.id}"))


def test_a_credit_note_begins_empty_and_gives_all_back_only_when_told(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    posted = posted_of(shop, clock, 10, 3)
    client.sign_in(RESELLER_EMAIL)
    address = f"{AT}/{posted.id}/credit"
    fields = client.page(address).select("input[name^=lines-]:not([type=hidden])")
    assert [one.get("value") for one in fields] == [""] * 4
    nothing = client.send(address, reason="x")
    assert "no line has an amount" in nothing.get_data(as_text=True)
    both = client.send(address, **{"reason": "x", "is_whole": "y", "lines-0-net": "10"})
    assert "an amount is entered too" in both.get_data(as_text=True)
    note = client.send(address, reason="All of it", is_whole="y").location.rpartition("/")[2]
    with making(clock()) as work:
        assert work.session.get_one(Invoice, UUID(note)).gross_minor == -posted.gross_minor


def test_the_certificate_of_a_credit_note_stands_on_its_page_and_papers(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    abroad = posted_of(shop, clock)
    with making(clock()) as work:
        make_placed(work, shop)
    client.sign_in(RESELLER_EMAIL)
    other = client.send(f"{AT}/{abroad.id}/credit", reason="x", is_whole="y").location
    assert "Note the allowance certificate" not in client.page(other).text
    posted = client.send(f"{AT}/draft/{shop.customer.id}/USD", tax_country="TW").location
    client.send(f"{posted}/post")
    here = client.send(f"{posted}/credit", reason="x", is_whole="y").location
    assert "Note the allowance certificate" in client.page(here).text
    noting = f"{here}/allowance-number"
    assert client.send(noting, allowance_number="折讓 1").status_code == 422
    assert client.send(noting, allowance_number=" al-2026-77 ").status_code == 302
    assert "AL-2026-77" in client.page(here).text
    book = load_workbook(io.BytesIO(client.get(f"{here}/invoice.xlsx").data))
    assert "AL-2026-77" in [row[1].value for row in book.worksheets[1].iter_rows()]
    assert "AL-2026-77" in client.page(f"{AT}/?q=al-2026&columns=number,tax_invoice").text
    double = client.send(f"{other}/allowance-number", allowance_number="AL-2026-77")
    assert "is noted for another credit note" in double.get_data(as_text=True)
    invoice = client.send(f"{posted}/allowance-number", allowance_number="AL-1")
    assert "It is an invoice, no credit note." in invoice.get_data(as_text=True)


def test_an_invoice_of_several_orders_tells_the_numbers_of_each(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        keys = [make_placed(work, shop).id, make_placed(work, shop).id]
    with making(clock()) as work:
        orders = [work.session.get_one(Order, key) for key in keys]
        orders[0].purchase_order, orders[0].cost_centre = "PO-1", "CC-7"
        orders[1].purchase_order = "PO-2"
        lines = lines_of(orders)
    client.sign_in(RESELLER_EMAIL)
    saved = client.send(f"{AT}/draft/{shop.customer.id}/USD", lines=lines).location
    assert {"PO-1", "PO-2", "CC-7"} <= set(client.page(saved).stripped_strings)
    book = load_workbook(io.BytesIO(client.get(f"{saved}/invoice.xlsx?language=en").data))
    heads = {row[0].value: row[1].value for row in book.worksheets[1].iter_rows()}
    for order, own in zip(orders, ("PO-1", "PO-2"), strict=True):
        assert heads[f"Purchase-order number of order {order.number}"] == own
    assert heads[f"Cost centre of order {orders[0].number}"] == "CC-7"
    assert f"Cost centre of order {orders[1].number}" not in heads


def test_the_workbook_adds_up_to_the_paper(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    posted = posted_of(shop, clock, 10, 3)
    client.sign_in(FINANCE)
    for language, sheet in (("en", "Lines"), ("zh_Hant_TW", None)):
        answer = client.get(f"{OURS}/{posted.id}/invoice.xlsx?language={language}")
        book = load_workbook(io.BytesIO(answer.data))
        assert sheet is None or sheet in book.sheetnames
        paper = client.get(f"{OURS}/{posted.id}/invoice.pdf?language={language}")
        assert paper.data.startswith(b"%PDF-")
    values = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    nets = [line.net_minor / 100 for line in posted.lines]
    assert set(nets) <= set(values)
    listed = client.get(f"{OURS}/download/csv")
    assert str(posted.number) in listed.get_data(as_text=True)


def test_who_sells_who_buys_and_own_prices_are_entered(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    client.sign_in(RESELLER_EMAIL)
    assert client.send(f"{AT}/seller", invoice_prefix="cn").status_code == 422
    assert client.send(f"{AT}/seller", country="TW", tax_number="12345678").status_code == 422
    assert client.send(f"{AT}/seller", country="TW", tax_number="04595257").status_code == 302
    buyer = f"{AT}/buyers/{shop.customer.id}"
    assert client.send(buyer, legal_name="Contoso Holding").status_code == 302
    assert "Contoso Holding" in client.page(f"{AT}/buyers").text
    client.page(f"{AT}/buyers/{shop.operator.id}", 404)
    price = {
        "product": str(shop.product.id),
        "customer": str(shop.customer.id),
        "currency": "USD",
        "unit_price": "99.5",
        "effective_from": "2020-01-01",
    }
    assert client.send(f"{AT}/prices/add", **price).status_code == 302
    double = client.send(f"{AT}/prices/add", **price)
    assert "a price of that day" in double.get_data(as_text=True)
    posted = posted_of(shop, clock)
    assert "99.50" in client.page(f"{AT}/{posted.id}").text
    assert "own price" in client.page(f"{AT}/{posted.id}").text
    client.press(f"{AT}/prices", "/remove")
    assert "no prices of your own" in client.page(f"{AT}/prices").text


def test_a_draft_is_discarded(client: CheckingClient, shop: Shop, clock: StillClock) -> None:
    with making(clock()) as work:
        make_placed(work, shop)
    client.sign_in(RESELLER_EMAIL)
    saved = client.send(f"{AT}/draft/{shop.customer.id}/USD")
    assert client.send(f"{saved.location}/discard").status_code == 302
    client.page(saved.location, 404)
    assert "no invoices yet" in client.page(f"{AT}/").text
