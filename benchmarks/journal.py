"""The journal: entries a second, in chains, beside bare inserts of as many rows.

    python benchmarks/journal.py [COUNT]

Each round writes COUNT entries with their details in transactions of a thousand (`journal_many`),
then as many rows of the same size into the same tables without reckoning or committing them, on
SQLite, and on PostgreSQL where VLMS_BENCH_POSTGRES names a database or the tests' own server can
be started.
Printed are the medians and their ratio; the bar is 1,000 entries a second.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert  # noqa: E402

from benchmarks.issuing import databases  # noqa: E402
from tests.support.making import EVERY_ROLE  # noqa: E402
from vlms.app import create_app  # noqa: E402
from vlms.audit.checking import check_journal  # noqa: E402
from vlms.audit.models import AuditDetail, AuditEntry, AuditLink  # noqa: E402
from vlms.audit.service import Change, journal_many  # noqa: E402
from vlms.core.clock import system_clock  # noqa: E402
from vlms.core.db import Base, db, reading  # noqa: E402
from vlms.core.scope import System  # noqa: E402
from vlms.core.tokens import new_id  # noqa: E402
from vlms.core.work import working  # noqa: E402
from vlms.settings import read_settings  # noqa: E402

BAR, PIECE, ROUNDS = 1000, 1000, 5
SCOPE = System("benchmark")


def chained(count: int) -> None:
    for start in range(0, count, PIECE):
        with working(EVERY_ROLE, SCOPE, system_clock()) as work:
            keys = [new_id() for _each in range(min(PIECE, count - start))]
            changes: list[Change] = [(("code", key, None), {"n": 1}, {"n": 2}) for key in keys]
            journal_many(work, "code.assign", changes)


def bare(count: int) -> None:
    """The same rows, places included, by themselves; then taken back."""
    with db.engine.connect() as connection:
        for start in range(0, count, PIECE):
            numbers = range(2**40 + start, 2**40 + min(start + PIECE, count))
            entry = {
                "organisation_id": None,
                "actor_id": None,
                "action": "code.assign",
                "record_kind": "code",
                "at": system_clock(),
                "reason": None,
                "detail_digest": bytes(32),
            }
            detail = {
                "organisation_id": None,
                "salt": bytes(16),
                "actor_name": "tester",
                "before": {"n": 1},
                "after": {"n": 2},
            }
            link = {"chain_id": new_id(), "previous": bytes(32), "digest": bytes(32)}
            rows = [{**entry, "record_id": new_id(), "sequence": each} for each in numbers]
            connection.execute(insert(AuditEntry), rows)
            connection.execute(insert(AuditDetail), [{**detail, "sequence": n} for n in numbers])
            links = [{**link, "sequence": n, "position": n} for n in numbers]
            connection.execute(insert(AuditLink), links)
        connection.rollback()


def rate(write: Callable[[int], None], count: int) -> float:
    began = time.perf_counter()
    write(count)
    return count / (time.perf_counter() - began)


def measure(name: str, count: int) -> float:
    chained(PIECE)
    rounds = [(rate(chained, count), rate(bare, count)) for _round in range(ROUNDS)]
    ours, plain = (statistics.median(each) for each in zip(*rounds, strict=True))
    began = time.perf_counter()
    with reading(SCOPE) as session:
        report = check_journal(session)
    checked = report.entries / (time.perf_counter() - began)
    assert report.holds, report.faults
    print(f"{name}: {ours:,.0f} entries a second, {ours / plain:.2f} of {plain:,.0f} bare ones")
    print(f"{name}: {checked:,.0f} entries a second checked, {report.entries:,} in all")
    return ours


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as place, databases(Path(place)) as found:
        slowest = BAR * 1.0
        for name, url in found.items():
            told = {"VLMS_INSTANCE": place, "VLMS_DATABASE_URL": url}
            app = create_app(read_settings({**told, "VLMS_SINGLE_DATABASE_ROLE": "1"}))
            with app.app_context():
                Base.metadata.create_all(db.engine)
                slowest = min(slowest, measure(name, count))
                db.session.remove()
                db.engine.dispose()
    sys.exit(0 if slowest >= BAR else 1)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
