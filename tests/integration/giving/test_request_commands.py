"""Reports and voucher requests from the command line."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_codes import make_codes
from tests.support.making_requests import make_office
from tests.support.provider_files import csv_of, make_desk, queue, row
from vlms.codes.rules.lifecycle import State
from vlms.core.clock import system_clock
from vlms.core.errors import NotFound
from vlms.core.term import end_of_day
from vlms.giving.cli import giving
from vlms.orders.models import OrderLine


def run(app: Flask, *words: str) -> Result:
    result = CliRunner().invoke(giving, words, obj=lambda: app, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def told(app: Flask, *words: str) -> Any:
    return json.loads(run(app, *words, "--json").stdout)


def test_a_report_is_taken_in_and_its_queue_is_decided(
    app: Flask, clock: StillClock, tmp_path: Path
) -> None:
    desk = make_desk(slug="contoso")
    today = system_clock()
    file = tmp_path / "week.csv"
    rows = [
        row(desk.texts[0], "Cancelled", today - timedelta(days=9), today + timedelta(days=9)),
        row("NOSUCHCODE123456", "Pass", today - timedelta(days=2), today - timedelta(days=2)),
        row(desk.texts[0], "Lost", today - timedelta(days=2), today),
    ]
    file.write_bytes(csv_of(rows))
    words = ("provider-reports", "import", str(file), "--provider", "Certiport")
    looked = told(app, *words, "--dry-run")
    assert (looked["written"], looked["counts"]["same"]) == (False, 1)
    assert told(app, "provider-reports", "list") == []
    taken = told(app, *words)
    assert taken["counts"] == {"changed": 0, "same": 1, "queued": 1, "wrong": 1}
    assert desk.texts[0] not in json.dumps(taken)
    (waiting,) = told(app, "provider-reports", "queue")
    assert waiting["last4"] == "3456"
    run(app, "provider-reports", "ask", waiting["id"], "Which code is this?")
    run(app, "provider-reports", "ignore", waiting["id"], "A test candidate")
    assert told(app, "provider-reports", "queue") == []
    assert [one["file"] for one in told(app, "provider-reports", "list")] == ["week.csv"]
    assert [one.remark for one in queue(today)] == ["A test candidate"]


def test_a_column_can_be_named_and_one_that_is_not_there_is_refused(
    app: Flask, clock: StillClock, tmp_path: Path
) -> None:
    desk = make_desk()
    file = tmp_path / "week.csv"
    headings = ("V", "N", "E", "At", "What", "When")
    day = system_clock() - timedelta(days=2)
    file.write_bytes(csv_of([row(desk.texts[0], "Lost", day, day)[:6]], headings))
    words = ("provider-reports", "import", str(file), "--provider", "Certiport")
    with pytest.raises(NotFound):
        run(app, *words, "--column", "code=X")
    named = ("--column", "code=V", "--column", "status=What", "--column", "happened=When")
    assert told(app, *words, *named)["counts"]["wrong"] == 1
    assert told(app, *words)["counts"]["wrong"] == 1


def test_requests_are_asked_for_limited_and_answered(app: Flask, clock: StillClock) -> None:
    now = system_clock()
    office = make_office(clock(), code_count=0)
    asker = office.people[0].email
    wanted_on = (now + timedelta(days=30)).date()
    with making(now) as work:
        line = work.session.get_one(OrderLine, office.line_id)
        last = end_of_day(wanted_on + timedelta(days=9), "Asia/Taipei")
        make_codes(work, line, 1, expires_at=last)
    ask = ("requests", "ask", "voucher-contoso", "To sit it", "--on", wanted_on.isoformat())
    run(app, "requests", "set-limit", "contoso", "person", "1")
    (limit,) = told(app, "requests", "limits", "contoso")
    assert (limit["kind"], limit["most"]) == ("person", 1)
    run(app, *ask, "--as", asker)
    (request,) = told(app, "requests", "list", "contoso", "--state", "asked")
    run(app, "requests", "withdraw", request["id"], "--as", asker)
    run(app, *ask, "--as", asker)
    (request,) = told(app, "requests", "list", "contoso", "--state", "asked")
    assert run(app, "requests", "approve", request["id"]).stdout.strip() == "approved"
    run(app, *ask, "--as", office.people[1].email)
    (other,) = told(app, "requests", "list", "contoso", "--state", "asked")
    assert run(app, "requests", "approve", other["id"]).stdout.strip() == "waiting"
    assert run(app, "requests", "serve").stdout.strip() == "0 served."
    run(app, "requests", "refuse", other["id"], "No more this year")
    run(app, "requests", "remove-limit", limit["id"])
    assert told(app, "requests", "limits", "contoso") == []


def test_a_manager_sees_and_reminds_their_people(app: Flask, clock: StillClock) -> None:
    office = make_office(clock(), code_count=0)
    with making(system_clock()) as work:
        line = work.session.get_one(OrderLine, office.line_id)
        person = office.people[0].person_id
        (code,) = make_codes(work, line, 1, expires_at=system_clock() + timedelta(days=40))
        code.person_id, code.state = person, State.ASSIGNED
    (found,) = told(app, "requests", "team", "--as", office.manager.email)
    assert found["state"] == "assigned"
    run(app, "requests", "nudge", found["id"], "--as", office.manager.email)
