"""`vlms giving reminders …` says and does what the pages do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making_reminders import mails, make_held
from vlms.core.clock import system_clock
from vlms.giving.cli import giving


def told(app: Flask, *words: str) -> Any:
    result = CliRunner().invoke(giving, ["reminders", *words], obj=lambda: app)
    assert result.exit_code == 0, result.output
    return json.loads(result.output) if "--json" in words else result.output


@pytest.fixture(autouse=True)
def _now(app: Flask, clock: StillClock) -> None:
    # Commands ask the system for the time.
    clock.set(system_clock())


def test_the_plan_is_shown_and_changed(app: Flask, clock: StillClock) -> None:
    make_held(clock())
    (usual,) = told(app, "plan", "--organisation", "contoso", "--json")
    assert usual["after"] == "3, 10, 25"
    asked = ("--after", "5", "--no-digest", "--weekly-cap", "1")
    told(app, "plan", "--organisation", "contoso", *asked)
    (changed,) = told(app, "plan", "--organisation", "contoso", "--json")
    assert (changed["after"], changed["digest"], changed["weekly_cap"]) == ("5", False, 1)
    assert changed["before"] == usual["before"]


def test_each_code_is_reminded_of_or_says_why_not(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), expires_at=clock().replace(year=clock().year + 1))
    code_id = str(held.code_ids[0])
    (sent, again) = told(app, "send", code_id, code_id, "--json")
    assert (sent["sent"], again["sent"]) == (True, False)
    assert "reminded of this code today" in again["why"]
    assert len(mails(clock())) == 1


def test_what_is_due_is_listed(app: Flask, clock: StillClock) -> None:
    now = clock()
    later = now.replace(year=now.year + 1)
    held = make_held(clock.move(days=-4), expires_at=later)
    (row,) = told(app, "due", "--organisation", "contoso", "--json")
    assert (row["code"], row["occasion"]) == (str(held.code_ids[0]), "after-3")


def test_the_digest_is_written_when_asked_for(app: Flask, clock: StillClock) -> None:
    make_held(clock(), expires_at=clock().replace(year=clock().year + 1))
    assert told(app, "digest", "--organisation", "contoso") == "1 written.\n"
    (message,) = mails(clock(), "reminder_digest")
    assert message.facts["unused_count"] == 1


def test_warnings_that_stand_are_listed(app: Flask, clock: StillClock) -> None:
    make_held(clock())
    assert told(app, "warnings", "--organisation", "contoso", "--json") == []
