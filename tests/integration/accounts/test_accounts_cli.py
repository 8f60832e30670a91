"""Organisations, users, people, messages and the worker from the command line."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import click
import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.making_agreements import make_agreement
from vlms.accounts.cli import organisations, people, users
from vlms.accounts.errors import AlreadyThere, RoleRefused
from vlms.core.errors import BadInput, NotFound
from vlms.jobs.cli import worker
from vlms.notices.cli import messages

NTU = "create ntu --name 台大 --kind academic --country TW --time-zone Asia/Taipei".split()


def run(app: Flask, command: click.Command, *words: str) -> str:
    """What a command prints; a refusal is raised as it is."""
    result = CliRunner().invoke(command, words, obj=lambda: app, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def rows(app: Flask, command: click.Command, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(app, command, *words, "--json"))
    return found


def test_the_first_operator_gets_a_link_that_opens(app: Flask) -> None:
    told = run(app, users, "create-operator", "Olga@Operator.example", "--name", "Olga")
    link = urlsplit(told.strip())
    assert app.test_client().get(link.path).status_code == 200
    (user,) = rows(app, users, "list")
    assert (user["email"], user["roles"]) == ("olga@operator.example", "operator@operator")
    assert [each["slug"] for each in rows(app, organisations, "list")] == ["operator"]
    newer = urlsplit(run(app, users, "link", "olga@operator.example").strip())
    assert app.test_client().get(link.path).status_code == 404
    assert app.test_client().get(newer.path).status_code == 200
    assert len(rows(app, messages, "list")) == 2
    assert len(rows(app, messages, "list", "--state", "sent")) == 0


def test_organisations_people_and_roles_are_kept(app: Flask) -> None:
    run(app, organisations, *NTU)
    run(app, people, "add", "=cmd()", "--organisation", "ntu", "--email", "A@ntu.example")
    (person,) = rows(app, people, "list", "--organisation", "ntu")
    assert (person["name"], person["email"]) == ("=cmd()", "a@ntu.example")
    role = ("--organisation", "ntu", "--role", "licensing_admin")
    run(app, users, "grant", "b@ntu.example", "--name", "B", *role)
    assert rows(app, users, "list")[0]["roles"] == "licensing_admin@ntu"
    assert "台大" in run(app, organisations, "list")


def test_a_role_ends_and_can_be_given_again(app: Flask) -> None:
    run(app, organisations, *NTU)
    role = "b@ntu.example --organisation ntu --role licensing_admin".split()
    run(app, users, "grant", *role, "--name", "B", "--language", "zh_Hant_TW")
    assert "no longer" in run(app, users, "end-role", *role)
    (user,) = rows(app, users, "list")
    assert (user["roles"], user["language"]) == ("", "zh_Hant_TW")
    with pytest.raises(NotFound):
        run(app, users, "end-role", *role)
    run(app, users, "grant", *role)
    assert rows(app, users, "list")[0]["roles"] == "licensing_admin@ntu"


def test_a_role_for_one_agreement_is_given_and_ended_by_its_number(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        made = make_agreement(work, make_organisation(work, "contoso"))
    role = "b@x.example --organisation contoso --role licensing_admin".split()
    only = ("--agreement", made.number)
    run(app, users, "grant", *role, "--name", "B", *only)
    for words in (role, [*role, "--agreement", "nope"]):
        with pytest.raises(NotFound):
            run(app, users, "end-role", *words)
    run(app, users, "end-role", *role, *only)
    assert rows(app, users, "list")[0]["roles"] == ""


def test_a_role_for_schools_is_given_and_ended_by_their_names(app: Flask) -> None:
    run(app, organisations, *NTU)
    for school in ("Law", "Arts"):
        run(app, organisations, "add-school", "ntu", school)
    role = "b@ntu.example --organisation ntu --role school_coordinator".split()
    with pytest.raises(RoleRefused):
        run(app, users, "grant", *role, "--name", "B")
    run(app, users, "grant", *role, "--name", "B", "--school", "Law", "--school", "Arts")
    (user,) = rows(app, users, "list")
    assert (user["roles"], user["schools"]) == ("school_coordinator@ntu", "Arts · Law")
    with pytest.raises(NotFound):
        run(app, users, "end-role", *role)
    run(app, users, "end-role", *role, "--school", "Law")
    assert rows(app, users, "list")[0]["schools"] == "Arts"


def test_a_person_is_edited_under_number_or_address(app: Flask) -> None:
    run(app, organisations, *NTU)
    at = ("--organisation", "ntu")
    run(app, organisations, "add-school", "ntu", "工學院")
    run(app, people, "add", "Ann", *at, "--email", "a@ntu.example", "--number", "7")
    new = ("--name", "Anna", "--department", "EE", "--school", "工學院")
    run(app, people, "edit", "7", *at, *new)
    run(app, people, "edit", "A@ntu.example", *at, "--number", "", "--language", "zh_Hant_TW")
    (person,) = rows(app, people, "list", *at)
    told = [person[name] for name in ("name", "number", "department", "language")]
    assert told == ["Anna", None, "EE", "zh_Hant_TW"]


def test_a_person_gets_the_right_address_leaves_and_returns(app: Flask) -> None:
    run(app, organisations, *NTU)
    at = ("--organisation", "ntu")
    run(app, people, "add", "Ann", *at, "--email", "a@ntu.example")
    corrected = ("correct-address", "a@ntu.example", "ann@ntu.example", *at, "--reason", "typo")
    run(app, people, *corrected)
    run(app, people, "leave", "ann@ntu.example", *at)
    assert rows(app, people, "list", *at)[0]["left_at"]
    run(app, people, "return", "ann@ntu.example", *at)
    assert rows(app, people, "list", *at)[0]["left_at"] is None
    with pytest.raises(NotFound):
        run(app, people, *corrected)


def test_an_organisation_is_edited_with_what_is_given(app: Flask) -> None:
    run(app, organisations, *NTU)
    run(app, organisations, "edit", "ntu", "--name", "NTU")
    run(app, organisations, "settings", "ntu", "--assign-delay-minutes", "0")
    run(app, organisations, "limit", "ntu", "USD", "1200.50")
    run(app, organisations, "limit", "ntu", "TWD", "5")
    run(app, organisations, "limit", "ntu", "TWD", "none")
    run(app, organisations, "add-school", "ntu", "Law")
    run(app, organisations, "rename-school", "ntu", "Law", "Laws")
    found = json.loads(run(app, organisations, "show", "ntu", "--json"))
    assert (found["name"], found["country"], found["time_zone"]) == ("NTU", "TW", "Asia/Taipei")
    assert (found["assign_delay_minutes"], found["schools"]) == (0, ["Laws"])
    assert found["approval_limits"] == ["USD 1200.50"]
    assert "schools: Laws" in run(app, organisations, "show", "ntu")


def test_a_message_is_shown_without_its_link_and_sent_again(app: Flask) -> None:
    told = run(app, users, "create-operator", "olga@operator.example", "--name", "Olga")
    (message,) = rows(app, messages, "list")
    shown = json.loads(run(app, messages, "show", message["id"], "--json"))
    assert shown["subject"]
    assert "only to the recipient" in shown["text"]
    assert shown["subject"] in run(app, messages, "show", message["id"])
    run(app, messages, "resend", message["id"])
    states = sorted(each["state"] for each in rows(app, messages, "list"))
    assert states == ["dead", "waiting"]
    assert app.test_client().get(urlsplit(told.strip()).path).status_code == 404


@pytest.mark.parametrize(
    ("command", "words", "refusal"),
    [
        (organisations, NTU, AlreadyThere),
        (people, ["list", "--organisation", "nope"], NotFound),
        (people, ["add", "x", "--organisation", "ntu", "--email", "bad"], BadInput),
        (people, ["add", " ", "--organisation", "ntu"], BadInput),
        (users, ["link", "nobody@ntu.example"], NotFound),
        (users, ["grant", "n@x.example", "--organisation", "ntu", "--role", "finance"], BadInput),
        (
            users,
            "grant n@x.example --name N --organisation ntu --role operator".split(),
            RoleRefused,
        ),
        (people, ["edit", "nobody", "--organisation", "ntu"], NotFound),
        (people, ["leave", "nobody", "--organisation", "ntu"], NotFound),
        (organisations, ["settings", "ntu", "--assign-delay-minutes", "1441"], BadInput),
        (organisations, ["limit", "ntu", "TWD", "0.5"], BadInput),
        (organisations, ["limit", "ntu", "XXY", "5"], BadInput),
        (organisations, ["rename-school", "ntu", "Law", "Laws"], NotFound),
        (messages, ["show", "00000000-0000-0000-0000-000000000000"], NotFound),
        (messages, ["resend", "00000000-0000-0000-0000-000000000000"], NotFound),
    ],
)
def test_what_is_refused_is_said_in_a_sentence(
    app: Flask, command: click.Command, words: list[str], refusal: type[Exception]
) -> None:
    run(app, organisations, *NTU)
    with pytest.raises(refusal):
        run(app, command, *words)


def test_without_a_mail_server_messages_wait(app: Flask) -> None:
    assert "messages wait" in run(app, messages, "deliver")


def test_the_worker_does_what_is_due_once(app: Flask) -> None:
    assert "jobs done" in run(app, worker, "--once")
    assert run(app, worker, "--once").startswith("0 jobs")
