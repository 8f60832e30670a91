"""`vlms academy import-roster` and the lists of what rosters brought."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import Academy, make_academy
from tests.support.rosters import LINES, bulk, zip_of
from vlms.academy.cli import academy as commands
from vlms.academy.models.roster import ClassMember


@pytest.fixture
def institution(app: Flask, clock: StillClock) -> Academy:
    with making(clock()) as work:
        return make_academy(work)


def run(app: Flask, *words: str, exit_code: int = 0) -> Any:
    result = CliRunner().invoke(commands, words, obj=lambda: app, catch_exceptions=False)
    assert result.exit_code == exit_code, result.output
    return json.loads(result.stdout)


def roster(place: Path, body: bytes) -> str:
    path = place / "roster.zip"
    path.write_bytes(body)
    return str(path)


def members(clock: StillClock) -> int:
    with making(clock()) as work:
        return work.session.scalar(select(func.count(ClassMember.id))) or 0


def test_a_roster_is_tried_imported_and_listed(
    app: Flask, institution: Academy, clock: StillClock, tmp_path: Path
) -> None:
    words = ("import-roster", roster(tmp_path, zip_of(bulk())), "--json")
    words = (*words, "--agreement", institution.agreement.number)
    tried = run(app, *words, "--dry-run")
    assert (tried["written"], tried["errors"], members(clock)) == (False, [], 0)
    done = run(app, *words)
    assert done["counts"] == tried["counts"]
    assert done["counts"]["users"]["new"] == 6
    assert run(app, *words)["counts"]["users"]["unchanged"] == 6
    names = [row["name"] for row in run(app, "schools", "--json")]
    assert "School of Art" in names
    (law,) = run(app, "classes", "--school", "School of Law", "--json")
    assert (law["title"], law["course"]) == ("Law A", "Contract Law")
    people = run(app, "class-members", law["id"], "--json")
    assert {row["name"] for row in people} == {"王小明", "Ada King Byron", "陳美玲", "吳志遠"}
    assert "115-1" in {row["title"] for row in run(app, "terms", "--json")}


def test_every_error_names_file_line_and_field_and_nothing_is_written(
    app: Flask, institution: Academy, clock: StillClock, tmp_path: Path
) -> None:
    users = [LINES["users.csv"][0].replace("student", "wizard"), *LINES["users.csv"][1:]]
    path = roster(tmp_path, zip_of(bulk({**LINES, "users.csv": users})))
    words = ("import-roster", path, "--agreement", institution.agreement.number, "--json")
    told = run(app, *words, exit_code=1)
    (error,) = told["errors"]
    assert (error["file"], error["line"], error["field"]) == ("users.csv", 2, "role")
    assert "wizard" in error["message"]
    assert (told["written"], members(clock)) == (False, 0)
    assert run(app, *words, "--good-rows")["written"]
    assert members(clock) == 4


def test_what_is_no_roster_is_one_error(app: Flask, institution: Academy, tmp_path: Path) -> None:
    path = roster(tmp_path, b"no zip")
    words = ("import-roster", path, "--agreement", institution.agreement.number, "--json")
    told = run(app, *words, exit_code=1)
    assert [error["file"] for error in told["errors"]] == ["roster.zip"]
