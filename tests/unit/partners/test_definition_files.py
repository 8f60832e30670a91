"""K3: a file of definitions is checked before it is used; a mistake is told with its place."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.unit.partners.test_definitions import PATH, changed
from vlms.cli import cli

SHIPPED = (files("vlms.partners") / "data" / "competencies.json").read_text("utf-8")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new.json"


def check(file: Path, *options: str) -> Result:
    return CliRunner().invoke(cli, ["competencies", "check", str(file), *options])


def told(file: Path, what: bytes) -> dict[str, Any]:
    """What the command answers of these bytes, refused as it has to be."""
    file.write_bytes(what)
    run = check(file, "--json")
    assert run.exit_code == 2, run.output
    answer: dict[str, Any] = json.loads(run.stdout)
    assert (answer["file"], answer["holds"], answer["rule"]) == ("new.json", False, "K3")
    assert answer["way_out"]
    assert "Traceback" not in run.output
    return answer


def test_the_shipped_file_holds_with_its_versions(file: Path) -> None:
    file.write_text(SHIPPED, "utf-8")
    run = check(file)
    assert run.exit_code == 0
    assert run.output.endswith("new.json holds.\n")
    assert "2026-07-01" in run.output
    answer = json.loads(check(file, "--json").stdout)
    assert answer["holds"] is True
    versions = [(one["competency"], one["version"]) for one in answer["versions"]]
    assert ("sample-data-analytics", "2") in versions
    assert len(versions) == 6


def test_a_formula_that_does_not_parse_names_competency_rule_place_and_way_out(file: Path) -> None:
    rows = changed(PATH + "skills/0/needs", "A and B or C")
    answer = told(file, json.dumps(rows).encode())
    assert (answer["competency"], answer["place"]) == ("cloud", 10)
    assert answer["where"] == "cloud, version 1, path main, goal people"
    assert "brackets must say" in answer["error"]
    assert "at character 10" in answer["way_out"]
    run = check(file)
    assert run.exit_code == 2
    for part in ("new.json", "cloud, version 1", "brackets must say", "character 10", "(K3)"):
        assert part in run.output


def test_any_other_contradiction_has_its_place_and_a_way_out(file: Path) -> None:
    answer = told(file, json.dumps(changed(PATH + "table/gold", "101")).encode())
    assert answer["where"] == "cloud, version 1, path main"
    assert "cannot be reached" in answer["error"]
    assert answer["place"] is None


@pytest.mark.parametrize(
    ("what", "wrong"),
    [
        (b"", "line 1, column 1"),
        (b"not JSON", "It is no JSON"),
        (b"\xef\xbb\xbf[]", "BOM"),
        (b"\xff\xfe[]", "not UTF-8, at byte 1"),
        (b"PK\x03\x04", "It is no JSON"),
        (b"[" * 200_000, "too deep"),
        (b'{"a":' * 100_000, "too deep"),
        (b"[" + b" " * 1_000_000 + b"]", "larger than a million"),
        (b"[NaN]", "NaN is no number"),
        (b"[" + b"9" * 5_000 + b"]", "cannot be read"),
        (b'[{"key": "a", "key": "b"}]', '"key" stands twice'),
        (b'[{"key": "\\ud800"}]', "no text"),
        (b'{"key": "a"}', "is no list"),
        (b"[[]]", "is no object"),
        (b"null", "is no list"),
    ],
)
def test_hostile_files_are_refused_with_a_sentence(file: Path, what: bytes, wrong: str) -> None:
    assert wrong in told(file, what)["error"]


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.json", tmp_path):
        run = check(path)
        assert run.exit_code == 2
        assert "cannot be opened" in run.output


def test_nothing_that_is_no_text_is_printed(file: Path) -> None:
    rows = changed("versions/0/source", "a\x1b[31mred")
    assert "\x1b" not in json.dumps(told(file, json.dumps(rows).encode()))
