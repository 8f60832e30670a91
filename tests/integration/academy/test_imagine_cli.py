"""`vlms academy grants|benefits|courses|certificates`: every job of the pages, for programs too."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from pypdf import PdfReader

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_certificates import picture
from tests.support.making_imagine import (
    make_academic_shop,
    make_granted,
    make_placed_person,
    make_school,
)
from vlms.academy.cli import academy
from vlms.accounts.models import PlaceRole
from vlms.core import clock as core_clock

Run = Callable[..., Result]
AT = ("--organisation", "contoso")


@pytest.fixture
def run(app: Flask, clock: StillClock) -> Run:
    def call(*words: str, typed: str | None = None) -> Result:
        found = CliRunner().invoke(academy, words, obj=lambda: app, input=typed)
        return found

    return call


@pytest.fixture
def place(app: Flask, clock: StillClock) -> None:
    clock.set(core_clock.system_clock())
    today = clock().date()
    with making(clock()) as work:
        shop = make_academic_shop(
            work,
            first_day=today.replace(year=today.year - 1),
            last_day=today.replace(year=today.year + 2),
        )
        school = make_school(work, shop, "Science")
        make_placed_person(work, shop, school, "Tess", email="tess@contoso.example")
        make_placed_person(
            work, shop, school, "王小明", PlaceRole.STUDENT, email="wang@contoso.example"
        )
    make_granted(shop, clock())


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_grants_and_benefits_are_listed_asked_and_answered(run: Run, place: None) -> None:
    (grant,) = told(run("grants", "list", "--running", "--json"))
    assert (grant["number"], grant["free"], grant["is_over"]) == ("IA-000001", 30, False)
    ask = ("IA-000001", "mct-programme", "tess@contoso.example")
    assert run("benefits", "take", *ask).exit_code == 0
    uses = {one["benefit"]: one for one in told(run("benefits", "list", "IA-000001", "--json"))}
    assert uses["mct-programme"]["waiting"] == 1
    granted = run("benefits", "grant", *ask, typed="MCT-AB12CD\n")
    assert granted.exit_code == 0, granted.output
    assert "AB12CD" not in granted.output
    (request,) = told(run("benefits", "requests", "--json"))
    assert (request["state"], request["last4"]) == ("granted", "12CD")


def test_a_refusal_needs_a_request_that_waits(run: Run, place: None) -> None:
    ask = ("IA-000001", "microsoft-press", "tess@contoso.example")
    refused = run("benefits", "refuse", *ask, "no")
    assert "There is no such request" in str(refused.exception)
    run("benefits", "take", *ask)
    assert run("benefits", "refuse", *ask, "not in this country").exit_code == 0


def test_courses_and_certificates_are_made_from_the_command_line(
    run: Run, place: None, tmp_path: Path
) -> None:
    titles = ("--title-en", "Data analysis", "--title-zh", "資料分析")
    assert run("courses", "add", "XL-1", *AT, *titles, "--hours", "36").exit_code == 0
    assert run("courses", "edit", "XL-1", *AT, "--hours", "40").exit_code == 0
    (course,) = told(run("courses", "list", *AT, "--json"))
    assert (course["hours"], course["title_zh"]) == (40, "資料分析")
    logo = tmp_path / "logo.png"
    logo.write_bytes(picture())
    made = run("certificates", "design", "Science", *AT, "--layout", "band", "--logo", str(logo))
    assert made.exit_code == 0, made.output
    issue = ("XL-1", *AT, "--school", "Science", "--person", "wang@contoso.example")
    issued = told(run("certificates", "issue", *issue, "--completed-on", "2026-02-20", "--json"))
    assert [one["name"] for one in issued] == ["王小明"]
    number = issued[0]["number"]
    file = tmp_path / "papers.pdf"
    assert run("certificates", "papers", str(file), *AT).exit_code == 0
    assert "王小明" in PdfReader(file).pages[0].extract_text()
    assert run("certificates", "badge", number, *AT).stdout.count(".") == 2
    assert run("certificates", "revoke", number, "by mistake", *AT).exit_code == 0
    assert told(run("certificates", "list", *AT, "--json"))[0]["revoked_at"] is not None
    assert run("courses", "end", "XL-1", *AT).exit_code == 0
