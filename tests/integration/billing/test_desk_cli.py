"""The reseller's desk on the command line, and the customer's answer to a higher total."""

from __future__ import annotations

import json

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import make_placed, make_shop
from tests.support.repricing import AS_NOW, Trade
from vlms.billing.cli import billing
from vlms.core.errors import NotFound
from vlms.orders.cli import orders
from vlms.orders.models import ConsentState
from vlms.orders.rules.order_clock import OrderState, OrderStep
from vlms.orders.service import steps


def run(app: Flask, group: click.Group, *words: str) -> Result:
    """A refusal comes out as it is raised; `vlms` prints it as a sentence."""
    return CliRunner().invoke(group, words, obj=lambda: app, catch_exceptions=False)


def test_what_is_due_is_listed_and_written_about(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        order = make_placed(work, make_shop(work))
        steps.record_step(work, order.id, OrderStep.PROCESS, work.now)
    listed = run(app, billing, "deadlines", "--reseller", "litware", "--json")
    (row,) = json.loads(listed.stdout)
    assert (row["number"], row["record_next"]) == (order.number, "acknowledge")
    assert len(row["due"]) == 1
    words = ("message", order.number, "--about")
    assert "48 hours" in run(app, billing, *words, "acknowledgement").output
    with pytest.raises(NotFound, match="Nothing of this kind"):
        run(app, billing, *words, "codes")
    with pytest.raises(NotFound, match="no reseller"):
        run(app, billing, "deadlines", "--reseller", "contoso")


def test_the_customer_answers_on_the_command_line(app: Flask, clock: StillClock) -> None:
    trade = Trade(clock)
    trade.invoice()
    number = trade.order.number
    shown = json.loads(run(app, orders, "show", number, "--json").stdout)
    assert [one["state"] for one in shown["consents"]] == ["asked"]
    declined = run(app, orders, "decline-consent", number, "--reason", "too dear")
    assert "1,200.00" in declined.output
    assert trade.consents() == [ConsentState.DECLINED]
    trade.invoice()
    agreed = run(app, orders, "consent", number, "--as", "ann@contoso.example")
    assert "1,320.00" in agreed.output
    assert trade.found() == AS_NOW


def test_the_price_is_kept_on_the_command_line_after_a_decline(
    app: Flask, clock: StillClock
) -> None:
    trade = Trade(clock)
    trade.invoice()
    trade.decline()
    day = f"{clock():%Y-%m-%d}"
    words = ("step", trade.order.number, "invoiced", "--on", day, "--keep-price")
    assert run(app, orders, *words).exit_code == 0
    assert trade.found()[:2] == (OrderState.INVOICED, 120000)
