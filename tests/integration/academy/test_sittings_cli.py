"""`vlms academy sittings`: what pages do, from the command line."""

from __future__ import annotations

import json

from click.testing import CliRunner, Result
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_sittings import make_scene, quota_now
from vlms.academy.cli import academy as commands
from vlms.accounts.models import Person


def run(app: Flask, *words: str) -> Result:
    return CliRunner().invoke(commands, ["sittings", *words], obj=lambda: app)


def test_a_sitting_is_scheduled_shown_and_cancelled(app: Flask, clock: StillClock) -> None:
    academy, lesson = make_scene(clock, 2)
    with making(clock()) as work:
        work.session.get_one(Person, lesson.students[0].id).number = "B100"
    asked = (
        *("--organisation", "fabrikam", "--school", academy.law.name),
        *("--pack", academy.pack.number, "--exam", "MO-200", "--site", academy.site.name),
        *("--at", "2026-12-10T09:00", "--class", lesson.school_class.title, "--json"),
    )
    made = run(app, "schedule", *asked)
    assert made.exit_code == 0, made.output
    number = json.loads(made.output)["number"]
    assert quota_now(clock, lesson.quota) == (2, 0)
    listed = json.loads(run(app, "list", "--organisation", "fabrikam", "--json").output)
    assert [row["number"] for row in listed] == [number]
    known = ("--legal-name", "WANG Ming", "--account", "wm")
    assert run(app, "identify", number, "--person", "B100", *known).exit_code == 0
    seats = json.loads(run(app, "show", number, "--json").output)
    assert [row["account"] for row in seats if row["number"] == "B100"] == ["wm"]
    with making(clock()) as work:
        work.session.get_one(Person, lesson.students[1].id).number = "B101"
    shared = run(app, "identify", number, "--person", "B101", *known)
    assert shared.exit_code != 0
    assert all(student.name in str(shared.exception) for student in lesson.students)
    assert run(app, "start", number).exit_code != 0
    assert run(app, "reverse", number, "--person", "nobody", "--reason", "x").exit_code != 0
    cancelled = run(app, "cancel", number, "--reason", "Storm")
    assert cancelled.exit_code == 0, cancelled.output
    assert quota_now(clock, lesson.quota) == (0, 0)
