"""Giving to many from the command line: check, give, result, workbook, back again."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from openpyxl import load_workbook

from tests.support.making import make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from tests.support.making_handouts import holder_counts, mail_count
from vlms.core.clock import system_clock
from vlms.core.errors import BadInput, Conflict, NotFound
from vlms.giving.cli import giving

TEXT = "ann@contoso.example\nben@contoso.example\nann@contoso.example\nnobody\n"


@pytest.fixture
def people(app: Flask, tmp_path: Path) -> Path:
    """A list for contoso, which has three codes; commands ask the system's clock."""
    today = system_clock()
    with making(today) as work:
        organisation = make_organisation(work, "contoso", assign_delay_minutes=0)
        for name in ("ann", "ben"):
            make_person(work, organisation, name.title(), f"{name}@contoso.example")
        agreement = make_agreement(work, organisation, last_day=(today + timedelta(days=90)).date())
        make_codes(work, make_line(work, agreement, make_product(work), 3), 3)
    file = tmp_path / "people.txt"
    file.write_text(TEXT, "utf-8")
    return file


def told(app: Flask, *words: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(
        giving, ["handouts", *words, "--json"], obj=lambda: app, catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert isinstance(found, list)
    return found


def of_contoso(file: Path) -> tuple[str, ...]:
    return str(file), "--organisation", "contoso", "--product", "mcp-voucher"


def test_a_check_says_what_would_become_of_each_row_and_keeps_nothing(
    app: Flask, people: Path
) -> None:
    found = told(app, "check", *of_contoso(people))
    assert [row["check"] for row in found] == ["good", "good", "double", "wrong"]
    assert [row["why"] is None for row in found] == [True, True, False, False]
    assert told(app, "list") == []


def test_giving_tells_given_skipped_and_failed_and_the_result_can_be_asked_again(
    app: Flask, people: Path, tmp_path: Path
) -> None:
    found = told(app, "give", *of_contoso(people))
    assert [row["result"] for row in found] == ["given", "given", "skipped", "failed"]
    assert (holder_counts(), mail_count()) == ([1, 1], 2)
    assert [row["mail"] for row in found] == ["waiting", "waiting", None, None]
    handout = found[0]["handout"]
    assert told(app, "result", handout) == found
    (one,) = told(app, "list", "--organisation", "contoso")
    assert (one["handout"], one["given"], one["failed"]) == (handout, 2, 1)
    stayed = told(app, "undo", handout)
    assert [row["result"] for row in stayed] == ["given", "given", "skipped", "failed"]
    assert stayed[0]["why"]
    assert told(app, "go-on", handout) == stayed
    out = tmp_path / "result.xlsx"
    words = ["handouts", "result", handout, "--file", str(out)]
    CliRunner().invoke(giving, words, obj=lambda: app, catch_exceptions=False)
    sheet = load_workbook(out).worksheets[0]
    assert [cell.value for cell in sheet["G"]] == [
        "Result",
        "Got a code",
        "Got a code",
        "Skipped",
        "Failed",
    ]


def test_a_draft_is_filled_in_as_a_workbook_then_given_and_taken_back(
    app: Flask, people: Path, tmp_path: Path
) -> None:
    (made,) = told(app, "draft", *of_contoso(people), "--act", "reserve", "--add-people")
    book = tmp_path / "handout.xlsx"
    words = ["handouts", "workbook", made["handout"], str(book)]
    CliRunner().invoke(giving, words, obj=lambda: app, catch_exceptions=False)
    filled = load_workbook(book)
    filled.worksheets[0]["D5"] = "new@contoso.example"
    filled.worksheets[0]["E5"] = "New One"
    filled.save(book)
    looked = told(app, "take-workbook", made["handout"], str(book), "--dry-run")
    assert [line["change"] for line in looked] == ["same", "same", "same", "changed"]
    told(app, "take-workbook", made["handout"], str(book))
    found = told(app, "give-draft", made["handout"])
    assert [row["result"] for row in found] == ["given", "given", "skipped", "given"]
    back = told(app, "undo", made["handout"])
    assert [row["result"] for row in back] == ["undone", "undone", "skipped", "undone"]
    assert holder_counts() == []


def test_what_failed_is_tried_again_only_where_that_can_help(app: Flask, people: Path) -> None:
    handout = told(app, "give", *of_contoso(people))[0]["handout"]
    with pytest.raises(Conflict):
        told(app, "try-again", handout)


def test_what_is_not_there_is_refused(app: Flask, people: Path) -> None:
    with pytest.raises(NotFound):
        told(app, "check", str(people), "--organisation", "contoso", "--product", "nothing")
    people.write_text("\n", "utf-8")
    with pytest.raises(BadInput, match="names nobody"):
        told(app, "check", *of_contoso(people))
