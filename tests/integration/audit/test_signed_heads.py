"""Heads are signed and kept outside: who rewrites a whole chain is found all the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.integration.audit.test_tampering import fill
from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.owning import owner_engine
from tests.support.tampering import ENTRY, HEAD, LINK, change, check, remove, tampering
from vlms.audit.chaining import entry_of
from vlms.audit.heads import Signed, sign
from vlms.audit.models import AuditEntry, SignedHead
from vlms.audit.outside import alone_with
from vlms.audit.rules.chain import link_digest
from vlms.audit.rules.holding import Wrong
from vlms.audit.rules.timing import Head
from vlms.audit.service import journal
from vlms.core.db import Base, reading
from vlms.core.scope import System
from vlms.core.tokens import new_id, random_bytes
from vlms.core.work import key_ring
from vlms.jobs.models import Job
from vlms.jobs.worker import plan_recurring, run_due
from vlms.journal.checks import find_last_check, sign_journal, verify_journal
from vlms.journal.jobs import JOURNAL_JOBS

SIGNED = Base.metadata.tables[SignedHead.__tablename__]


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "heads.jsonl"


def rewrite(connection: object, chain_id: object, keep: int | None = None) -> None:
    """All of a chain anew, with a forged third entry, or cut off; its head as well."""
    change(connection, AuditEntry, 3, reason="forged")  # type: ignore[arg-type]
    execute = connection.execute  # type: ignore[attr-defined]
    links = execute(select(LINK).where(LINK.c.chain_id == chain_id).order_by(LINK.c.position))
    position, digest = 0, bytes(32)
    for link in links.all():
        if keep is not None and link.position > keep:
            remove(connection, link.sequence)  # type: ignore[arg-type]
            continue
        found = execute(select(ENTRY).where(ENTRY.c.sequence == link.sequence)).one()
        previous, position = digest, link.position
        entry = entry_of(found._mapping, link.sequence)
        digest = link_digest(previous, link.chain_id, position, entry)
        at_place = LINK.c.sequence == link.sequence
        execute(update(LINK).where(at_place).values(previous=previous, digest=digest))
    own = HEAD.c.chain_id == chain_id
    execute(update(HEAD).where(own).values(position=position, digest=digest))


def chain_of_entry(sequence: int) -> object:
    with owner_engine().connect() as connection:
        return connection.scalar(select(LINK.c.chain_id).where(LINK.c.sequence == sequence))


@pytest.mark.parametrize("keep", [None, 4])
def test_a_chain_rewritten_with_its_head_is_told_by_a_signed_one(
    app: Flask, clock: StillClock, outside: Path, keep: int | None
) -> None:
    fill(clock)
    chain_id = chain_of_entry(3)
    with owner_engine().connect() as connection:
        len_of = connection.scalar(select(HEAD.c.position).where(HEAD.c.chain_id == chain_id))
    secret = key_ring().audit
    assert len(sign_journal(secret, outside, clock())) == 3
    assert sign_journal(secret, outside, clock()) == []
    assert verify_journal(secret, outside, clock()).holds
    with tampering() as connection:
        rewrite(connection, chain_id, keep)
    assert check().holds, "by itself the chain is whole again"
    for gone in (False, True):
        if gone:
            with tampering() as connection:
                connection.execute(delete(SIGNED))
        fault, *removed = verify_journal(secret, outside, clock()).faults
        assert [each.wrong for each in removed] == [Wrong.NOT_INSIDE] * (3 if gone else 0)
        last = len_of if keep is None else 5
        wrong = Wrong.REWRITTEN if keep is None else Wrong.TRUNCATED
        assert (fault.wrong, fault.chain_id, fault.position) == (wrong, chain_id, last)


@pytest.mark.parametrize("is_quiet", [False, True])
def test_an_entry_behind_a_signed_head_that_says_it_is_older_is_told(
    app: Flask, clock: StillClock, outside: Path, *, is_quiet: bool
) -> None:
    """Also in a chain whose own head is old: at the last signing it had not moved."""
    chain_id, secret, began = fill(clock), key_ring().audit, clock()
    sign_journal(secret, outside, clock())
    clock.move(days=9)
    with making(clock()) as work:
        journal(work, "test.told", ("test", new_id(), None if is_quiet else chain_id))
    sign_journal(secret, outside, clock())
    assert verify_journal(secret, outside, clock()).holds
    with making(clock() - timedelta(days=1)) as work:
        journal(work, "test.told", ("test", new_id(), chain_id))
    (fault,) = verify_journal(secret, outside, clock()).faults
    assert (fault.wrong, fault.chain_id) == (Wrong.BACKDATED, chain_id)
    assert check().holds, "nothing else gives it away"
    with tampering() as connection:
        connection.execute(delete(SIGNED).where(SIGNED.c.at > began))
    told = [fault.wrong for fault in verify_journal(secret, outside, clock()).faults]
    assert told == [Wrong.BACKDATED, Wrong.NOT_INSIDE]
    # The control: as the file was before each signing ended with a line of its own.
    heads = [
        line for line in outside.read_text().splitlines(keepends=True) if "signing" not in line
    ]
    outside.write_text("".join(heads))
    report = verify_journal(secret, outside, clock())
    assert (report.older, report.older_alone) == (4, 1)
    assert [fault.wrong for fault in report.faults] == ([] if is_quiet else [Wrong.BACKDATED])


def test_a_chain_that_is_gone_altogether_is_told(
    app: Flask, clock: StillClock, outside: Path
) -> None:
    chain_id = fill(clock)
    sign_journal(key_ring().audit, outside, clock())
    with tampering() as connection:
        own = select(LINK.c.sequence).where(LINK.c.chain_id == chain_id)
        for sequence in connection.execute(own).scalars().all():
            remove(connection, sequence)
        for table in (HEAD, SIGNED):
            connection.execute(delete(table).where(table.c.chain_id == chain_id))
    fault, removed = verify_journal(key_ring().audit, outside, clock()).faults
    assert (fault.wrong, fault.chain_id, fault.position) == (Wrong.TRUNCATED, chain_id, 1)
    assert (removed.wrong, removed.chain_id) == (Wrong.NOT_INSIDE, chain_id)


def test_a_head_that_somebody_else_signed_is_told_and_a_torn_line_is_not(
    app: Flask, clock: StillClock, outside: Path
) -> None:
    fill(clock)
    secret = key_ring().audit
    sign_journal(secret, outside, clock())
    whole = outside.read_text()
    outside.write_text(whole + whole.splitlines()[0][:40])
    assert verify_journal(secret, outside, clock()).holds
    with making(clock()) as work:
        journal(work, "test.told", ("test", new_id(), None))
    sign_journal(secret, outside, clock())
    signed = outside.read_text()
    assert signed.startswith(whole)
    assert signed.count("\n") == len(signed.splitlines()) == 6, "the torn line is gone"
    assert verify_journal(secret, outside, clock()).holds
    assert len(verify_journal(random_bytes(32), outside, clock()).faults) == 10
    outside.write_text(whole + "no head\n" + signed.removeprefix(whole))
    faults = verify_journal(secret, outside, clock()).faults
    assert [fault.wrong for fault in faults] == [Wrong.FORGED_HEAD]


def test_a_file_of_heads_that_is_gone_or_another_one_is_told(
    app: Flask, clock: StillClock, outside: Path, tmp_path: Path
) -> None:
    fill(clock)
    secret = key_ring().audit
    sign_journal(secret, outside, clock())
    whole = outside.read_text()
    outside.unlink()
    faults = verify_journal(secret, outside, clock()).faults
    assert [fault.wrong for fault in faults] == [Wrong.NOT_OUTSIDE] * 3
    outside.write_text("".join(whole.splitlines(keepends=True)[1:]))
    faults = verify_journal(secret, outside, clock()).faults
    assert [fault.wrong for fault in faults] == [Wrong.INCOMPLETE, Wrong.NOT_OUTSIDE]
    outside.write_text(whole)
    assert verify_journal(secret, outside, clock()).holds


def test_of_two_who_append_at_once_no_line_is_torn(outside: Path) -> None:
    secret = random_bytes(32)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    heads = [sign(secret, new_id(), Head(n, bytes(32)), at) for n in range(40)]

    def append(head: Signed) -> None:
        with alone_with(outside) as file:
            file.append([head])

    with ThreadPoolExecutor(4) as several:
        list(several.map(append, heads))
    assert sorted(each.line for each in heads) == sorted(outside.read_text().splitlines())


def test_signed_heads_cannot_be_changed_in_the_database(
    app: Flask, clock: StillClock, outside: Path
) -> None:
    fill(clock)
    sign_journal(key_ring().audit, outside, clock())
    for statement in ("UPDATE signed_head SET position = 1", "DELETE FROM signed_head"):
        with pytest.raises(DBAPIError, match="append-only"), owner_engine().begin() as connection:
            connection.execute(text(statement))


def test_the_worker_signs_and_checks_and_the_operator_reads_when_it_last_held(
    app: Flask, clock: StillClock
) -> None:
    outside = app.config["SETTINGS"].heads_file
    outside.unlink(missing_ok=True)
    chain_id = fill(clock)
    plan_recurring(JOURNAL_JOBS, clock)
    run_due(JOURNAL_JOBS, clock, Event())
    with reading(System("test")) as session:
        assert session.scalars(select(Job.last_error)).all() == [None] * 3
        found = find_last_check(session)
        assert found is not None
        assert (found.at, found.held, found.held_at) == (clock(), True, clock())
    first = clock()
    with tampering() as connection:
        rewrite(connection, chain_id, 4)
    clock.move(hours=25)
    run_due(JOURNAL_JOBS, clock, Event())
    with reading(System("test")) as session:
        found = find_last_check(session)
    assert found is not None
    assert (found.at, found.held, found.held_at) == (clock(), False, first)
    outside.unlink()
