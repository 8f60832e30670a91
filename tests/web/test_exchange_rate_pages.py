"""A reseller's exchange rates: entered, imported with a dry run, removed; never another's."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_orders import ADMIN_EMAIL, RESELLER_EMAIL, Shop, make_shop
from tests.support.pages import CheckingClient
from vlms.accounts.models import OrganisationKind
from vlms.billing.cli import billing
from vlms.billing.queries.exchange_rates import find_rate, list_rates
from vlms.billing.rules.exchange import RateRow
from vlms.billing.service.exchange_rates import add_rate
from vlms.core.permissions import Role

PLACE = "/o/litware/exchange-rates/"
RATE = {
    "from_currency": "USD",
    "to_currency": "TWD",
    "effective_on": "2026-03-01",
    "rate": "31.25",
    "source": "臺灣銀行",
}
HEAD = "From currency,To currency,Day,Rate,Source\n"


@pytest.fixture
def shop(client: CheckingClient, clock: StillClock) -> Shop:
    with making(clock()) as work:
        made = make_shop(work)
    client.sign_in(RESELLER_EMAIL)
    return made


def upload(client: CheckingClient, rows: str) -> str:
    file = (io.BytesIO((HEAD + rows).encode()), "rates.csv")
    answer = client.send(PLACE + "import", file=file)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location)


def test_a_rate_is_entered_once_a_day_and_removed(client: CheckingClient, shop: Shop) -> None:
    assert client.send(PLACE + "add", **RATE).status_code == 302
    assert client.send(PLACE + "add", **RATE).status_code == 422
    same = client.send(PLACE + "add", **{**RATE, "to_currency": "USD"})
    assert "needs no rate to itself" in same.get_data(as_text=True)
    assert "31.25" in client.page(PLACE).text
    assert "31.25" not in client.page(PLACE + "?currency=EUR").text
    client.press(PLACE, "/remove")
    assert "no exchange rates yet" in client.page(PLACE).text


def test_the_latest_rate_until_the_day_counts(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    with shop.selling(clock()) as work:
        for day, millionths in ((1, 31_000_000), (15, 32_000_000)):
            row = RateRow("USD", "TWD", date(2026, 3, day), millionths, None)
            add_rate(work, shop.reseller.id, row)
        pair = ("USD", "TWD")
        found = [
            find_rate(work.session, shop.reseller.id, pair, date(2026, month, day))
            for month, day in ((2, 28), (3, 1), (3, 14), (3, 15))
        ]
        assert [one and one.rate_millionths for one in found] == [
            None,
            31_000_000,
            31_000_000,
            32_000_000,
        ]
        backwards = (pair[1], pair[0])
        assert find_rate(work.session, shop.reseller.id, backwards, date(2026, 4, 1)) is None


def test_a_file_is_shown_before_it_counts_and_counts_once(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    client.send(PLACE + "add", **RATE)
    rows = "USD,TWD,2026-03-01,31.5,bank\nEUR,TWD,2026-03-01,35,\n"
    address = upload(client, rows)
    page = client.page(address).text
    assert "Changed" in page
    assert "31.25" in page
    assert client.send(address).status_code == 302
    with making(clock()) as work:
        held = list_rates(work.session, shop.reseller.id)
        assert [one.rate_millionths for one in held] == [35_000_000, 31_500_000]
    again = client.page(upload(client, rows)).text
    assert "Same as before" in again


def test_a_wrong_or_repeated_row_keeps_the_whole_file_out(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    address = upload(client, "USD,TWD,2026-03-01,31\nUSD,TWD,2026/3/1,32\nUSD,QQQ,x,0\n")
    page = client.page(address)
    assert "Row 2 gives a rate of the same day" in page.text
    assert client.send(address).status_code == 422
    with making(clock()) as work:
        assert not list_rates(work.session, shop.reseller.id)


def test_another_reseller_neither_sees_nor_removes_it(
    client: CheckingClient, shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        row = RateRow("USD", "TWD", date(2026, 3, 1), 31_250_000, None)
        held = add_rate(work, shop.reseller.id, row)
        other = make_organisation(work, "northwind", OrganisationKind.RESELLER)
        make_member(work, other, Role.RESELLER, "nora@northwind.example")
    client.press(PLACE, "/sign-out")
    client.sign_in("nora@northwind.example")
    place = "/o/northwind/exchange-rates/"
    assert "31.25" not in client.page(place).text
    token = client.page(place + "add").select_one("input[name=csrf_token]")
    assert token is not None
    answer = client.post(f"{place}{held.id}/remove", data={"csrf_token": token["value"]})
    assert answer.status_code == 404
    client.press(place, "/sign-out")
    client.sign_in(ADMIN_EMAIL)
    client.page("/o/contoso/exchange-rates/", 403)


def run(app: Flask, *words: str) -> str:
    found = CliRunner().invoke(
        billing, ["exchange-rates", *words], obj=lambda: app, catch_exceptions=False
    )
    assert found.exit_code == 0, found.output
    return found.stdout


def test_the_command_line_does_the_same(app: Flask, clock: StillClock, tmp_path: Path) -> None:
    with making(clock()) as work:
        make_shop(work)
    run(app, "add", "USD", "TWD", "2026-03-01", "31.25", "--reseller", "litware")
    file = tmp_path / "rates.csv"
    file.write_text(HEAD + "USD,TWD,2026-03-02,31.5,bank\n", "utf-8")
    run(app, "import", str(file), "--reseller", "Litware")
    run(app, "remove", "USD", "TWD", "2026-03-01", "--reseller", "litware")
    rows = json.loads(run(app, "list", "--reseller", "litware", "--json"))
    assert [(row["day"], row["rate"]) for row in rows] == [("2026-03-02", "31.5")]
