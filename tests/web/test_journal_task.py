"""The operator's home says in red when the journal does not hold, or nobody has looked."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text

from tests.support.clock import StillClock
from tests.support.making_accounts import enter_as_operator
from tests.support.pages import CheckingClient
from tests.support.tampering import tampering
from vlms.core.work import key_ring
from vlms.journal.checks import verify_journal

pytestmark = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
HOME = "/o/operator/"


def check(app: Flask, clock: StillClock) -> None:
    verify_journal(key_ring().audit, app.config["SETTINGS"].heads_file, clock())


def test_a_journal_that_nobody_checks_is_a_task(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    enter_as_operator(client, clock())
    app.config["SETTINGS"].heads_file.unlink(missing_ok=True)
    assert "was not checked" not in client.page(HOME).text
    clock.move(days=3)
    client.sign_in("olga@operator.example")
    assert "was not checked for two days" in client.page(HOME).text
    check(app, clock)
    assert "was not checked" not in client.page(HOME).text


def test_a_journal_that_was_changed_is_a_task(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    enter_as_operator(client, clock())
    app.config["SETTINGS"].heads_file.unlink(missing_ok=True)
    check(app, clock)
    assert "The journal does not hold" not in client.page(HOME).text
    with tampering() as connection:
        connection.execute(text("UPDATE audit_entry SET action = 'forged' WHERE sequence = 1"))
    check(app, clock)
    page = client.page(HOME)
    assert "The journal does not hold" in page.text
    assert page.select_one('a[href="/o/operator/journal/"]')
