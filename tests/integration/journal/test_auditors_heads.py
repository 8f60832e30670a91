"""An auditor who has the file of heads finds what was removed from the database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete

from tests.integration.audit.test_signed_heads import SIGNED
from tests.integration.journal.test_export import check, lines_of
from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.tampering import tampering
from vlms.audit.service import journal
from vlms.core.tokens import new_id
from vlms.core.work import key_ring
from vlms.journal.checks import sign_journal
from vlms.journal.taking_away import Asked, Period

# What differs between the databases stands in the tests of the check itself.
on_one = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    return tmp_path / "heads.jsonl"


@pytest.fixture
def quiet(app: Flask, clock: StillClock, outside: Path) -> Asked:
    """A chain that moved in the first of four hours, each of which was signed."""
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
    for _hour in range(4):
        sign_journal(key_ring().audit, outside, clock())
        clock.move(hours=1)
        with making(clock()) as work:
            journal(work, "test.told", ("test", new_id(), None))
    return Asked(organisation.id, "contoso", Period())


@on_one
def test_who_writes_into_a_quiet_chains_past_is_told_by_the_file_of_heads(
    quiet: Asked, clock: StillClock, outside: Path, tmp_path: Path
) -> None:
    with making(clock() - timedelta(hours=2)) as work:
        journal(work, "test.told", ("test", new_id(), quiet.chain_id))
    path, lines = tmp_path / "a.jsonl", lines_of(quiet, clock)
    found = check(path, lines, "--heads", str(outside))
    assert (found.returncode, found.stderr) == (1, "")
    assert "position 2: the entry says that it is of" in found.stdout
    assert check(path, lines).returncode == 0, "the control: the chain's own heads are silent"


@on_one
def test_a_head_that_the_database_lacks_is_told_and_one_of_later_is_not(
    quiet: Asked, clock: StillClock, outside: Path, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    assert check(path, lines_of(quiet, clock), "--heads", str(outside)).returncode == 0
    with tampering() as connection:
        connection.execute(delete(SIGNED).where(SIGNED.c.chain_id == quiet.chain_id))
    lines = lines_of(quiet, clock)
    found = check(path, lines, "--heads", str(outside))
    assert found.returncode == 1
    assert "the head at position 1, signed at" in found.stdout
    assert "removed it from the database" in found.stdout
    clock.move(hours=-4)
    early = lines_of(quiet, clock)
    assert check(path, early, "--heads", str(outside)).returncode == 0


@on_one
def test_lines_that_are_missing_are_told_and_older_signings_counted(
    quiet: Asked, clock: StillClock, outside: Path, tmp_path: Path
) -> None:
    path, lines = tmp_path / "a.jsonl", lines_of(quiet, clock)
    whole = outside.read_text().splitlines(keepends=True)
    for gone, code, told in (
        (0, 1, "lines of the signing at"),
        (len(whole) - 1, 0, "holds"),
        (1, 0, "1 signings in"),
    ):
        outside.write_text("".join(whole[:gone] + whole[gone + 1 :]))
        found = check(path, lines, "--heads", str(outside))
        assert (found.returncode, told in found.stdout) == (code, True), (gone, found.stdout)
    outside.write_text("".join(line for line in whole if "signing" not in line))
    found = check(path, lines, "--heads", str(outside))
    assert (found.returncode, "4 signings in" in found.stdout) == (0, True)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "is empty"),
        ("PK\x03\x04\n", "is no period of a VLMS journal"),
        ('{"a": 1}\n', "is no period of a VLMS journal"),
        ('{"form": "vlms-journal-head-1"}\n', "it belongs behind --heads"),
        (
            '{"line": "journal", "form": "vlms-journal-export-2"}\n',
            "take the script of the release",
        ),
    ],
)
def test_a_file_of_another_kind_is_not_called_a_forgery(
    tmp_path: Path, content: str, told: str
) -> None:
    found = check(tmp_path / "a.jsonl", [content])
    assert (found.returncode, found.stdout) == (2, "")
    assert told in found.stderr
