"""Pages of a reseller's months: matching, deciding, closing, opening again."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_orders import RESELLER_EMAIL, Shop, make_shop
from tests.support.making_reconciliation import (
    charges_in,
    line_of,
    make_charged,
    make_file,
    make_period,
)
from tests.support.pages import CheckingClient, values_of
from tests.support.papers import paper_text
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.reconciliation.queries.differences import list_differences
from vlms.reconciliation.rules.differences import DifferenceState
from vlms.reconciliation.service.matching import match_period
from vlms.reconciliation.service.settling import Step, settle

PLACE = "/o/litware/reconciliation/"


@pytest.fixture
def shop(client: CheckingClient, clock: StillClock) -> Shop:
    with making(clock()) as work:
        made = make_shop(work)
        make_member(work, made.customer, Role.FINANCE, "fin@contoso.example")
    client.sign_in(RESELLER_EMAIL)
    return made


@pytest.fixture
def month(shop: Shop, clock: StillClock) -> UUID:
    """A month of three charges, of which the publisher has one with another price."""
    keys = make_charged(shop, clock(), 3)
    with making(clock()) as work:
        charges = charges_in(work, keys)
        period = make_period(work, shop, charges[0].charged_on.isoformat()[:7])
        lines = [line_of(one) for one in charges[:2]]
        lines.append(line_of(charges[2], net_minor=charges[2].net_minor + 1234))
        make_file(work, period, lines)
        return period.id


def test_a_month_is_matched_decided_and_closed(
    client: CheckingClient, month: UUID, clock: StillClock
) -> None:
    place = f"{PLACE}{month}"
    assert "has not been matched" in client.page(place).text
    assert client.press(place, place + "/match").status_code == 302
    page = client.page(place)
    assert "The price is the same, the time is not" in page.text
    assert "USD 12.34" in page.text
    with making(clock()) as work:
        (one,) = list_differences(work.session, month)
    here = f"{PLACE}differences/{one.id}"
    assert "Both sides" in client.page(here).text
    assert client.send(here, state="accepted", reason="").status_code == 422
    assert client.send(here, state="accepted", reason="agreed by phone").status_code == 302
    assert "agreed by phone" in client.page(here).text
    assert client.send(place + "/close").status_code == 302
    page = client.page(place)
    assert "This month is closed." in page.text
    paper = client.get(f"{place}/papers/1.pdf")
    assert paper.data.startswith(b"%PDF")
    assert client.send(place + "/reopen", reason="").status_code == 422
    assert client.send(place + "/reopen", reason="a late file").status_code == 302
    page = client.page(place)
    assert "Match now" in page.text
    (turns,) = (one for one in page.select("section.card") if "opened again" in one.h2.text)
    assert "a late file" in turns.text
    assert "Month closed" in turns.text
    assert "reconciliation.closed" not in page.text
    assert client.get(f"{place}/papers/1.pdf").data == paper.data


def test_a_month_with_open_differences_is_not_closed(client: CheckingClient, month: UUID) -> None:
    place = f"{PLACE}{month}"
    answer = client.send(place + "/close")
    assert "has not been matched" in answer.get_data(as_text=True)
    client.press(place, place + "/match")
    page = client.page(place + "/close")
    assert "1 difference is open." in page.text
    (way,) = (one["href"] for one in page.select("a.btn-primary"))
    assert "The price is the same" in client.page(way).text
    (form,) = client.page(place).select('form[action$="/match"]')
    answer = client.post(place + "/close", data=values_of(form))
    assert "1 differences of" in answer.get_data(as_text=True)


def test_several_differences_are_decided_at_once(
    client: CheckingClient, month: UUID, clock: StillClock
) -> None:
    place = f"{PLACE}{month}"
    client.press(place, place + "/match")
    together = f"{place}/together?which=all&act=written_off"
    assert "1 difference is chosen." in client.page(together).text
    assert client.send(together, state="written_off", reason="too small").status_code == 302
    with making(clock()) as work:
        (one,) = list_differences(work.session, month)
        assert one.state is DifferenceState.WRITTEN_OFF
    assert "No difference is chosen." in client.page(f"{place}/together?act=accepted&row=x").text


def test_comments_and_owners_are_kept(
    client: CheckingClient, month: UUID, shop: Shop, clock: StillClock
) -> None:
    client.press(f"{PLACE}{month}", f"{PLACE}{month}/match")
    with making(clock()) as work:
        (one,) = list_differences(work.session, month)
    here = f"{PLACE}differences/{one.id}"
    assert client.press(here, here + "/note", note="asked them").status_code == 302
    assert client.press(here, here + "/owner", owner=str(shop.seller.id)).status_code == 302
    page = client.page(here).text
    assert "asked them" in page
    assert "Test User" in client.page(f"{PLACE}{month}?owner={shop.seller.id}").text


def test_months_are_opened_from_the_list(client: CheckingClient, shop: Shop) -> None:
    assert shop.reseller.slug == "litware"
    assert client.send(PLACE, month="2026-3x").status_code == 422
    answer = client.send(PLACE, month="2026-03")
    assert "2026-03" in client.page(answer.location).text
    assert "2026-03" in client.page(PLACE).text


def test_the_queue_is_narrowed_and_downloaded(client: CheckingClient, month: UUID) -> None:
    place = f"{PLACE}{month}"
    client.press(place, place + "/match")
    assert "No difference fits." in client.page(place + "?kind=tax").text
    assert "the time is not" in client.page(place + "?kind=proration&side=publisher").text
    table = client.get(place + "/differences.csv").get_data(as_text=True)
    assert "Proration" in table


def test_a_customer_never_sees_differences(client: CheckingClient, month: UUID) -> None:
    client.sign_in("fin@contoso.example")
    client.page(f"{PLACE}{month}", 404)
    client.page(f"/o/contoso/reconciliation/{month}", 403)


def test_a_closed_month_keeps_its_differences(
    shop: Shop, month: UUID, clock: StillClock, client: CheckingClient
) -> None:
    with making(clock()) as work:
        period = make_period(work, shop, clock().date().isoformat()[:7])
        match_period(work, period)
        for one in list_differences(work.session, period.id):
            settle(work, one.id, Step(DifferenceState.ACCEPTED, "agreed"))
            key = one.id
    assert client.send(f"{PLACE}{month}/close").status_code == 302
    assert "Decide" not in client.page(f"{PLACE}differences/{key}").text
    assert "Match now" not in client.page(f"{PLACE}{month}").text


@pytest.mark.parametrize(
    ("language", "theirs"),
    [(Language.ENGLISH, "14 Mar 2027"), (Language.TRADITIONAL_CHINESE, "2027/3/14")],
)
def test_the_paper_of_a_closed_month_writes_days_as_who_closed_it_does(
    shop: Shop, clock: StillClock, client: CheckingClient, language: Language, theirs: str
) -> None:
    keys = make_charged(shop, clock())
    with making(clock()) as work:
        (charge,) = charges_in(work, keys)
        period = make_period(work, shop, charge.charged_on.isoformat()[:7])
        make_file(work, period, [line_of(charge, charge_end=date(2027, 3, 14))])
        match_period(work, period)
        (one,) = list_differences(work.session, period.id)
        settle(work, one.id, Step(DifferenceState.ACCEPTED, "agreed"))
        place = f"{PLACE}{period.id}"
    client.press(place, "/language", language=language.value)
    assert client.send(place + "/close").status_code == 302
    said = paper_text(client.get(place + "/papers/1.pdf").data)
    assert theirs in said
    assert "2027-03-14" not in said
