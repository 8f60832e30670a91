"""The page of statements: from a sum to its lines, page by page, at a cut-off in the address."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_orders import RESELLER_EMAIL, Shop, make_placed, make_shop, wish
from tests.support.pages import CheckingClient
from vlms.billing.views.statements import LINES_SHOWN
from vlms.core.permissions import Role
from vlms.orders.models import Order
from vlms.orders.service import steps

SELLING = "/o/litware/statements/"
# A cut-off lies at least so long back.
SETTLED = timedelta(minutes=2)
FINANCE = "fin@contoso.example"


@pytest.fixture
def shop(client: CheckingClient, clock: StillClock) -> Shop:
    with making(clock()) as work:
        made = make_shop(work)
        make_member(work, made.customer, Role.FINANCE, FINANCE)
    client.sign_in(RESELLER_EMAIL)
    return made


def place(shop: Shop, clock: StillClock, *quantities: int) -> Order:
    with making(clock()) as work:
        order = make_placed(work, shop, *[wish(shop.product, each) for each in quantities])
    clock.now += SETTLED
    return order


def cancel(order: Order, clock: StillClock) -> None:
    with making(clock()) as work:
        steps.cancel(work, order.id, "not needed")
    clock.now += SETTLED


def shown(client: CheckingClient, address: str) -> list[str]:
    """The order lines on the page."""
    rows = client.page(address).select("#lines tbody tr")
    return [" ".join(row.td.get_text().split()) for row in rows if row.td]


def test_a_sum_leads_to_its_lines(client: CheckingClient, shop: Shop, clock: StillClock) -> None:
    kept, gone = place(shop, clock, 10, 3), place(shop, clock, 5)
    cancel(gone, clock)
    assert len(shown(client, SELLING)) == 4
    link = client.page(SELLING).find("a", string="Cancelled")
    assert link is not None
    address = str(link["href"])
    assert shown(client, address.split("#")[0]) == [f"{gone.number} / 1"]
    assert f"{kept.number} / 2" in shown(client, f"{SELLING}?kind=USD.nonsense")


def test_lines_come_page_by_page(client: CheckingClient, shop: Shop, clock: StillClock) -> None:
    half = LINES_SHOWN // 2
    first, second = (place(shop, clock, *[1] * half) for _part in range(2))
    last = place(shop, clock, 1)
    found = shown(client, SELLING)
    assert (found[0], found[-1]) == (f"{first.number} / 1", f"{second.number} / {half}")
    following = client.page(SELLING).find("a", rel="next")
    assert following is not None
    assert shown(client, str(following["href"])) == [f"{last.number} / 1"]
    for beyond in ("nonsense", "-1", "99999999999", "²"):
        assert shown(client, f"{SELLING}?after={beyond}")[:1] == found[:1]


def test_the_address_keeps_its_cut_off(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    order = place(shop, clock, 10)
    link = client.page(SELLING).find("a", string="Address with this cut-off")
    assert link is not None
    address = str(link["href"])
    before = client.page(address).select_one("main")
    clock.now += timedelta(hours=1)
    cancel(order, clock)
    place(shop, clock, 4)
    assert len(shown(client, SELLING)) == 3
    assert shown(client, address) == [f"{order.number} / 1"]
    after = client.page(address).select_one("main")
    assert before is not None
    assert after is not None
    assert after.get_text() == before.get_text()


def test_a_customer_gets_nothing_by_keys_of_others(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    place(shop, clock, 10)
    client.sign_in(FINANCE)
    own = "/o/contoso/statements/"
    assert len(shown(client, f"{own}?agreement={shop.agreement.id}")) == 1
    for other in ("customer", "agreement"):
        assert shown(client, f"{own}?{other}={shop.reseller.id}") == []
    client.page(SELLING, 404)


def test_nothing_slips_behind_a_cut_off_that_was_shown(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    """Work that began before the page was looked at, and ends after it (I18)."""
    began_at = clock()
    clock.move(seconds=30)
    link = client.page(SELLING).find("a", string="Address with this cut-off")
    assert link is not None
    with making(began_at) as work:
        make_placed(work, shop, wish(shop.product, 10))
    assert shown(client, str(link["href"])) == []
    for until in ("", "?until=2099-12-31T16:00:00Z"):
        assert shown(client, f"{SELLING}{until}") == []
    clock.move(seconds=30)
    assert len(shown(client, SELLING)) == 1
