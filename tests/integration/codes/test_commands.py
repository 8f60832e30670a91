"""Codes and stock from the command line."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from openpyxl import load_workbook

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from vlms.catalog.models import CodeSource
from vlms.codes.cli import codes
from vlms.codes.errors import ListRefused
from vlms.codes.stock_cli import stock
from vlms.core.clock import system_clock


def run(app: Flask, group: click.Group, *words: str) -> Result:
    result = CliRunner().invoke(group, words, obj=lambda: app, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def told(app: Flask, group: click.Group, *words: str) -> list[dict[str, Any]]:
    found = json.loads(run(app, group, *words, "--json").stdout)
    assert isinstance(found, list)
    return found


@pytest.fixture
def number(app: Flask, clock: StillClock) -> str:
    """The first of two available codes; commands ask the system's clock."""
    today = system_clock()
    with making(today) as work:
        organisation = make_organisation(work, "contoso", assign_delay_minutes=0)
        agreement = make_agreement(work, organisation, last_day=(today + timedelta(days=90)).date())
        line = make_line(work, agreement, make_product(work), 2, delivered_quantity=2)
        rows = make_codes(work, line, 2)
        make_person(work, organisation, "王小明", "ming@contoso.example")
        return f"{rows[0].batch.number}/1"


def test_a_code_goes_its_way_on_the_command_line(app: Flask, number: str, tmp_path: Path) -> None:
    assert [row["state"] for row in told(app, codes, "list")] == ["available", "available"]
    asked = ("--organisation", "contoso", "--product", "mcp-voucher")
    run(app, codes, "reserve", "ming@contoso.example", *asked)
    run(app, codes, "release", number, "--reason", "wrong person")
    run(app, codes, "reserve", "ming@contoso.example", *asked)
    run(app, codes, "assign", number)
    (row,) = told(app, codes, "list", "--search", number)
    assert (row["state"], row["person"]) == ("assigned", "王小明")
    sheet = tmp_path / "sheet.pdf"
    run(app, codes, "sheet", number.partition("/")[0], str(sheet))
    assert sheet.read_bytes().startswith(b"%PDF")
    run(app, codes, "void", f"{number[:-1]}2")
    assert len(told(app, codes, "list", "--state", "void")) == 1


def test_codes_are_exported_masked(app: Flask, number: str, tmp_path: Path) -> None:
    file = tmp_path / "codes.xlsx"
    run(app, codes, "export", str(file))
    cells = [str(c.value) for row in load_workbook(file).worksheets[0].iter_rows() for c in row]
    assert len([c for c in cells if c.startswith("••••")]) == 2


def test_a_list_is_looked_at_and_taken_in_on_the_command_line(
    app: Flask, clock: StillClock, tmp_path: Path
) -> None:
    with making(clock()) as work:
        make_product(work, code_source=CodeSource.PROVIDER)
    file = tmp_path / "list.csv"
    file.write_text("Code,Expires\nAAAA00000001,2099-09-30\n?,\n", encoding="utf-8")
    words = ("import", str(file), "--product", "mcp-voucher")
    assert "row 3:" in run(app, stock, *words, "--dry-run").stderr
    with pytest.raises(ListRefused):
        run(app, stock, *words)
    run(app, stock, *words, "--leave-bad-rows")
    (level,) = told(app, stock, "list")
    assert (level["free"], level["is_low"]) == (1, True)


def test_what_can_be_done_and_why_not_is_told_to_programs(app: Flask, number: str) -> None:
    (row,) = told(app, codes, "show", number)
    acts = {act["act"]: act for act in row["acts"]}
    assert acts["reserve"]["is_possible"]
    refused = acts["release"]
    assert (refused["is_possible"], refused["reason"]) == (False, "code_step_refused")
    assert refused["conditions"][-1]["way_out"] == "Reserve it for a person first."
