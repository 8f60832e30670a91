"""`vlms explain`: the dated rules on the command line, without any record."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from click.testing import CliRunner

from vlms.certifications.cli.explain import KINDS
from vlms.certifications.terms import renewal_terms
from vlms.cli import cli


def told(*words: str, status: int = 0) -> dict[str, Any]:
    run = CliRunner().invoke(cli, ["explain", *words, "--json"])
    assert run.exit_code == status, run.output
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def test_a_membership_is_explained_m1() -> None:
    found = told("membership", "--anniversary", "2019-09-01", "--on", "2019-09-24")
    assert found["reminders"] == ["2019-08-17", "2019-09-24"]
    assert (found["window_opens"], found["window_closes"]) == ("2019-09-02", "2019-10-01")
    assert (found["next_anniversary"], found["state"]) == ("2020-08-31", "window_open")
    assert found["refused"] is None


def test_a_waiver_is_named_with_its_days_m2() -> None:
    found = told("membership", "--anniversary", "2020-03-01", "--on", "2020-05-01")
    assert found["state"] == "reopened"
    assert found["waivers"][0]["competencies_complete_until"] == "2021-03-01"
    assert found["waivers"][0]["payable_until"] == "2020-06-30"
    assert (found["waivers"][0]["valid_from"], found["rules"]) == ("2020-01-01", ["M1", "M2"])
    assert found["waivers"][0]["families"] == ["package"]


@pytest.mark.parametrize(
    ("day", "known"), [("2019-06-01", 0), ("2019-12-31", 0), ("2020-01-01", 1)]
)
def test_what_is_asked_of_an_earlier_day_does_not_know_a_later_waiver_m2(
    day: str, known: int
) -> None:
    found = told("membership", "--anniversary", "2020-03-01", "--on", day)
    assert len(found["waivers"]) == known
    assert found["state"] == "active"


def certification(attempts: str, at: str, *more: str, status: int = 0) -> dict[str, Any]:
    asked = ("--type", "role-based", "--earned", "2025-07-05", "--on", at)
    return told("certification", *asked, "--failed-attempts", attempts, *more, status=status)


@pytest.mark.parametrize(
    ("attempts", "at", "state", "following"),
    [
        ("", "2026-01-04T23:59", "valid", "2026-01-05T00:00:00Z"),
        ("2026-01-05T10:00", "2026-01-05T10:00", "window_open", "2026-01-05T10:00:00Z"),
        (
            "2026-01-05T10:00,2026-01-05T10:00",
            "2026-01-05T12:00",
            "window_open",
            "2026-01-06T10:00:00Z",
        ),
        ("2026-01-05T18:00+08:00", "2026-06-05", "due", "2026-06-05T00:00:00Z"),
        ("", "2026-07-06T00:00Z", "lapsed", None),
    ],
)
def test_a_certification_is_explained_r2(
    attempts: str, at: str, state: str, following: str | None
) -> None:
    found = certification(attempts, at)
    assert (found["expires_on"], found["window_opens"]) == ("2026-07-05", "2026-01-05")
    assert (found["state"], found["next_attempt_at"]) == (state, following)
    assert found["version"] == "2"


def test_an_attempt_before_its_wait_is_an_answer_with_the_rule_r3() -> None:
    found = certification("2026-01-05T10:00,2026-01-05T11:00,2026-01-06T10:59", "2026-02-01")
    assert (found["rule"], found["reason"], found["state"]) == ("R3", "wait", None)
    assert found["allowed_at"] == "2026-01-06T11:00:00Z"
    assert "version 2" in found["refused"]


def test_what_never_expires_has_nothing_to_renew_r1() -> None:
    found = told("certification", "--type", "mos", "--earned", "2001-01-01")
    assert (found["state"], found["expires_on"]) == ("never_expires", None)
    assert (found["version"], found["source"][:5]) == ("1", "R1-R3")
    for day, version in (("2001-01-01", "1"), ("2021-06-29", "1"), ("2021-06-30", "2")):
        words = ("--type", "mta", "--earned", day, "--failed-attempts", "2021-07-01")
        found = told("certification", *words)
        assert (found["rule"], found["reason"]) == ("R1", "never_expires")
        assert f"by version {version} of the terms" in found["refused"]
        assert (found["version"], found["source"][:5]) == (version, "R1-R3")


@pytest.mark.parametrize("kind", KINDS)
def test_which_kinds_expire_is_what_the_terms_of_the_day_say_r1(kind: str) -> None:
    found = told("certification", "--type", kind, "--earned", "2025-01-01", "--on", "2025-02-01")
    is_renewed = kind in renewal_terms(date(2025, 1, 1)).terms.renewed_kinds
    assert (found["expires_on"] is not None) is is_renewed


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("membership --anniversary 2023-02-29", "--anniversary"),
        ("membership --anniversary 9999-06-01", "calendar"),
        ("membership --anniversary 2023-02-01 --zone Mars", "--zone"),
        ("certification --type mos --earned yesterday", "--earned"),
        ("certification --type mos --earned 2026-01-01 --on later", "--on"),
        ("certification --type expert --earned 9999-06-01 --on 9999-06-02", "9999"),
        ("certification --type mos --earned 2026-01-02 --on 2026-01-01", "R1"),
        (
            "certification --type expert --earned 2025-01-01 --on 2025-08-01"
            " --failed-attempts 2025-08-02T10:00",
            "R3",
        ),
    ],
)
def test_what_cannot_be_read_ends_with_two_and_a_sentence(words: str, named: str) -> None:
    assert named in told(*words.split(), status=2)["error"]


def test_without_json_each_fact_has_its_line() -> None:
    words = ["explain", "certification", "--type", "specialty", "--earned", "2021-06-29"]
    run = CliRunner().invoke(cli, [*words, "--on", "2022-12-29"])
    assert run.exit_code == 0
    assert "expires on: 2023-06-29" in run.output
    assert "window opens: 2022-12-29" in run.output
    assert "state: window_open" in run.output
