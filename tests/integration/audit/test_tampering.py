"""Whoever changes the journal past the application is found, with the first bad row."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from uuid import UUID

from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.tampering import (
    check,
    check_on,
    first_faults,
    heads_noted,
    taken_back,
    tampering,
)
from tests.support.tamperings import KINDS, Expected, backdate, edit_column, read_scenes
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


def fill_many(clock: StillClock, chains: int, count: int = COUNT) -> None:
    """So many organisations, each with a chain of its own that is so long."""
    with making(clock()) as work:
        for each in range(chains):
            mine = make_organisation(work, f"customer-{each}")
            for number in range(count - 1):
                record = ("test", new_id(), mine.id)
                journal(work, "test.told", record, after={"n": number}, reason="because")


def matches(fault: object, expected: Expected) -> bool:
    wrong, position, sequence = (getattr(fault, name) for name in ("wrong", "position", "sequence"))
    return (wrong, position) == (expected.wrong, expected.position) and (
        expected.sequence in (None, sequence)
    )


def test_each_kind_of_tampering_is_found_and_located(app: Flask, clock: StillClock) -> None:
    fill_many(clock, TIMES + 1)
    noted = heads_noted(clock())
    assert check(noted).holds
    with tampering(keep=False) as connection:
        *scenes, untouched = read_scenes(connection, Random(24), clock())
        for kind in KINDS:
            with taken_back(connection):
                expected = {scene.chain_id: kind(scene) for scene in scenes}
                faults = first_faults(check_on(connection, noted))
                assert untouched.chain_id not in faults
            assert faults.keys() == expected.keys(), kind.__name__
            for chain_id, fault in faults.items():
                assert matches(fault, expected[chain_id]), (kind.__name__, fault)
    assert check(noted).holds


def test_without_the_moment_of_the_signing_a_backdated_entry_would_not_be_found(
    app: Flask, clock: StillClock
) -> None:
    """The control: forged as well as by us, only the time gives it away."""
    fill_many(clock, 1)
    with tampering(keep=False) as connection:
        (scene,) = read_scenes(connection, Random(24), clock())
        backdate(scene)
        bare = {
            chain_id: [replace(head, at=None) for head in heads]
            for chain_id, heads in heads_noted(clock()).items()
        }
        assert first_faults(check_on(connection, bare)) == {}


def test_the_command_names_the_first_bad_row_and_exits_with_1(
    app: Flask, clock: StillClock
) -> None:
    chain_id = fill(clock)
    app.config["SETTINGS"].heads_file.unlink(missing_ok=True)
    held = CliRunner().invoke(audit, ["verify", "--json"], obj=lambda: app)
    assert (held.exit_code, json.loads(held.stdout)["entries"]) == (0, 3 * COUNT - 1)
    with tampering() as connection:
        scenes = read_scenes(connection, Random(1), clock())
        (expected,) = (edit_column(each) for each in scenes if each.chain_id == chain_id)
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
