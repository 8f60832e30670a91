"""`vlms certifications`: transcripts and renewals, for programs too."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.making_certifications import make_certification
from vlms.catalog.models import CertificationKind
from vlms.certifications.cli import certifications
from vlms.certifications.models import PassSource
from vlms.certifications.service.earning import record_pass
from vlms.core import clock as core_clock
from vlms.core.errors import BadInput, Forbidden, NotFound
from vlms.core.permissions import Role
from vlms.core.work import Actor

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, clock: StillClock) -> Run:
    clock.set(core_clock.system_clock())
    with making(clock()) as work:
        place = make_organisation(work, "contoso")
        user = make_user(work, "lin@contoso.example")
        make_person(work, place, "Lin", "lin@contoso.example", user)
        kind = CertificationKind.ASSOCIATE
        make_certification(work, "administrator", kind, "AZ-104")

    def call(*words: str) -> Result:
        return CliRunner().invoke(certifications, words, obj=lambda: app)

    return call


def rows(found: Result) -> list[dict[str, Any]]:
    assert found.exit_code == 0, found.output
    read: list[dict[str, Any]] = json.loads(found.output)
    return read


LIN = ("contoso", "lin@contoso.example")


def test_a_transcript_goes_its_way_on_the_command_line_r3(run: Run, clock: StillClock) -> None:
    earned = clock().date() - timedelta(days=300)
    run("passed", *LIN, "az-104", earned.isoformat())
    (held,) = rows(run("mine", "--as", "lin@contoso.example", "--json"))
    assert (held["certification"], held["state"]) == ("administrator", "window_open")
    at = (clock() - timedelta(hours=2)).isoformat()
    assert run("attempt", held["id"], at, "--failed").exit_code == 0
    next_try = (clock() - timedelta(hours=1)).isoformat()
    assert "20" in run("attempt", held["id"], next_try, "--passed").output
    (after,) = rows(run("list", *LIN, "--json"))
    assert int(after["expires_on"][:4]) == int(held["expires_on"][:4]) + 1
    assert after["state"] == "valid"


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("passed", *LIN, "AZ-999", "2026-01-01"), NotFound),
        (("passed", *LIN, "AZ-104", "2999-01-01"), BadInput),
        (("passed", "contoso", "nobody", "AZ-104", "2026-01-01"), NotFound),
        (("earned", *LIN, "nothing", "2026-01-01"), NotFound),
        (("earned", *LIN, "administrator", "2999-01-01"), BadInput),
        (("attempt", "0" * 32, "2026-01-01", "--passed"), NotFound),
    ],
)
def test_what_is_not_there_or_to_come_is_refused(
    run: Run, words: tuple[str, ...], refusal: type[Exception]
) -> None:
    assert isinstance(run(*words).exception, refusal)


def test_what_is_held_is_not_entered_twice_r4(run: Run, clock: StillClock) -> None:
    day = (clock().date() - timedelta(days=10)).isoformat()
    assert run("earned", *LIN, "administrator", day).exit_code == 0
    again = run("earned", *LIN, "administrator", day)
    assert isinstance(again.exception, BadInput)
    assert len(rows(run("list", *LIN, "--json"))) == 1


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.LEARNER])
def test_who_may_not_keep_certifications_enters_none(
    run: Run, clock: StillClock, role: Role
) -> None:
    """Nobody counts for a competency by their own word."""
    with pytest.raises(Forbidden), making(clock(), Actor("x", roles=frozenset({role}))) as work:
        person = make_person(work, make_organisation(work, "fabrikam"), "Wang")
        record_pass(work, person, "AZ-104", clock().date(), PassSource.ENTRY)


def test_holders_see_where_to_renew_and_state_their_results_r3(run: Run, clock: StillClock) -> None:
    own = ("--as", "lin@contoso.example")
    earned = clock().date() - timedelta(days=300)
    run("passed", *LIN, "az-104", earned.isoformat())
    assert run("tell").output.strip() == "1"
    assert run("tell").output.strip() == "0"
    (held,) = rows(run("mine", *own, "--json"))
    shown = json.loads(run("show", held["id"], *own, "--json").output)
    assert (shown["state"], shown["why_not"], shown["assessment"]) == ("window_open", None, None)
    at = (clock() - timedelta(hours=2)).isoformat()
    assert run("result", held["id"], at, "--passed", *own).exit_code == 0
    assert "Renewal begins" in str(run("result", held["id"], at, "--passed", *own).exception)


def test_the_board_and_an_import_on_the_command_line(
    run: Run, clock: StillClock, tmp_path: Path
) -> None:
    day = (clock().date() - timedelta(days=300)).isoformat()
    file = tmp_path / "passes.csv"
    file.write_text(f"E-mail,Exam,Day\n{LIN[1]},AZ-104,{day}\nnobody@x.example,AZ-104,{day}\n")
    words = ("import", str(file), "--organisation", "contoso", "--json")
    told = json.loads(run(*words).output)
    assert (told["written"], told["counts"]["wrong"]) == (False, 1)
    assert json.loads(run(*words, "--good-rows", "--dry-run").output)["written"] is False
    assert '"written": true' in run(*words, "--good-rows").output
    (row,) = rows(run("board", "contoso", "--state", "window_open", "--json"))
    assert (row["person"], row["earned_on"]) == ("Lin", day)
    assert rows(run("board", "contoso", "--month", "2001-01", "--json")) == []
    counted = rows(run("board", "contoso", "--counts", "--json"))
    assert sum(one["count"] for one in counted if one["by"] == "state") == 1
    assert run("board", "contoso", "--month", "soon").exit_code != 0
