"""`vlms reconciliation …`: matching, deciding, closing from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask, current_app

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import RESELLER_EMAIL, Shop, make_shop
from tests.support.making_reconciliation import (
    charges_in,
    line_of,
    make_charged,
    make_file,
    make_period,
)
from vlms.reconciliation.cli import reconciliation


@pytest.fixture
def month(app: Flask, clock: StillClock) -> str:
    """A month in which the publisher charges nine months instead of eight for one line."""
    with making(clock()) as work:
        shop: Shop = make_shop(work)
    keys = make_charged(shop, clock(), 2)
    with making(clock()) as work:
        right, dear = charges_in(work, keys)
        period = make_period(work, shop, right.charged_on.isoformat()[:7])
        more = dear.net_minor // dear.months * (dear.months + 1)
        make_file(work, period, [line_of(right), line_of(dear, net_minor=more)])
        return period.month


def current_application() -> Flask:
    """The application whose context the test stands in."""
    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(reconciliation, arguments, obj=current_application)
    assert result.exit_code == 0, result.output
    return result.output


def refused(*arguments: str) -> str:
    result = CliRunner().invoke(reconciliation, arguments, obj=current_application)
    assert result.exit_code != 0
    return str(result.exception)


def test_a_month_is_matched_decided_and_closed_by_commands(month: str, tmp_path: Path) -> None:
    where = ("--reseller", "litware", "--period", month)
    told = json.loads(run("match", *where, "--json"))
    assert (told["counts"]["proration"], sum(told["counts"].values())) == (1, 1)
    (one,) = told["differences"]
    assert one["class"] == "proration"
    assert "months, " in one["cause"]
    assert one["amount"] == f"{float(one['theirs']['net']) - float(one['ours']['net']):.2f}"
    assert "are open" in refused("close", *where)
    run("comment", one["id"], "asked them")
    run("give", one["id"], RESELLER_EMAIL)
    assert "no such person" in refused("give", one["id"], "ann@contoso.example")
    run("give", one["id"])
    run("decide", one["id"], "accepted", "--reason", "agreed")
    paper = tmp_path / "paper.pdf"
    assert "is closed" in run("close", *where, "--paper", str(paper))
    again = tmp_path / "again.pdf"
    run("paper", *where, str(again))
    assert paper.read_bytes() == again.read_bytes()
    assert "is closed" in refused("match", *where)
    (listed,) = json.loads(run("months", "--reseller", "litware", "--json"))
    assert (listed["month"], listed["state"], listed["differences"]) == (month, "closed", 1)
    run("reopen", *where, "--reason", "a late file")
    assert "proration: 1" in run("match", *where)
