"""`vlms academy slips`: listed, printed for a class, used."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_schools import University, make_class, make_university
from vlms.academy.cli.slips import slips
from vlms.academy.errors import SlipOver
from vlms.accounts.cli.own import account
from vlms.accounts.links import find_newest_link, link_path
from vlms.accounts.models import LinkPurpose
from vlms.core.errors import BadInput, NotFound

AT = ("--organisation", "university")


@pytest.fixture
def made(app: Flask, clock: StillClock) -> University:
    """Lee and Bea are in the class Contracts."""
    with making(clock()) as work:
        found = make_university(work)
        make_class(work, found.law, "Contracts", found.lawyer, found.both)
        return found


def run(app: Flask, *words: str, typed: str | None = None, command: click.Command = slips) -> str:
    result = CliRunner().invoke(
        command, words, input=typed, obj=lambda: app, catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    return result.output


def test_slips_are_printed_for_a_class_and_used_once(
    app: Flask, clock: StillClock, made: University, tmp_path: Path
) -> None:
    paper = tmp_path / "slips.pdf"
    run(app, "print", str(paper), *AT, "--class", "Contracts")
    assert paper.read_bytes().startswith(b"%PDF")
    rows = json.loads(run(app, "list", *AT, "--json"))
    assert [(row["number"], row["open_until"] is not None) for row in rows] == [
        ("A1", False),
        ("B1", True),
        ("L1", True),
    ]
    with making(clock()) as work:
        purpose = LinkPurpose.SET_UP_SIGN_IN
        link = find_newest_link(work.session, made.lawyer.id, purpose)
        assert link is not None
        address = link_path(work.keys.link, link)
    typed = f"{address}\na fine password\na fine password\n"
    told = run(app, "set-up", typed=typed)
    assert "Sign in as l1@university." in told
    assert address not in told
    with pytest.raises(SlipOver):
        run(app, "set-up", typed=typed)
    rows = json.loads(run(app, "list", *AT, "--class", "Contracts", "--json"))
    assert [(row["number"], row["signs_in"]) for row in rows] == [("B1", False), ("L1", True)]
    assert "l1@university" in run(app, "show", "--as", "l1@university", command=account)


def test_nobody_an_unknown_class_or_number_is_refused(
    app: Flask, made: University, tmp_path: Path
) -> None:
    paper = str(tmp_path / "slips.pdf")
    with pytest.raises(BadInput):
        run(app, "print", paper, *AT)
    for words in (("--class", "Nothing"), ("--person", "X9")):
        with pytest.raises(NotFound):
            run(app, "print", paper, *AT, *words)
