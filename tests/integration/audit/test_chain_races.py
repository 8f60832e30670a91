"""Many writers on one chain: no place twice, none left out. Without the lock it forks."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable

from flask import Flask
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, func, insert, select

from tests.support.clock import StillClock
from tests.support.making import make_organisation, making
from tests.support.owning import owner_engine
from tests.support.tampering import LINK, check
from vlms.audit.service import journal
from vlms.core.attempts import retrying
from vlms.core.tokens import new_id

WRITERS, EACH = 8, 8


def together(app: Flask, act: Callable[[], None], times: int = EACH) -> None:
    barrier, failed = threading.Barrier(WRITERS), []

    def run() -> None:
        with app.app_context():
            barrier.wait()
            try:
                for _each in range(times):
                    act()
            except Exception as error:
                failed.append(error)

    threads = [threading.Thread(target=run) for _each in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed


def test_eight_writers_make_no_forks(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        ids = [make_organisation(work, slug).id for slug in ("contoso", "fabrikam")]

    def write() -> None:
        with making(clock()) as work:
            # In either order: heads are locked in one order all the same.
            for organisation_id in (*ids, *reversed(ids), None):
                journal(work, "test.told", ("test", new_id(), organisation_id))

    together(app, lambda: retrying(write))
    report = check()
    assert (report.entries, report.faults) == (2 + WRITERS * EACH * 5, [])
    with owner_engine().connect() as connection:
        forks = select(LINK.c.chain_id, LINK.c.previous).group_by(LINK.c.chain_id, LINK.c.previous)
        assert connection.execute(forks.having(func.count() > 1)).all() == []


def test_a_chain_without_a_lock_forks(app: Flask) -> None:
    """The twin reads the head, then writes; nothing else would be needed if that were enough."""
    twin = Table(
        "twin_link",
        MetaData(),
        Column("key", Integer, primary_key=True),
        Column("previous", LargeBinary),
        Column("digest", LargeBinary),
    )

    def write() -> None:
        with owner_engine().connect() as connection:
            last = select(twin.c.digest).order_by(twin.c.key.desc()).limit(1)
            previous = connection.scalar(last) or bytes(32)
        digest = hashlib.sha256(previous + new_id().bytes).digest()
        with owner_engine().connect().execution_options(vlms_writes=True) as connection:
            connection.execute(insert(twin).values(previous=previous, digest=digest))
            connection.commit()

    twin.create(owner_engine())
    try:
        together(app, write, 15)
        with owner_engine().connect() as connection:
            forks = select(twin.c.previous).group_by(twin.c.previous).having(func.count() > 1)
            assert connection.execute(forks).all()
    finally:
        twin.drop(owner_engine())
