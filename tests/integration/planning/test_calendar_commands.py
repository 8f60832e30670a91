"""`vlms planning calendar …` lists the clocks, and makes and revokes addresses."""

from __future__ import annotations

import json

from click.testing import CliRunner
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making_reminders import ADMIN, make_held
from vlms.core.clock import system_clock
from vlms.planning.cli import planning


def run(app: Flask, *words: str) -> str:
    result = CliRunner().invoke(
        planning, ["calendar", *words], obj=lambda: app, catch_exceptions=False
    )
    assert result.exit_code == 0, result.output
    return result.output


def test_clocks_are_listed_by_kind(app: Flask, clock: StillClock) -> None:
    now = system_clock()
    clock.set(now)
    make_held(now, expires_at=now.replace(year=now.year + 1))
    found = json.loads(run(app, "list", "--organisation", "contoso", "--kind", "code", "--json"))
    assert [row["title"] for row in found] == ["1 unused code lapses: Voucher contoso"]


def test_an_address_is_made_read_and_revoked(app: Flask, clock: StillClock) -> None:
    make_held(clock())
    address = run(app, "make-address", "--as", ADMIN).strip()
    path = "/calendar/" + address.rsplit("/", 1)[1]
    assert app.test_client().get(path).status_code == 200
    assert run(app, "revoke-address", "--as", ADMIN) == "Revoked.\n"
    assert app.test_client().get(path).status_code == 404
    assert run(app, "revoke-address", "--as", ADMIN) == "There was none.\n"
