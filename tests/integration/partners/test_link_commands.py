"""`vlms links`: one's own MCID and link on the command line, for programs too (K1, R5)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_links import LIN, make_lin, running
from vlms.core import clock as core_clock
from vlms.core.errors import NotFound
from vlms.notices.models import OutboxMessage
from vlms.partners.cli.links import links
from vlms.partners.errors import LinkRefused
from vlms.partners.service.profiles import code_of

Run = Callable[..., Result]
OWN = ("--as", LIN)


@pytest.fixture
def run(app: Flask, clock: StillClock) -> Run:
    clock.set(core_clock.system_clock())
    make_lin(clock(), "contoso", "fabrikam", mcid=None)

    def call(*words: str) -> Result:
        return CliRunner().invoke(links, words, obj=lambda: app)

    return call


def rows(found: Result) -> list[dict[str, Any]]:
    assert found.exit_code == 0, found.output
    read: list[dict[str, Any]] = json.loads(found.output)
    return read


# Commands are the same on both databases; what they call is tested on both.
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_an_mcid_goes_its_way_on_the_command_line(run: Run, clock: StillClock) -> None:
    assert "code is on its way" in run("claim", "990123456", "lin@home.example", *OWN).output
    with making(clock()) as work:
        (mail,) = work.session.query(OutboxMessage)
    assert isinstance(run("prove", "abc", *OWN).exception, LinkRefused)
    assert run("send-code", *OWN).exit_code == 0
    with making(clock()) as work:
        mail = work.session.query(OutboxMessage).order_by(OutboxMessage.id.desc()).first()
    assert run("prove", code_of(mail.facts["basis"]), *OWN).output == "Proved.\n"
    assert run("learning", "990123456", "lin@home.example", "--linked", *OWN).exit_code == 0
    assert all(row["is_met"] for row in rows(run("checklist", *OWN, "--json")))
    assert "2" in run("look", "contoso", *OWN).output
    assert run("link", "contoso", *OWN).output == "Linked.\n"
    refused = run("link", "fabrikam", *OWN).exception
    assert isinstance(refused, LinkRefused)
    assert refused.reason == "too_soon"
    (one,) = rows(run("mine", *OWN, "--json"))
    assert (one["organisation"], one["state"]) == ("contoso", "pending")
    assert run("unlink", "--part", "exams", *OWN).exit_code == 0
    assert run("unlink", *OWN).exit_code == 0
    with making(clock()) as work:
        assert running(work) == []
    assert isinstance(run("merged", "990000001", *OWN).exception, NotFound)
    assert isinstance(run("merged", "990123456", *OWN).exception, LinkRefused)


def test_who_has_not_answered_is_listed_and_asked_again_on_the_command_line(
    run: Run, clock: StillClock
) -> None:
    """Who was never asked is not among them; nobody is asked twice on a day (K1)."""
    since = ("--unanswered-for", "0")
    assert rows(run("list", "contoso", *since, "--json")) == []
    assert run("invite", "contoso", *since).output == "0 asked.\n"
    assert run("invite", "contoso", "lin@contoso.example").output == "1 asked.\n"
    (found,) = rows(run("list", "contoso", *since, "--json"))
    assert found["person"] == "Lin"
    assert rows(run("list", "contoso", "--unanswered-for", "1", "--json")) == []
    assert run("invite", "contoso", *since).output == "0 asked.\n"
    with making(clock()) as work:
        (mail,) = work.session.query(OutboxMessage)
        mail.created_at -= timedelta(days=2)
        mail.once_key = "the day before yesterday"
    assert len(rows(run("list", "contoso", "--unanswered-for", "1", "--json"))) == 1
    assert run("invite", "contoso", "--unanswered-for", "1").output == "1 asked.\n"
