"""A person's own codes from the command line: the command acts as that person."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tests.support.clock import START, StillClock
from tests.support.holding import ADDRESS, EXAM, Held, code_of, make_held
from tests.support.making import make_user, making
from vlms.accounts.links import link_path
from vlms.catalog.models import ProductKind
from vlms.codes.help_cli import my_codes, requests
from vlms.codes.rules.code_text import display
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.telling import claim_link
from vlms.core.clock import system_clock
from vlms.core.errors import DomainError, NotFound

OTHER = "other@contoso.example"


@pytest.fixture
def today(clock: StillClock) -> StillClock:
    """Commands ask the system's clock, so the records are made around today."""
    clock.set(system_clock())
    return clock


def held_now(today: StillClock, *facts: Any, **more: Any) -> tuple[Held, str]:
    held = make_held(today(), *facts, expires_at=today() + timedelta(days=60), **more)
    with making(START) as work:
        make_user(work, OTHER, "Other")
        code = code_of(work, held)
        return held, f"{code.batch.number}/{code.number}"


def run(app: Flask, *words: str, email: str = ADDRESS, typed: str = "") -> Result:
    return CliRunner().invoke(
        my_codes, [*words, "--as", email], obj=lambda: app, input=typed, catch_exceptions=False
    )


def answering(app: Flask, *words: str) -> Result:
    return CliRunner().invoke(requests, words, obj=lambda: app, catch_exceptions=False)


def told(app: Flask, *words: str, **more: str) -> Any:
    result = run(app, *words, "--json", **more)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_person_accepts_sees_books_moves_and_cancels(
    app: Flask, today: StillClock, tmp_path: Path
) -> None:
    held, number = held_now(today)
    assert [row["number"] for row in told(app, "list")] == [number]
    with pytest.raises(DomainError, match="terms"):
        run(app, "reveal", number)
    (row,) = told(app, "accept-terms", number)
    assert row["terms_accepted_at"]
    assert run(app, "reveal", number).stdout.strip() == display(held.text)
    assert run(app, "sheet", number, str(tmp_path / "mine.pdf")).exit_code == 0
    assert (tmp_path / "mine.pdf").read_bytes().startswith(b"%PDF")
    soon, later = (f"{today() + timedelta(days=days):%Y-%m-%dT10:00}" for days in (10, 20))
    (row,) = told(app, "register", number, "--exam", EXAM, "--site", "台北", "--at", soon)
    assert row["state"] == "registered"
    told(app, "move", number, "--at", later)
    (row,) = told(app, "cancel", number)
    assert row["outcome"] == "cancelled_in_time"
    (row,) = told(app, "show", number)
    assert row["state"] == "assigned"


def test_nobody_else_sees_or_uses_a_code(app: Flask, today: StillClock) -> None:
    _held, number = held_now(today)
    assert told(app, "list", email=OTHER) == []
    acts: Sequence[Sequence[str]] = (("show",), ("reveal",), ("accept-terms",), ("cancel",))
    for word, *more in acts:
        with pytest.raises(NotFound, match="hold no such code"):
            run(app, word, number, *more, email=OTHER)


def test_who_acts_must_be_said(app: Flask, today: StillClock) -> None:
    assert CliRunner().invoke(my_codes, ["list"], obj=lambda: app).exit_code == 2
    with pytest.raises(NotFound, match="no user"):
        run(app, "list", email="nobody@contoso.example")


def test_a_claim_link_is_asked_for_and_opens_the_code(app: Flask, today: StillClock) -> None:
    held, number = held_now(today)
    with making(today()) as work:
        path = link_path(work.keys.link, claim_link(work, code_of(work, held)))
    (row,) = told(app, "claim", typed=f"http://localhost{path}\n")
    assert (row["number"], bool(row["claimed_at"])) == (number, True)


def test_a_library_is_opened_by_its_person(app: Flask, today: StillClock) -> None:
    held, number = held_now(today, State.ASSIGNED, ProductKind.E_REFERENCE)
    assert run(app, "activate", number).exit_code == 2
    (row,) = told(app, "activate", number, "--accept-terms")
    assert row["code"] == display(held.text)
    assert row["address"].startswith("https://")


def test_a_holder_asks_and_is_answered(app: Flask, today: StillClock) -> None:
    _held, number = held_now(today)
    (asked,) = told(app, "ask", number, "other", "The site says no.")
    (listed,) = json.loads(answering(app, "list", "--json").stdout)
    assert (listed["id"], listed["note"]) == (asked["id"], "The site says no.")
    assert answering(app, "answer", asked["id"], "Try again tomorrow.").exit_code == 0
    assert answering(app, "close", asked["id"]).exit_code == 0
    (listed,) = json.loads(answering(app, "list", "--state", "closed", "--json").stdout)
    assert listed["answer"] == "Try again tomorrow."
    with pytest.raises(DomainError):
        answering(app, "close", asked["id"])


def test_a_holder_notes_a_result_of_an_exam_that_was(app: Flask, today: StillClock) -> None:
    now = today()
    today.set(now - timedelta(days=3))
    at = {"starts_at": now - timedelta(days=1), "expires_at": now + timedelta(days=60)}
    held = make_held(today(), State.REGISTERED, **at)
    with making(now) as work:
        code = code_of(work, held)
        number = f"{code.batch.number}/{code.number}"
    (row,) = told(app, "result", number, "failed", "--on", f"{now.date()}")
    assert (row["exam"], row["result"]) == (EXAM, "failed")
