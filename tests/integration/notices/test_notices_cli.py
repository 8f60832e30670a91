"""One's notices and choices on the command line."""

from __future__ import annotations

import json

from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from vlms.core.language import Language
from vlms.core.packed_text import pack_text
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.notices.cli import messages
from vlms.notices.delivery import switch_off_path
from vlms.notices.models import Mailing, OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post

ANN = "ann@contoso.example"


def tell(clock: StillClock) -> OutboxMessage:
    facts = {"title": pack_text(_("Export")), "is_done": True, "path": "/"}
    with making(clock()) as work:
        mail = Mail("job_ended", new_id(), str(new_id()), facts=facts)
        message = post(work, mail, Recipient("Ann", ANN, Language.ENGLISH))
    assert message is not None
    return message


def run(app: Flask, *words: str, typed: str | None = None) -> str:
    result = CliRunner().invoke(messages, words, obj=lambda: app, input=typed)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def test_notices_are_listed_and_marked(app: Flask, clock: StillClock) -> None:
    first, second = tell(clock), tell(clock)
    found = json.loads(run(app, "notices", ANN, "--json"))
    assert [row["id"] for row in found] == [str(second.id), str(first.id)]
    run(app, "read", ANN, str(first.id))
    found = json.loads(run(app, "notices", ANN, "--unread", "--json"))
    assert [row["id"] for row in found] == [str(second.id)]
    run(app, "read", ANN)
    assert json.loads(run(app, "notices", ANN, "--unread", "--json")) == []


def test_a_kind_is_chosen_and_switched_off_by_its_link(app: Flask, clock: StillClock) -> None:
    run(app, "choose", ANN, "job_ended", "weekly")
    assert tell(clock).mailing is Mailing.WEEKLY
    link = "https://vlms.example" + switch_off_path(tell(clock))
    run(app, "switch-off", typed=link + "\n")
    rows = json.loads(run(app, "choices", ANN, "--json"))
    kinds = {row["kind"]: row for row in rows}
    assert kinds["job_ended"]["mailing"] == "never"
    assert kinds["code_assigned"]["stays_on"]


def test_what_is_compulsory_is_not_switched_off(app: Flask) -> None:
    words = ["choose", ANN, "code_assigned", "never"]
    result = CliRunner().invoke(messages, words, obj=lambda: app)
    assert result.exit_code != 0
    assert "lapses without refund" in str(getattr(result.exception, "way_out", ""))
