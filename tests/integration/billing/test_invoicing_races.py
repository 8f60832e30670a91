"""Many who post at once: numbers without gap or double; without the guard there are both."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Barrier, Event
from time import sleep
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_billing import make_invoice_draft, make_seller
from tests.support.making_orders import Shop, make_placed, make_shop
from tests.support.racing import race, winners
from vlms.billing.models.invoices import Invoice, InvoiceState
from vlms.billing.service.invoicing import (
    DraftFacts,
    create_draft,
    discard_draft,
    edit_draft,
    get_draft,
)
from vlms.billing.service.invoicing_posting import post_invoice
from vlms.core.db import reading, transaction
from vlms.core.scope import System
from vlms.core.scoping import guarded_update
from vlms.orders.models import NumberSeries, Order

THREADS = 8


def post(shop: Shop, clock: StillClock, invoice: Invoice) -> Callable[[], object]:
    def act() -> object:
        with shop.selling(clock()) as work:
            return post_invoice(work, invoice.id, invoice.version).number

    return act


def numbers_of(count: int, year: int) -> list[str]:
    return [f"{year}-{number:06d}" for number in range(1, count + 1)]


def test_many_at_once_get_numbers_without_gap_or_double(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_seller(work, shop.reseller.id)
        good = [make_invoice_draft(work, shop) for _ in range(THREADS)]
        # These are refused after they took a number.
        bad = [make_invoice_draft(work, shop) for _ in range(THREADS // 2)]
        for draft in bad:
            draft.lines[0].net_minor += 1
    results = race(app, [post(shop, clock, draft) for draft in (*bad, *good)])
    posted = sorted(map(str, winners(results)))
    assert posted == numbers_of(THREADS, clock().year)
    assert len(results) - len(posted) == len(bad)


def test_of_many_who_post_one_draft_one_does(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_seller(work, shop.reseller.id)
        draft = make_invoice_draft(work, shop)
    results = race(app, [post(shop, clock, draft)] * THREADS)
    assert winners(results) == numbers_of(1, clock().year)


def drafts_of(shop: Shop, clock: StillClock, order: Order) -> Callable[[], object]:
    def act() -> object:
        with shop.selling(clock()) as work:
            return create_draft(work, shop.reseller.id, [line.id for line in order.lines])

    return act


def test_a_line_on_two_drafts_is_posted_once(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        shop = make_shop(work)
        make_seller(work, shop.reseller.id)
        order = make_placed(work, shop)
        assert order.lines
    made = race(app, [drafts_of(shop, clock, order)] * THREADS)
    found = [each for each in made if isinstance(each, Invoice)]
    if app.config["SETTINGS"].database_url.startswith("postgresql"):
        assert len(found) > 1, "drafts are not guarded, so that posting must be"
    results = race(app, [post(shop, clock, draft) for draft in found])
    assert winners(results) == numbers_of(1, clock().year)


def unguarded_post(invoice_id: UUID, series: str, meeting: Barrier) -> str:
    """A twin that reads the next number first, and writes it later."""
    with reading(System("twin")) as session:
        held = session.get_one(NumberSeries, series).next_number
    meeting.wait(10)
    number = f"2026-{held:06d}"
    with transaction(System("twin")) as session:
        guarded_update(session, NumberSeries, NumberSeries.series == series, next_number=held + 1)
        guarded_update(session, Invoice, Invoice.id == invoice_id, cost_centre=number)
    return number


def test_a_twin_without_the_guard_gives_doubles(app: Flask, clock: StillClock) -> None:
    """The negative control: the same race, numbers read before they are written."""
    with making(clock()) as work:
        shop = make_shop(work)
        drafts = [make_invoice_draft(work, shop) for _ in range(THREADS)]
        work.session.add(NumberSeries(series="twin", next_number=1))
    meeting = Barrier(THREADS)
    posts = [partial(unguarded_post, draft.id, "twin", meeting) for draft in drafts]
    results = race(app, posts)
    assert len(set(map(str, results))) < THREADS
    with pytest.raises(AssertionError):
        assert sorted(map(str, results)) == numbers_of(THREADS, 2026)


def change_slowly(
    shop: Shop, clock: StillClock, draft: Invoice, begun: Event, *, discards: bool
) -> str:
    """Somebody changes a draft, and has read it for a while when it is posted."""
    lines = [line.order_line_id for line in draft.lines]
    with shop.selling(clock()) as work:
        assert get_draft(work, draft.id, draft.version).lines
        begun.set()
        sleep(0.5)
        if discards:
            discard_draft(work, draft.id)
        else:
            edit_draft(work, draft.id, draft.version, DraftFacts(cost_centre="IT-9"), lines)
    return "changed"


@pytest.mark.parametrize("discards", [False, True])
def test_a_draft_is_not_posted_while_it_is_changed(
    app: Flask, clock: StillClock, discards: bool
) -> None:
    """Else what is posted is rewritten, or its number is missing (I17)."""
    with making(clock()) as work:
        shop = make_shop(work)
        make_seller(work, shop.reseller.id)
        draft = make_invoice_draft(work, shop)
    begun = Event()

    def post_then() -> object:
        begun.wait(10)
        return post(shop, clock, draft)()

    change = partial(change_slowly, shop, clock, draft, begun, discards=discards)
    assert winners(race(app, [change, post_then])) == ["changed"]
    with reading(System("test")) as session:
        left = session.get(Invoice, draft.id)
        assert (left is None) == discards
        assert left is None or (left.state, left.number) == (InvoiceState.DRAFT, None)
