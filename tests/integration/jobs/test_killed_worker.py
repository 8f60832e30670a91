"""Workers that are killed in the middle: nothing is lost, nothing is done twice.

Real processes on an SQLite database of their own, killed at some moment of assigning or of
mailing. What a dead worker held is free again after its lease, which is not waited for here.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.support.conservation import check_codes
from tests.support.mail import Postbox, open_postbox
from tests.support.making import make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from vlms.app import create_app
from vlms.audit.models import AuditEntry
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.core.clock import system_clock
from vlms.core.db import db, reading
from vlms.core.scope import System
from vlms.jobs.models import Job
from vlms.notices.models import MessageState, OutboxMessage
from vlms.settings import read_settings

ROOT = Path(__file__).parents[3]
CODES, KILLS = 40, 3


@pytest.fixture
def postbox() -> Iterator[tuple[Postbox, int]]:
    with open_postbox() as opened:
        yield opened


@pytest.fixture
def environment(tmp_path: Path, postbox: tuple[Postbox, int]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VLMS_")}
    found = {
        **kept,
        "VLMS_INSTANCE": str(tmp_path),
        "VLMS_SMTP_HOST": "127.0.0.1",
        "VLMS_SMTP_PORT": str(postbox[1]),
        "VLMS_SMTP_TLS": "0",
    }
    subprocess.run(_vlms("db", "upgrade"), cwd=ROOT, env=found, check=True, timeout=120)
    return found


@pytest.fixture
def installed(environment: dict[str, str]) -> Iterator[Flask]:
    """The same installation in this process, with codes whose assignment is due."""
    app = create_app(replace(read_settings(environment), testing=True), system_clock)
    with app.app_context():
        _make_due_codes()
        yield app
        db.session.remove()
        db.engine.dispose()


def _vlms(*words: str) -> list[str]:
    return [sys.executable, "-m", "vlms", *words]


def _make_due_codes() -> None:
    now = system_clock()
    with making(now) as work:
        contoso = make_organisation(work, "contoso")
        year = {"first_day": now.date(), "last_day": now.date() + timedelta(days=300)}
        agreement = make_agreement(work, contoso, **year)
        line = make_line(work, agreement, make_product(work), CODES, delivered_quantity=CODES)
        for place, code in enumerate(make_codes(work, line, CODES)):
            person = make_person(work, contoso, f"P {place}", f"p{place}@contoso.example")
            code.state, code.person_id = State.RESERVED, person.id
            code.reserved_at = code.assign_due_at = now


def kill_when(environment: dict[str, str], is_time: Callable[[], bool]) -> None:
    """Start a worker and kill it as soon as it is in the middle of its work."""
    with subprocess.Popen(_vlms("worker"), cwd=ROOT, env=environment) as worker:
        patience = time.monotonic() + 60
        while not is_time() and time.monotonic() < patience:
            time.sleep(0.002)
        worker.kill()


def assigned_count() -> int:
    """Read beside the worker, which is not to wait for us."""
    with reading(System("test")) as session:
        assigned = select(func.count(Code.id)).where(Code.state == State.ASSIGNED)
        return int(session.scalar(assigned) or 0)


class Watch:
    """Sees when somebody has been writing for some looks in a row: in the middle of a piece."""

    def __init__(self, looks: int) -> None:
        self.looks, self.seen = looks, 0
        dbapi = db.engine.dialect.dbapi
        assert dbapi is not None
        self.error = dbapi.OperationalError
        self.connection = dbapi.connect(db.engine.url.database, timeout=0, isolation_level=None)

    def is_midway(self) -> bool:
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            self.connection.execute("ROLLBACK")
            self.seen = 0
        except self.error:
            self.seen += 1
        return self.seen >= self.looks or assigned_count() == CODES


def free_what_the_dead_held() -> None:
    """As if the leases had run out."""
    past = system_clock() - timedelta(minutes=5)
    waiting = OutboxMessage.state == MessageState.WAITING
    with making(system_clock()) as work:
        for statement in (
            update(Job).values(lease_until=past, next_at=past),
            update(OutboxMessage).where(waiting).values(next_at=past),
        ):
            work.session.execute(statement, execution_options={"synchronize_session": False})


def test_killed_again_and_again_everybody_gets_one_code_and_one_message(
    installed: Flask, environment: dict[str, str], postbox: tuple[Postbox, int]
) -> None:
    midway: list[bool] = []
    for turn in range(1, KILLS + 1):
        watch = Watch(2 * turn)
        kill_when(environment, watch.is_midway)
        watch.connection.close()
        midway.append(assigned_count() < CODES)
        free_what_the_dead_held()
    assert any(midway), "they were killed too late"
    for turn in range(1, KILLS + 1):
        kill_when(environment, lambda turn=turn: len(postbox[0].mails) >= 5 * turn)  # type: ignore[misc]
        free_what_the_dead_held()
    for _twice in range(2):
        last = subprocess.run(_vlms("worker", "--once"), cwd=ROOT, env=environment, timeout=120)
        assert last.returncode == 0
        free_what_the_dead_held()
    _check_nothing_is_lost_or_doubled(postbox[0])


def _check_nothing_is_lost_or_doubled(postbox: Postbox) -> None:
    with making(system_clock()) as work:
        check_codes(work)
        codes = work.session.scalars(select(Code)).all()
        assert {(code.state, code.version) for code in codes} == {(State.ASSIGNED, 2)}
        told = select(AuditEntry.record_id).where(AuditEntry.action == "code.assign")
        assert set(Counter(work.session.scalars(told)).values()) == {1}
        messages = work.session.scalars(select(OutboxMessage)).all()
        assert Counter(message.subject_id for message in messages) == Counter(
            code.id for code in codes
        )
        assert {message.state for message in messages} == {MessageState.SENT}
    # A mail that the server took while its worker died goes out again, known as the same one.
    written = {mail["Message-ID"]: mail["To"] for mail in postbox.mails}
    assert len(written) == len(set(written.values())) == CODES
    assert len(postbox.mails) <= CODES + 2 * KILLS
