"""Credit notes and void invoices: to the cent, never more than is left, lines open again."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_billing import make_invoice_draft, make_posted, make_seller, make_tax
from tests.support.making_orders import Shop, make_shop, make_voucher, wish
from tests.support.racing import race, winners
from vlms.billing.models.invoices import Invoice, InvoiceState
from vlms.billing.queries.invoicing import list_open_lines
from vlms.billing.service.invoicing import create_draft
from vlms.billing.service.invoicing_credit import Part, credit, void
from vlms.billing.service.invoicing_posting import post_invoice
from vlms.core.errors import BadInput, Conflict
from vlms.core.work import Work


def make_house(work: Work, percent: str = "5") -> tuple[Shop, Invoice]:
    shop = make_shop(work)
    make_seller(work, shop.reseller.id)
    make_tax(work, percent)
    lines = [wish(shop.product, n, twelve_months=True) for n in (1, 7)]
    return shop, make_posted(work, shop, *lines)


def amounts(invoice: Invoice) -> tuple[int, int, int]:
    return invoice.net_minor, invoice.tax_minor, invoice.gross_minor


def test_a_full_credit_note_mirrors_its_invoice_and_opens_its_lines(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        shop, posted = make_house(work, "8.875")
    with shop.selling(clock()) as work:
        note = credit(work, posted.id, "wrong customer")
        assert amounts(note) == tuple(-minor for minor in amounts(posted))
        assert (note.state, note.corrects_id) == (InvoiceState.POSTED, posted.id)
        assert note.number == f"CN-{clock().year}-000001"
        assert [line.quantity for line in note.lines] == [-1, -7]
        opened = list_open_lines(work.session, shop.reseller.id)
        assert len(opened) == 2
        again = create_draft(work, shop.reseller.id, [line.id for line in opened])
        post_invoice(work, again.id, again.version)


def test_a_line_that_cost_nothing_goes_back_and_opens_too(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_seller(work, shop.reseller.id)
        free = wish(make_voucher(work, "free", "0.00"), 3, twelve_months=True)
        posted = make_posted(work, shop, free, wish(shop.product, 1, twelve_months=True))
        assert [line.net_minor for line in posted.lines] == [0, 12000]
    line, other = posted.lines
    for wrong in (Part(1), Part(0, 4)):
        with pytest.raises(BadInput), shop.selling(clock()) as work:
            credit(work, posted.id, "price", {line.id: wrong})
    with shop.selling(clock()) as work:
        assert list_open_lines(work.session, shop.reseller.id) == []
        credit(work, posted.id, "price", {other.id: Part(100)})
        note = credit(work, posted.id, "wrong customer")
        assert [(line.quantity, line.net_minor) for line in note.lines] == [(-3, 0), (-1, -11900)]
        opened = list_open_lines(work.session, shop.reseller.id)
        assert {one.id for one in opened} == {one.order_line_id for one in posted.lines}
    with pytest.raises(BadInput), shop.selling(clock()) as work:
        credit(work, posted.id, "once more")


def test_parts_add_up_to_the_invoice_to_the_cent(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop, posted = make_house(work, "8.875")
        first, second = posted.lines
        notes = [
            credit(work, posted.id, "price", {first.id: Part(3333), second.id: Part(1, 1)}),
            credit(work, posted.id, "price", {second.id: Part(33333, 2)}),
            credit(work, posted.id, "the rest"),
        ]
        sums = tuple(map(sum, zip(*map(amounts, notes), strict=True)))
        assert sums == tuple(-minor for minor in amounts(posted))
        quantities = [line.quantity for note in notes for line in note.lines]
        assert sum(quantities) == -8
        assert len(list_open_lines(work.session, shop.reseller.id)) == 2
    with pytest.raises(BadInput, match="nothing left"), making(clock()) as work:
        credit(work, posted.id, "again")


@pytest.mark.parametrize("part", [Part(12001), Part(0), Part(-1), Part(1, 1), Part(1, -1)])
def test_no_more_goes_back_than_is_left(app: Flask, clock: StillClock, part: Part) -> None:
    with making(clock()) as work:
        _shop, posted = make_house(work)
    with pytest.raises(BadInput), making(clock()) as work:
        credit(work, posted.id, "too much", {posted.lines[0].id: part})


def test_a_line_given_back_in_part_is_not_open(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop, posted = make_house(work)
        credit(work, posted.id, "price", {posted.lines[1].id: Part(100, 2)})
        assert not list_open_lines(work.session, shop.reseller.id)


def test_a_void_invoice_keeps_its_number_and_opens_its_lines(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop, posted = make_house(work)
        voided = void(work, posted.id, "printed twice")
        assert (voided.state, voided.void_reason) == (InvoiceState.VOID, "printed twice")
        assert voided.number == posted.number
        assert len(list_open_lines(work.session, shop.reseller.id)) == 2
        following = make_posted(work, shop)
        assert following.number == f"{clock().year}-000002"
    with pytest.raises(Conflict), making(clock()) as work:
        credit(work, posted.id, "too late")


def test_void_goes_backwards_only(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop, posted = make_house(work)
        note = credit(work, posted.id, "wrong")
    with pytest.raises(Conflict, match="Credit notes correct"), making(clock()) as work:
        void(work, posted.id, "wrong")
    with making(clock()) as work:
        opened = list_open_lines(work.session, shop.reseller.id)
        again = create_draft(work, shop.reseller.id, [line.id for line in opened])
        anew = post_invoice(work, again.id, again.version)
    with pytest.raises(Conflict, match="invoiced anew"), making(clock()) as work:
        void(work, note.id, "wrong")
    with making(clock()) as work:
        for each in (anew, note, posted):
            void(work, each.id, "wrong")


def test_of_many_who_credit_all_at_once_one_does(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop, posted = make_house(work)
        make_invoice_draft(work, shop)

    def give_back() -> object:
        with shop.selling(clock()) as work:
            return credit(work, posted.id, "wrong").number

    def declare_void() -> object:
        with shop.selling(clock()) as work:
            return void(work, posted.id, "wrong").number

    results = race(app, [give_back, declare_void] * 4)
    assert len(winners(results)) == 1
