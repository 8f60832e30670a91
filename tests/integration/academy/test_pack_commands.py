"""Packs, quotas, requests and sites from the command line."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tests.support.conservation import check_packs
from tests.support.making import making
from tests.support.making_academy import Academy, make_academy, make_term
from vlms.academy.cli import academy as group
from vlms.academy.errors import QuotaRefused
from vlms.academy.requirements import site_requirements
from vlms.core.clock import system_clock
from vlms.core.errors import NotFound

LAW, MANAGEMENT = "School of Law", "School of Management"
OWN = ("--organisation", "fabrikam")


def run(app: Flask, *words: str) -> Result:
    result = CliRunner().invoke(group, words, obj=lambda: app, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def told(app: Flask, *words: str) -> Any:
    return json.loads(run(app, *words, "--json").stdout)


@pytest.fixture
def academy(app: Flask) -> Academy:
    """Commands ask the system's clock."""
    now = system_clock()
    with making(now) as work:
        made = make_academy(
            work,
            first_day=now.date() - timedelta(days=30),
            last_day=now.date() + timedelta(days=300),
        )
        first, last = now.date() - timedelta(days=20), now.date() + timedelta(days=100)
        make_term(work, made.organisation, "This term", first, last)
        return made


def test_quota_goes_its_way_on_the_command_line(app: Flask, academy: Academy) -> None:
    number = academy.pack.number
    term = ("--term", "This term")
    run(app, "quotas", "give", number, "--school", LAW, *term, "--count", "100")
    run(app, "quotas", "give", number, "--count", "50")
    why = ("--reason", "needed elsewhere")
    run(app, "quotas", "recall", number, "--count", "20", *why)
    to = ("--to-school", MANAGEMENT)
    run(app, "quotas", "move", number, "--school", LAW, *term, *to, "--count", "30", *why)
    found = {(q["school"], q["term"]): q["quota"] for q in told(app, "quotas", "list", number)}
    assert found == {(LAW, "This term"): 70, (None, None): 30, (MANAGEMENT, None): 30}
    (row,) = told(app, "packs", "list", "--standing", "running")
    assert (row["capacity"], row["given"], row["not_given"], row["free"]) == (500, 130, 370, 130)
    shown = told(app, "packs", "show", number)
    assert {act["act"]: act["is_possible"] for act in shown["acts"]}["give"]
    kinds = [line["kind"] for line in told(app, "packs", "ledger", number)]
    assert kinds == ["given", "recalled", "recalled", "given", "given"]
    with making(system_clock()) as work:
        check_packs(work)


def test_what_is_not_there_or_not_free_is_refused(app: Flask, academy: Academy) -> None:
    number = academy.pack.number
    with pytest.raises(NotFound):
        run(app, "packs", "show", "SP-999999")
    with pytest.raises(NotFound):
        run(app, "quotas", "recall", number, "--count", "1", "--reason", "x")
    with pytest.raises(QuotaRefused, match="A2"):
        run(app, "quotas", "give", number, "--count", "501")


def test_a_request_is_asked_and_answered_on_the_command_line(app: Flask, academy: Academy) -> None:
    number = academy.pack.number
    ask = ("quota-requests", "ask", number, "--school", LAW, "--as", "cleo@fabrikam.example")
    run(app, *ask, "--count", "40", "--reason", "a second class")
    (asked,) = told(app, "quota-requests", "list", "--state", "open")
    run(app, "quota-requests", "refuse", asked["id"], "--reason", "not now")
    run(app, *ask, "--count", "40", "--reason", "really")
    (asked,) = told(app, "quota-requests", "list", "--state", "open")
    run(app, "quota-requests", "give", asked["id"], "--count", "25", "--answer", "for now")
    states = [row["state"] for row in told(app, "quota-requests", "list")]
    assert states == ["given", "refused"]
    (quota,) = told(app, "quotas", "list", number)
    assert (quota["school"], quota["quota"]) == (LAW, 25)


def test_a_sites_gate_opens_on_the_command_line(app: Flask, academy: Academy) -> None:
    days = ("--valid-from", "2020-01-01", "--valid-to", "2099-12-31")
    run(app, "sites", "add", "Library", *OWN, "--address", "1 University Road")
    shown = told(app, "sites", "show", "Library", *OWN)
    assert shown["gate"] == "shut"
    assert [one["reason"] for one in shown["conditions"] if not one["is_met"]] == [
        "no_center_number",
        "no_validity",
        "requirements_missing",
    ]
    run(app, "sites", "edit", "Library", *OWN, "--center-number", "90055555", *days)
    run(app, "sites", "check", "Library", *OWN, "--tick", site_requirements()[0].key)
    assert "not met" in run(app, "sites", "show", "Library", *OWN).stdout
    run(app, "sites", "check", "Library", *OWN, "--all")
    assert told(app, "sites", "show", "Library", *OWN)["gate"] == "open"
    run(app, "sites", "close", "Library", *OWN)
    gates = {row["name"]: row["gate"] for row in told(app, "sites", "list", *OWN)}
    assert gates["Library"] == "shut"
    run(app, "sites", "reopen", "Library", *OWN)
    assert told(app, "sites", "show", "Library", *OWN)["gate"] == "open"


def test_the_packs_message_is_sent_again(app: Flask, academy: Academy) -> None:
    answer = run(app, "packs", "tell-again", academy.pack.number).stdout
    assert "notices@fabrikam.example" in answer
