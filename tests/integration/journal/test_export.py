"""A period of a chain is checked offline by a script that knows nothing of the application."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.sources import ROOT
from vlms.audit.erasing import erase_details
from vlms.audit.heads import public_key
from vlms.audit.service import journal
from vlms.core.db import reading
from vlms.core.scope import System
from vlms.core.tokens import new_id, random_bytes
from vlms.core.work import key_ring
from vlms.journal.checks import sign_journal
from vlms.journal.taking_away import Asked, Period, export_lines

SCRIPT = ROOT / "docs" / "verify_journal.py"
Lines = list[dict[str, Any]]


@pytest.fixture
def written(app: Flask, clock: StillClock, tmp_path: Path) -> Asked:
    """Twelve entries of one organisation, a minute apart, signed in the middle."""
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
    for number in range(12):
        clock.move(minutes=1)
        with making(clock()) as work:
            record = ("test", new_id(), organisation.id)
            told = {"name": f"安 {number}", "n": number}
            journal(work, "test.told", record, after=told, reason="因為 “so”")
        if number == 6:
            sign_journal(key_ring().audit, tmp_path / "heads.jsonl", clock())
    return Asked(organisation.id, "contoso", Period())


def lines_of(asked: Asked, clock: StillClock, secret: bytes | None = None) -> list[str]:
    with reading(System("test")) as session:
        return list(export_lines(session, asked, secret or key_ring().audit, clock()))


def check(path: Path, lines: list[str], *options: str) -> subprocess.CompletedProcess[str]:
    path.write_text("".join(lines), encoding="ascii")
    command = [sys.executable, "-I", str(SCRIPT), str(path), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_good_file_holds(written: Asked, clock: StillClock, tmp_path: Path) -> None:
    lines = lines_of(written, clock)
    key = public_key(key_ring().audit).hex()
    heads = str(tmp_path / "heads.jsonl")
    found = check(tmp_path / "a.jsonl", lines, "--key", key, "--heads", heads)
    assert (found.returncode, found.stderr) == (0, "")
    assert "contoso: 13 entries, positions 1 to 13" in found.stdout
    assert "4 signatures" in found.stdout
    copied = tmp_path / "copied.jsonl"
    copied.write_text(Path(heads).read_text() + '\n{"form": "vlms-jour')
    again = check(tmp_path / "a.jsonl", lines, "--key", key, "--heads", str(copied))
    assert (again.returncode, again.stdout) == (0, found.stdout)
    copied.write_text("no head\n")
    wrong = check(tmp_path / "a.jsonl", lines, "--key", key, "--heads", str(copied))
    assert (wrong.returncode, wrong.stdout) == (2, "")
    without = check(tmp_path / "a.jsonl", lines, "--without-signatures")
    assert without.returncode == 0
    assert "NOT checked" in without.stdout


def test_a_part_begins_and_ends_where_its_period_does(
    written: Asked, clock: StillClock, tmp_path: Path
) -> None:
    since, until = (clock() - timedelta(minutes=back) for back in (6, 2))
    some = lines_of(Asked(written.chain_id, "contoso", Period(since, until)), clock)
    found = check(tmp_path / "a.jsonl", some)
    assert found.returncode == 0, found.stdout
    assert "4 entries, positions 7 to 10" in found.stdout
    later = Period(clock() + timedelta(days=1), None)
    none = check(tmp_path / "a.jsonl", lines_of(Asked(written.chain_id, "x", later), clock))
    assert (none.returncode, none.stdout) == (2, "")
    assert "the file has no entries: x has none from" in none.stderr


def _edit(lines: Lines, chance: Random) -> None:
    """One value of one line, or one of its detail."""
    line = chance.choice(lines)
    inner = line.get("detail")
    target = inner if inner and chance.random() < 0.3 else line
    name = chance.choice([each for each in target if each != "detail"])
    value = target[name]
    if isinstance(value, str):
        target[name] = value[:-1] + ("1" if value.endswith("0") else "0")
    else:
        target[name] = {"n": "forged"} if isinstance(value, dict) else (value or 0) + 1


def _delete(lines: Lines, chance: Random) -> None:
    # One of the heads between may go: it proves more, and no entry.
    del lines[chance.choice([n for n, line in enumerate(lines) if line["line"] != "head"])]


def _swap(lines: Lines, chance: Random) -> None:
    first, second = chance.sample(range(len(lines)), 2)
    lines[first], lines[second] = lines[second], lines[first]


def _cut(lines: Lines, chance: Random) -> None:
    del lines[chance.randrange(1, len(lines)) :]


def _insert(lines: Lines, chance: Random) -> None:
    lines.insert(chance.randrange(len(lines) + 1), dict(chance.choice(lines)))


def _drop_detail(lines: Lines, chance: Random) -> None:
    chance.choice([line for line in lines if line["line"] == "entry"])["detail"] = None


def _narrow(lines: Lines, chance: Random) -> None:
    """Say that the file is of less, or more, than it is."""
    lines[0][chance.choice(["since", "until"])] = "2020-01-01T00:00:00.000000Z"


TAMPERINGS = (_edit, _delete, _swap, _cut, _insert, _drop_detail, _narrow)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_each_tampering_is_found(
    written: Asked, clock: StillClock, tmp_path: Path, script: Callable[[Path], int]
) -> None:
    good = lines_of(written, clock)
    path = tmp_path / "b.jsonl"
    for number in range(300):
        chance = Random(number)
        lines = [json.loads(line) for line in good]
        tampering = TAMPERINGS[number % len(TAMPERINGS)]
        tampering(lines, chance)
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="ascii")
        assert script(path) == 1, (number, tampering.__name__)
    path.write_text("".join(good), encoding="ascii")
    assert script(path) == 0


@pytest.fixture
def script(capsys: pytest.CaptureFixture[str]) -> Callable[[Path], int]:
    """The script within this process, for many files; it is run by itself beside this."""
    names: dict[str, Any] = {"__name__": "verify_journal"}
    exec(compile(SCRIPT.read_text(encoding="utf-8"), str(SCRIPT), "exec"), names)
    return lambda path: names["main"]([str(path)])


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda each: each.__name__)
def test_the_script_by_itself_names_what_is_wrong(
    written: Asked, clock: StillClock, tmp_path: Path, tampering: Callable[[Lines, Random], None]
) -> None:
    lines = [json.loads(line) for line in lines_of(written, clock)]
    tampering(lines, Random(4))
    found = check(tmp_path / "c.jsonl", [json.dumps(line) + "\n" for line in lines])
    assert (found.returncode, found.stderr) == (1, ""), found.stdout
    assert re.match(r"DOES NOT HOLD: .{10}", found.stdout)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("is_part", [False, True])
@pytest.mark.parametrize(("minutes", "expected"), [(4, 0), (40, 1)])
def test_an_entry_that_is_older_than_the_head_before_it_is_told(
    written: Asked, clock: StillClock, tmp_path: Path, *, is_part: bool, minutes: int, expected: int
) -> None:
    """The control is one that is older by less than clocks may differ."""
    for back in (minutes, 0):
        with making(clock() - timedelta(minutes=back)) as work:
            journal(work, "test.told", ("test", new_id(), written.chain_id))
    period = Period(clock() - timedelta(minutes=1)) if is_part else Period()
    found = check(tmp_path / "a.jsonl", lines_of(replace(written, period=period), clock))
    assert found.returncode == expected, found.stdout
    if expected:
        assert re.match(r"DOES NOT HOLD: position 14: the entry says that it is of ", found.stdout)


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_whole_file_made_anew_is_told_by_the_key(
    written: Asked, clock: StillClock, tmp_path: Path
) -> None:
    forged = lines_of(written, clock, secret=random_bytes(32))
    key = public_key(key_ring().audit).hex()
    assert check(tmp_path / "d.jsonl", forged, "--key", key).returncode == 1
    theirs = [line for line in forged if '"head"' not in line]
    unknown = check(tmp_path / "d.jsonl", theirs)
    assert unknown.returncode == 0
    assert "ask the operator" in unknown.stdout


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_what_was_erased_is_told_by_an_entry(
    written: Asked, clock: StillClock, tmp_path: Path
) -> None:
    before = clock()
    clock.move(days=1)
    with making(clock()) as work:
        assert erase_details(work, [3, 4, 7]) == 3
    whole = check(tmp_path / "e.jsonl", lines_of(written, clock))
    assert whole.returncode == 0, whole.stdout
    assert "3 details were erased, 0 of them" in whole.stdout
    early = lines_of(Asked(written.chain_id, "contoso", Period(None, before)), clock)
    assert check(tmp_path / "e.jsonl", early).returncode == 1
    assert check(tmp_path / "e.jsonl", early, "--erased-later").returncode == 0
