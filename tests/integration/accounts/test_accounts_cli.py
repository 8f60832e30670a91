"""Organisations, users, people, messages and the worker from the command line."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import click
import pytest
from click.testing import CliRunner
from flask import Flask

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
