"""`vlms people import` and `vlms people leavers`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tests.support.clock import StillClock
from tests.support.importing_people import people_csv
from tests.support.making import make_organisation, making
from vlms.accounts.cli import people
from vlms.core.errors import BadInput, NotFound

ADA = ("1", "Ada", "ada@x.example", "Sales", "2")
BOSS = ("2", "Boss", "boss@x.example", "Sales", "")
WRONG = ("3", "", "c@x", "", "")


@pytest.fixture
def contoso(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        make_organisation(work, "contoso")


def run(app: Flask, *words: str) -> Result:
    given = [*words, "--organisation", "contoso", "--json"]
    return CliRunner().invoke(people, given, obj=lambda: app, catch_exceptions=False)


def told(app: Flask, *words: str) -> Any:
    return json.loads(run(app, *words).stdout)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_bytes(people_csv(ADA, BOSS))
    return path


@pytest.mark.usefixtures("contoso")
def test_a_list_is_looked_at_and_imported(app: Flask, file: Path) -> None:
    looked = told(app, "import", str(file), "--dry-run")
    assert (looked["written"], looked["counts"]["new"]) == (False, 2)
    assert [row["change"] for row in looked["rows"]] == ["new", "new"]
    assert told(app, "list") == []
    written = told(app, "import", str(file))
    assert (written["written"], written["counts"]["new"]) == (True, 2)
    assert told(app, "import", str(file))["counts"]["same"] == 2
    ada, boss = told(app, "list")
    assert ada["manager_id"] == boss["id"]


@pytest.mark.usefixtures("contoso")
def test_wrong_rows_stop_it_unless_they_are_left_out(app: Flask, file: Path) -> None:
    file.write_bytes(people_csv(BOSS, WRONG))
    refused = run(app, "import", str(file))
    assert refused.exit_code == 1
    assert "Row 3" in json.loads(refused.stdout)["rows"][1]["problems"]
    assert told(app, "list") == []
    assert told(app, "import", str(file), "--good-rows")["counts"]["wrong"] == 1
    assert [one["number"] for one in told(app, "list")] == ["2"]


@pytest.mark.usefixtures("contoso")
def test_columns_are_named_and_remembered(app: Flask, file: Path) -> None:
    file.write_bytes(people_csv(("1", "Ada"), headings=("Badge", "Who")))
    with pytest.raises(BadInput):
        run(app, "import", str(file))
    with pytest.raises(BadInput):
        run(app, "import", str(file), "--column", "number=Nothing")
    assert told(app, "import", str(file), "--column", "number=Badge", "--column", "name=Who")
    assert told(app, "import", str(file))["counts"]["same"] == 1


@pytest.mark.usefixtures("contoso")
def test_people_leave_together_after_what_stays_bound_is_shown(app: Flask, file: Path) -> None:
    run(app, "import", str(file))
    (row,) = told(app, "leavers", "2", "--dry-run")
    assert (row["name"], row["bound"], row["which"]) == ("Boss", "Manages", "Ada")
    assert told(app, "leavers") == []
    with pytest.raises(NotFound):
        run(app, "leavers", "2", "nobody")
    assert told(app, "leavers") == []
    run(app, "leavers", "1", "boss@x.example")
    assert [one["name"] for one in told(app, "leavers")] == ["Ada", "Boss"]


@pytest.mark.usefixtures("contoso")
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_list_invites_and_who_has_not_answered_is_listed_and_asked_once_a_day(
    app: Flask, file: Path
) -> None:
    done = run(app, "import", str(file), "--invite")
    assert "2 invited" in done.stderr
    key = done.stderr.partition("Import ")[2].partition(":")[0]
    result = CliRunner().invoke(people, ["import-result", key, "--json"], obj=lambda: app)
    assert [row["state"] for row in json.loads(result.stdout)] == ["invited", "invited"]
    assert "/join/" not in result.stdout
    assert [row["number"] for row in told(app, "unanswered", "--days", "0")] == ["1", "2"]
    assert told(app, "unanswered") == []
    again = ["invite", "1", "--unanswered-for", "0", "--organisation", "contoso"]
    assert CliRunner().invoke(people, again, obj=lambda: app).stdout == "0 invited.\n"
