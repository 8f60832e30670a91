"""Whoever changes the journal past the application is found, with the first bad row."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.tampering import check, check_on, tampering
from tests.support.tamperings import KINDS, Expected, Scene, edit_column, read_scene
from vlms.audit.rules.holding import Wrong
from vlms.audit.service import journal
from vlms.core.db import db
from vlms.core.tokens import new_id
from vlms.journal.cli import audit

COUNT = 9
TIMES = 6


def fill(clock: StillClock, count: int = COUNT) -> UUID:
    """An organisation whose chain is so long, beside another's and that of nobody."""
    with making(clock()) as work:
        mine, theirs = (make_organisation(work, slug) for slug in ("contoso", "fabrikam"))
        for number in range(count - 1):
            for organisation_id in (mine.id, theirs.id, None):
                record = ("test", new_id(), organisation_id)
                journal(work, "test.told", record, after={"n": number}, reason="because")
    return mine.id


def matches(fault: object, expected: Expected) -> bool:
    wrong, position, sequence = (getattr(fault, name) for name in ("wrong", "position", "sequence"))
    return (wrong, position) == (expected.wrong, expected.position) and (
        expected.sequence in (None, sequence)
    )


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_each_kind_of_tampering_is_found_and_located(
    app: Flask, clock: StillClock, kind: Callable[[Scene], Expected]
) -> None:
    chain_id = fill(clock)
    assert check().holds
    for seed in range(TIMES):
        with tampering(keep=False) as connection:
            expected = kind(read_scene(connection, Random(seed), chain_id))
            faults = check_on(connection).faults
            (fault,) = [each for each in faults if each.wrong is not Wrong.UNGUARDED][:1]
        assert fault.chain_id == chain_id or kind is edit_column
        assert matches(fault, expected), (fault, expected)
    assert check().holds


def test_the_command_names_the_first_bad_row_and_exits_with_1(
    app: Flask, clock: StillClock
) -> None:
    chain_id = fill(clock)
    app.config["SETTINGS"].heads_file.unlink(missing_ok=True)
    held = CliRunner().invoke(audit, ["verify", "--json"], obj=lambda: app)
    assert (held.exit_code, json.loads(held.stdout)["entries"]) == (0, 3 * COUNT - 1)
    with tampering() as connection:
        expected = edit_column(read_scene(connection, Random(1), chain_id))
    found = CliRunner().invoke(audit, ["verify"], obj=lambda: app)
    assert found.exit_code == 1
    assert f"contoso: position {expected.position}, sequence" in found.stdout
    assert "DOES NOT HOLD" in found.stdout


def test_a_trigger_that_is_gone_is_told(app: Flask, clock: StillClock) -> None:
    fill(clock)
    with tampering(keep=False) as connection:
        (fault,) = check_on(connection).faults
        assert fault.wrong is Wrong.UNGUARDED
    assert check().holds


def test_a_row_that_no_longer_can_be_read_is_told(app: Flask, clock: StillClock) -> None:
    """SQLite keeps any text in any column; PostgreSQL refuses it by itself."""
    fill(clock)
    if db.engine.dialect.name == "postgresql":
        return
    for statement in (
        "UPDATE audit_entry SET at = 'never' WHERE sequence = 5",
        "UPDATE audit_entry SET record_id = 'xyz' WHERE sequence = 5",
        "UPDATE audit_detail SET after = '{' WHERE sequence = 5",
    ):
        with tampering(keep=False) as connection:
            connection.execute(text(statement))
            faults = check_on(connection).faults
        assert [each.sequence for each in faults if each.wrong is not Wrong.UNGUARDED] == [5]
