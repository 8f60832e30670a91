"""Pages and commands of the tax tables."""

from __future__ import annotations

import json

from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import OPERATOR_EMAIL, RESELLER_EMAIL, make_shop
from tests.support.pages import CheckingClient
from vlms.billing.cli import billing

PLACE = "/o/operator/taxes/"
RATE = {
    "country": "TW",
    "percent": "5",
    "name_en": "Business tax",
    "name_zh": "營業稅",
    "effective_from": "2026-01-01",
}


def entered(client: CheckingClient, clock: StillClock) -> CheckingClient:
    with making(clock()) as work:
        make_shop(work)
    client.sign_in(OPERATOR_EMAIL)
    return client


def test_the_operator_enters_a_rate_and_how_it_is_rounded(
    client: CheckingClient, clock: StillClock
) -> None:
    operator = entered(client, clock)
    assert operator.send(PLACE + "add", **RATE).status_code == 302
    assert operator.send(PLACE + "add", **RATE).status_code == 422
    assert operator.send(PLACE + "add", **{**RATE, "percent": "101"}).status_code == 422
    rounding = {"country": "TW", "mode": "per_line", "effective_from": "2026-01-01"}
    assert operator.send(PLACE + "rounding", **rounding).status_code == 302
    text = operator.page(PLACE).text
    assert "5 %" in text
    assert "per line" in text
    assert "Sample" not in text
    for _ in range(2):
        operator.press(PLACE, "/remove")
    assert "invoices carry no tax" in operator.page(PLACE).text


def test_the_sample_is_marked_on_the_page(client: CheckingClient, clock: StillClock) -> None:
    operator = entered(client, clock)
    operator.press(PLACE, "/sample")
    page = operator.page(PLACE)
    assert "Sample" in page.text
    assert "10 %" in page.text


def test_a_reseller_does_not_keep_taxes(client: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        make_shop(work)
    client.sign_in(RESELLER_EMAIL)
    client.page("/o/litware/taxes/", 403)


def run(app: Flask, *words: str) -> str:
    found = CliRunner().invoke(billing, ["taxes", *words], obj=lambda: app, catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.stdout


def test_the_command_line_does_the_same(app: Flask) -> None:
    run(app, "add", "TW", "2026-01-01", "5", "--name", "Business tax", "--name-zh", "營業稅")
    run(app, "round", "TW", "2026-01-01", "per_line")
    run(app, "load-sample")
    rows = json.loads(run(app, "list", "--json"))
    assert [row["percent"] for row in rows if row["country"] == "TW"] == ["5"]
    assert {"country": "TW", "rounded": "per_line", "from": "2026-01-01"} in json.loads(
        run(app, "rounding", "--json")
    )
    run(app, "remove", "TW", "2026-01-01")
    run(app, "unround", "TW", "2026-01-01")
    assert all(row["country"] != "TW" for row in json.loads(run(app, "list", "--json")))
