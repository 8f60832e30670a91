"""Each signing ends, outside the database, with a line that vouches for quiet chains too."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import delete

from tests.integration.audit.test_signed_heads import SIGNED
from tests.integration.audit.test_tampering import fill
from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.tampering import tampering
from vlms.audit.heads import sign
from vlms.audit.outside import BROKEN_OFF, WHOLE, sort_lines
from vlms.audit.rules.holding import Wrong
from vlms.audit.rules.timing import Head
from vlms.audit.service import journal
from vlms.core.tokens import new_id, random_bytes
from vlms.core.work import key_ring
from vlms.journal.checks import sign_journal, verify_journal
from vlms.journal.cli import audit


@pytest.fixture
def outside(app: Flask) -> Path:
    file: Path = app.config["SETTINGS"].heads_file
    file.unlink(missing_ok=True)
    return file


def tell(clock: StillClock, chain_id: UUID | None, hours: int = 0) -> None:
    with making(clock() - timedelta(hours=hours)) as work:
        journal(work, "test.told", ("test", new_id(), chain_id))


def wrongs(outside: Path, clock: StillClock) -> list[Wrong]:
    return [fault.wrong for fault in verify_journal(key_ring().audit, outside, clock()).faults]


def test_a_quiet_chain_is_vouched_for_though_its_signings_are_gone_from_the_database(
    app: Flask, clock: StillClock, outside: Path
) -> None:
    """The attack: remove the signings since, and write what was never told then."""
    chain_id, secret, began = fill(clock), key_ring().audit, clock()
    sign_journal(secret, outside, clock())
    for _hour in range(3):
        clock.move(hours=1)
        tell(clock, None)
        sign_journal(secret, outside, clock())
    assert wrongs(outside, clock) == []
    tell(clock, chain_id, hours=2)
    with tampering() as connection:
        connection.execute(delete(SIGNED).where(SIGNED.c.at > began))
    assert wrongs(outside, clock) == [Wrong.BACKDATED, Wrong.NOT_INSIDE]
    found = CliRunner().invoke(audit, ["verify"], obj=lambda: app)
    assert found.exit_code == 1
    assert "contoso: position 10" in found.stdout
    assert "the database lacks this head" in found.stdout
    whole = outside.read_text()
    outside.write_text("".join(line for line in whole.splitlines(True) if WHOLE not in line))
    assert wrongs(outside, clock) == [], "the control: without those lines nobody could tell"
    told = CliRunner().invoke(audit, ["verify"], obj=lambda: app)
    assert told.exit_code == 0
    assert "6 heads in the file are of signings from before" in told.stdout
    clock.move(hours=1)
    sign_journal(secret, outside, clock())
    assert wrongs(outside, clock) == [], "an old file goes on"


def test_a_signing_of_nothing_vouches_for_everything(
    app: Flask, clock: StillClock, outside: Path
) -> None:
    chain_id = fill(clock)
    for _hour in range(3):
        sign_journal(key_ring().audit, outside, clock())
        clock.move(hours=1)
    assert [each.count for each in sort_lines(outside.read_text()).endings] == [3, 0, 0]
    tell(clock, chain_id, hours=3)
    assert wrongs(outside, clock) == [Wrong.BACKDATED]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_file_that_lacks_lines_of_a_signing_is_told(
    app: Flask, clock: StillClock, outside: Path
) -> None:
    chain_id = fill(clock)
    sign_journal(key_ring().audit, outside, clock())
    clock.move(hours=1)
    tell(clock, chain_id)
    sign_journal(key_ring().audit, outside, clock())
    lines = outside.read_text().splitlines(keepends=True)
    assert len(lines) == 6
    expected = {
        0: [Wrong.INCOMPLETE, Wrong.NOT_OUTSIDE],
        3: [],  # as if that signing were an old one
        4: [Wrong.INCOMPLETE, Wrong.NOT_OUTSIDE],
        5: [Wrong.INCOMPLETE],
    }
    for gone, faults in expected.items():
        outside.write_text("".join(lines[:gone] + lines[gone + 1 :]))
        assert wrongs(outside, clock) == faults, gone
    outside.write_text("".join(lines).replace('"count": 3', '"count": 2'))
    assert wrongs(outside, clock) == [Wrong.FORGED_HEAD, Wrong.INCOMPLETE]
    outside.write_text("".join(lines))
    assert wrongs(outside, clock) == []


@pytest.mark.parametrize("end", [BROKEN_OFF, WHOLE])
def test_a_signing_that_was_killed_is_told_until_the_next_one_says_what_became_of_it(
    app: Flask, clock: StillClock, outside: Path, end: str
) -> None:
    """Killed before its heads are in the database, or before its last line."""
    chain_id, secret = fill(clock), key_ring().audit
    sign_journal(secret, outside, clock())
    clock.move(hours=1)
    tell(clock, chain_id)
    sign_journal(secret, outside, clock())
    outside.write_text("".join(outside.read_text().splitlines(keepends=True)[:-1]))
    if end == BROKEN_OFF:
        with tampering() as connection:
            connection.execute(delete(SIGNED).where(SIGNED.c.at == clock()))
    assert wrongs(outside, clock) == [Wrong.INCOMPLETE]
    clock.move(hours=1)
    tell(clock, chain_id)
    sign_journal(secret, outside, clock())
    assert wrongs(outside, clock) == []
    ends = [(each.end, each.count) for each in sort_lines(outside.read_text()).endings]
    assert ends == [(WHOLE, 3), (end, 1), (WHOLE, 1)]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_heads_of_another_key_behind_the_last_signing_are_not_vouched_for(
    app: Flask, clock: StillClock, outside: Path
) -> None:
    chain_id = fill(clock)
    sign_journal(key_ring().audit, outside, clock())
    forged = sign(random_bytes(32), chain_id, Head(9, bytes(32)), clock())
    with outside.open("a") as file:
        file.write(forged.line + "\n")
    clock.move(hours=1)
    sign_journal(key_ring().audit, outside, clock())
    assert wrongs(outside, clock) == [Wrong.FORGED_HEAD]
