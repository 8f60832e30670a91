"""Mail through a server on this machine: bare, with one worker and with two, and while killed.

    python benchmarks/mail.py [COUNT]

Each mail has a link of its own; it is claimed, written as text and HTML, handed over and noted
by itself, in transactions of its own. The bare run hands the same number of ready mails over one
connection to the same server, which only counts. The last run kills both workers ten times on the
way and looks whether each mail arrived: one that a worker could not note any more goes again
under the same Message-ID, and is counted as repeated. SQLite, and PostgreSQL where
VLMS_BENCH_POSTGRES names a database or the tests' own server can be started.
"""

from __future__ import annotations

import smtplib
import sys
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask import Flask  # noqa: E402
from sqlalchemy import delete  # noqa: E402

from benchmarks.issuing import databases  # noqa: E402
from tests.support.guards import unguarded  # noqa: E402
from tests.support.mailing import (  # noqa: E402
    Tally,
    Yard,
    check_nothing_is_lost_or_doubled,
    counting_server,
    deliver_with_kills,
    make_mails,
    yard,
)
from vlms.accounts.models import OneTimeLink, User  # noqa: E402
from vlms.app import create_app  # noqa: E402
from vlms.audit.models import AuditDetail, AuditEntry, AuditHead, AuditLink  # noqa: E402
from vlms.core.clock import system_clock  # noqa: E402
from vlms.core.db import Base, db  # noqa: E402
from vlms.notices.models import OutboxMessage  # noqa: E402
from vlms.settings import read_settings  # noqa: E402

KILLS = 10
JOURNAL = (AuditLink, AuditHead, AuditDetail, AuditEntry)


def hand_over_bare(port: int, count: int) -> float:
    """Mails a second of nothing but SMTP, over one connection."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "vlms@localhost", "ann@contoso.example"
    mail["Message-ID"] = "<bare@localhost>"
    mail.set_content("A link of a hundred letters. " * 20)
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as smtp:
        for _each in range(count):
            smtp.send_message(mail)
    return count / (time.perf_counter() - began)


def deliver(started: Yard, tally: Tally, count: int, workers: int) -> float:
    """Mails a second, from the start of the workers to the end of the last."""
    _begin_anew(tally, count)
    began = time.perf_counter()
    started.start(workers, 0)
    started.wait()
    seconds = time.perf_counter() - began
    check_nothing_is_lost_or_doubled(tally, count, 0)
    return count / seconds


def repeats_when_killed(started: Yard, tally: Tally, count: int) -> int:
    """How many mails went twice under one Message-ID; fails if one was lost, or doubled."""
    _begin_anew(tally, count)
    deliver_with_kills(started, tally, KILLS, 2)
    check_nothing_is_lost_or_doubled(tally, count, 2 * KILLS)
    return sum(tally.seen.values()) - count


def _begin_anew(tally: Tally, count: int) -> None:
    tally.seen.clear()
    tally.addresses.clear()
    with db.engine.begin() as connection, unguarded(connection):
        for table in (OutboxMessage, OneTimeLink, *JOURNAL, User):
            connection.execute(delete(table))
    make_mails(system_clock(), count)


def measure(name: str, app: Flask, count: int) -> None:
    with counting_server() as (tally, port), yard(app, port) as started:
        bare = hand_over_bare(port, count)
        one, two = (deliver(started, tally, count, workers) for workers in (1, 2))
        repeated = repeats_when_killed(started, tally, count)
    print(f"{name}: {count:,} mails through SMTP")
    print(f"  bare        {bare:8.0f} mails a second")
    print(f"  one worker  {one:8.0f}, {one / bare:.3f} of bare")
    print(f"  two workers {two:8.0f}, {two / one:.2f} of one")
    print(f"  two workers killed {KILLS} times: none lost, none doubled, {repeated} repeated")


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with databases(folder) as found:
            for name, url in found.items():
                told = {"VLMS_INSTANCE": str(folder), "VLMS_DATABASE_URL": url}
                app = create_app(read_settings(told))
                with app.app_context():
                    Base.metadata.create_all(db.engine)
                    measure(name, app, count)
                    db.session.remove()
                    db.engine.dispose()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
