"""`vlms orders`: every job of an order from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import ADMIN_EMAIL, SECOND_EMAIL, Shop, make_shop
from vlms.accounts.models import ApprovalLimit
from vlms.core.clock import system_clock
from vlms.core.errors import BadInput, DomainError, NotFound
from vlms.core.term import add_months
from vlms.orders.cli import orders


@pytest.fixture
def shop(app: Flask, clock: StillClock) -> Shop:
    """An agreement that runs on the real clock's day, since commands ask for the time."""
    today = system_clock().date().replace(day=1)
    with making(clock()) as work:
        return make_shop(
            work, first_day=add_months(today, -6), last_day=add_months(today, 18), time_zone="UTC"
        )


def run(app: Flask, *words: str) -> Result:
    """A refusal comes out as it is raised; `vlms` prints it as a sentence."""
    return CliRunner().invoke(orders, words, obj=lambda: app, catch_exceptions=False)


def told(app: Flask, *words: str) -> Any:
    result = run(app, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_an_order_lives_its_whole_life_on_the_command_line(
    app: Flask, shop: Shop, tmp_path: Path
) -> None:
    priced = told(app, "price", "A-1", "--line", "voucher:10:12")
    assert (priced["total"], priced["before_tax"]) == ("1200.00", True)
    assert run(app, "create", "A-1", "--line", "voucher:10:12").exit_code == 0
    (listed,) = told(app, "list")
    number = listed["number"]
    assert (listed["state"], listed["total"]) == ("draft", "1200.00")
    for words in (
        ("place", number),
        ("step", number, "processed", "--reference", "P-1"),
        ("step", number, "acknowledged"),
        ("step", number, "invoiced", "--reference", "I-1"),
        ("deliver", number, "--quantity", "4", "--note", "the rest next week"),
        ("deliver", number),
    ):
        result = run(app, *words)
        assert result.exit_code == 0, result.output
    shown = told(app, "show", number)
    assert shown["state"] == "closed"
    assert shown["lines"][0]["formula"] == "120.00 × 10 × 12 / 12 = 1200.00"
    assert [event["step"] for event in shown["history"]] == [
        "place",
        "process",
        "acknowledge",
        "invoice",
        "fulfil",
        "deliver",
        "close",
    ]
    file = tmp_path / "lines.xlsx"
    assert run(app, "export", str(file), "--lines").exit_code == 0
    assert openpyxl.load_workbook(file).sheetnames
    paper = tmp_path / "form.pdf"
    assert run(app, "export", str(paper), "--order", number, "--language", "zh").exit_code == 0
    assert paper.read_bytes().startswith(b"%PDF")


def test_approval_takes_two_people_on_the_command_line_too(
    app: Flask, shop: Shop, clock: StillClock
) -> None:
    with making(clock()) as work:
        work.session.add(
            ApprovalLimit(organisation_id=shop.customer.id, currency="USD", limit_minor=100)
        )
    result = run(app, "create", "A-1", "--line", "voucher:1", "--place", "--as", ADMIN_EMAIL)
    assert "awaiting_approval" in result.output
    number = result.output.split(":")[0]
    with pytest.raises(DomainError, match="O4"):
        run(app, "approve", number, "--as", ADMIN_EMAIL)
    assert "placed" in run(app, "approve", number, "--as", SECOND_EMAIL).output
    assert "cancelled" in run(app, "cancel", number, "--reason", "a mistake").output


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("voucher:0", "unreadable"),
        ("voucher:-3", "unreadable"),
        ("voucher:1000000000", "unreadable"),
        ("voucher:１０", "unreadable"),
        ("voucher:1:13", "bad_input"),
        ("nothing:1", "not_found"),
        ("voucher", "missing"),
    ],
)
def test_a_bad_line_is_refused_with_a_sentence(
    app: Flask, shop: Shop, line: str, reason: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        run(app, "price", "A-1", "--line", line)
    assert refusal.value.reason == reason
    assert str(refusal.value.way_out)


def test_unknown_orders_agreements_and_users_are_named(app: Flask, shop: Shop) -> None:
    for words in (("show", "O-1"), ("price", "A-9", "--line", "voucher:1"), ("place", "O-1")):
        with pytest.raises(DomainError, match="There is no"):
            run(app, *words)
    with pytest.raises(DomainError, match="There is no user"):
        run(app, "place", "O-1", "--as", "nobody@contoso.example")


def test_a_refused_price_is_an_answer(app: Flask, shop: Shop) -> None:
    long_ago = told(app, "price", "A-1", "--line", "voucher:1", "--on", "2001-01-01")
    assert long_ago["total"] is None
    assert long_ago["lines"][0]["refused"] == "O1"
    assert run(app, "price", "A-1", "--line", "voucher:1").exit_code == 0
    assert run(app, "list", "--late").stdout == "Nothing found.\n"


@pytest.mark.parametrize(
    "words",
    [
        ("cancel", "--reason", "x" * 501),
        ("cancel", "--reason", "a\u202eb"),
        ("cancel", "--reason", "late", "--reference", "y" * 81),
        ("step", "processed", "--reference", "\u200b" * 5),
    ],
)
def test_texts_that_no_form_takes_are_refused_before_anything_is_done(
    app: Flask, shop: Shop, words: tuple[str, ...]
) -> None:
    assert run(app, "create", "A-1", "--line", "voucher:10:12", "--place").exit_code == 0
    (listed,) = told(app, "list")
    with pytest.raises(BadInput):
        run(app, words[0], listed["number"], *words[1:])
    assert told(app, "list")[0]["state"] == "placed"


def test_bytes_of_another_encoding_are_refused_with_a_sentence(app: Flask, shop: Shop) -> None:
    with pytest.raises(BadInput, match="encoding"):
        run(app, "show", "O-\udcff")
    with pytest.raises(BadInput, match="encoding"):
        run(app, "create", "A-1", "--line", "\udcff:1:12")


def test_a_file_stays_as_it_is_until_another_is_written(
    app: Flask, shop: Shop, tmp_path: Path
) -> None:
    kept = tmp_path / "order.pdf"
    kept.write_bytes(b"kept")
    with pytest.raises(NotFound):
        run(app, "export", str(kept), "--order", "O-2000-000001")
    assert kept.read_bytes() == b"kept"
    assert [path.name for path in tmp_path.iterdir()] == ["order.pdf"]
    with pytest.raises(BadInput, match="cannot be written"):
        run(app, "export", str(tmp_path / "none" / "orders.csv"))
    assert run(app, "export", str(tmp_path / "orders.csv")).exit_code == 0
    assert (tmp_path / "orders.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_what_can_be_done_and_why_not_is_told_to_programs(app: Flask, shop: Shop) -> None:
    run(app, "create", "A-1", "--line", "voucher:10:12")
    number = told(app, "list")[0]["number"]
    acts = {act["act"]: act for act in told(app, "show", number)["acts"]}
    assert acts["place"]["is_possible"]
    refused = acts["process"]
    assert (refused["is_possible"], refused["reason"]) == (False, "step_not_possible")
    crossed = [one for one in refused["conditions"] if not one["is_met"]]
    assert [(one["rule"], one["reason"]) for one in crossed] == [("O4", "step_not_possible")]
