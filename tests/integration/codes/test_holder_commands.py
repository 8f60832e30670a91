"""Registering, recording and checking from the command line."""

from __future__ import annotations

import json
from datetime import timedelta

import click
import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import START, StillClock
from tests.support.holding import EXAM, Held, code_of, make_held
from tests.support.making import making
from vlms.catalog.models import ProductKind
from vlms.codes.holder_cli import activate, cancel, check, move, outcome, register, replace
from vlms.codes.rules.code_text import display
from vlms.codes.rules.lifecycle import State
from vlms.core.clock import system_clock
from vlms.core.errors import DomainError

COMMANDS = click.Group(
    "codes",
    {
        str(command.name): command
        for command in (register, move, cancel, outcome, activate, replace, check)
    },
)


def run(app: Flask, *words: str, typed: str = "") -> dict[str, object]:
    result = CliRunner().invoke(
        COMMANDS, [*words, "--json"], obj=lambda: app, input=typed, catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    (row,) = json.loads(result.stdout)
    assert isinstance(row, dict)
    return row


def number_of(held: Held) -> str:
    with making(START) as work:
        code = code_of(work, held)
        return f"{code.batch.number}/{code.number}"


@pytest.fixture
def today(clock: StillClock) -> StillClock:
    """Commands ask the system's clock, so the records are made around today."""
    clock.set(system_clock())
    return clock


def test_a_code_is_registered_moved_cancelled_and_replaced(app: Flask, today: StillClock) -> None:
    held = make_held(today(), expires_at=today() + timedelta(days=60))
    number = number_of(held)
    soon, later = (f"{today() + timedelta(days=days):%Y-%m-%dT10:00}" for days in (10, 20))
    booked = run(app, "register", number, "--exam", EXAM, "--site", "台北", "--at", soon)
    assert booked["state"] == "registered"
    assert booked["starts_at"] == f"{soon}:00+08:00"
    assert run(app, "move", number, "--at", later)["starts_at"] == f"{later}:00+08:00"
    assert run(app, "cancel", number)["outcome"] == "cancelled_in_time"
    row = run(app, "replace", number, "--case", "CASE-1")
    assert (row["state"], row["replaces"]) == ("assigned", number)
    with making(today()) as work:
        assert code_of(work, held).state is State.VOID


def test_an_outcome_is_recorded(app: Flask, today: StillClock) -> None:
    now = today()
    today.set(now - timedelta(days=3))
    held = make_held(
        today(),
        State.REGISTERED,
        starts_at=now - timedelta(days=1),
        expires_at=now + timedelta(days=60),
    )
    assert run(app, "outcome", number_of(held), "no_show")["state"] == "forfeited"


def test_a_library_is_activated_with_its_terms(app: Flask, today: StillClock) -> None:
    held = make_held(today(), kind=ProductKind.E_REFERENCE, expires_at=today() + timedelta(days=60))
    row = run(app, "activate", number_of(held), "--accept-terms")
    assert (row["state"], row["address"]) == ("activated", "https://books.example/library")


def test_a_typed_code_is_checked_without_being_printed(app: Flask, today: StillClock) -> None:
    held = make_held(today(), expires_at=today() + timedelta(days=60))
    row = run(app, "check", typed=display(held.text).lower() + "\n")
    assert (row["state"], row["person"]) == ("assigned", "林美玲")
    assert held.text not in str(row)


@pytest.mark.parametrize("number", ["B-1/1", "nonsense", "B-1/", "/"])
def test_a_number_that_names_no_code_is_refused(app: Flask, number: str) -> None:
    with pytest.raises(DomainError) as caught:
        run(app, "activate", number)
    assert caught.value.reason == "code_not_found"
