"""Issuing 100,000 codes through the service against a bare bulk insert of the same rows.

    python benchmarks/issuing.py [COUNT]

The service generates, seals and indexes the codes, journals the batch and writes the mail;
the bare insert puts rows that are ready into the same table of the same database, by the
same driver. Three rounds in turn; the ratio of the medians says what custody costs. Then the same
number is issued by the job, in pieces, and the longest time that one of its transactions
held the database is printed: others wait no longer. It runs on SQLite, and on PostgreSQL
where VLMS_BENCH_POSTGRES names a database or the tests' own server can be started.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import event, insert, select  # noqa: E402
from sqlalchemy.orm import Session  # noqa: E402

from tests.support import postgres  # noqa: E402
from tests.support.making import make_organisation, making  # noqa: E402
from tests.support.making_codes import (  # noqa: E402
    make_agreement,
    make_contact,
    make_line,
    make_product,
)
from vlms.app import create_app  # noqa: E402
from vlms.codes.models import Code, CodeBatch  # noqa: E402
from vlms.codes.service.issuing_in_pieces import issue_in_pieces  # noqa: E402
from vlms.core.db import Base, db  # noqa: E402
from vlms.core.tokens import new_id, random_bytes  # noqa: E402
from vlms.jobs.service import claim  # noqa: E402
from vlms.orders.events import LineDelivered  # noqa: E402
from vlms.orders.models import OrderLine  # noqa: E402
from vlms.orders.service.long_delivery import ISSUE, deliver_or_plan  # noqa: E402
from vlms.settings import read_settings  # noqa: E402

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ROUNDS = 3
Rows = list[dict[str, Any]]


def prepare(count: int) -> tuple[UUID, UUID, tuple[UUID, UUID]]:
    """Two lines: the service's, and one whose single batch takes the bare rows.

    And an invoiced order with its line, to be delivered by the job.
    """
    with making(NOW) as work:
        agreement = make_agreement(work, make_organisation(work, "contoso"))
        make_contact(work, agreement, "cora@contoso.example")
        product = make_product(work)
        lines = [make_line(work, agreement, product, count * ROUNDS) for _each in range(2)]
        jobs_line = make_line(work, agreement, product, count)
        return lines[0].id, lines[1].id, (jobs_line.order_id, jobs_line.id)


def issue(line_id: UUID, count: int) -> float:
    """Seconds of one delivery, its commit included."""
    began = time.perf_counter()
    with making(NOW) as work:
        work.session.get_one(OrderLine, line_id).delivered_quantity += count
        work.events.append(LineDelivered(line_id, count))
    return time.perf_counter() - began


def stored_rows() -> Rows:
    """The rows of the last batch as they stand, with other keys, so that they fit beside."""
    with making(NOW) as work:
        batch = work.session.scalars(select(CodeBatch).order_by(CodeBatch.number.desc())).first()
        assert batch is not None
        columns = [column.key for column in Code.__table__.columns]
        found = work.session.scalars(select(Code).where(Code.batch_id == batch.id))
        return [{name: getattr(code, name) for name in columns} for code in found]


def insert_bare(rows: Rows) -> float:
    """Seconds of inserting rows that are ready, their commit included; the table grows by
    as many in each measurement, whoever inserts them."""
    first = 1 + max(row["number"] for row in rows)
    for number, row in enumerate(rows, start=first):
        row.update(id=new_id(), text_index=random_bytes(32), number=number)
    began = time.perf_counter()
    with making(NOW) as work:
        work.session.connection().execute(insert(Code), rows)
    return time.perf_counter() - began


def issue_by_job(order: tuple[UUID, UUID], count: int) -> tuple[float, list[float]]:
    """Seconds of the whole job, and of each of its transactions."""
    with making(NOW) as work:
        assert deliver_or_plan(work, *order, count) is not None
    held = claim(lambda: NOW, ISSUE)
    assert held is not None
    holds: list[float] = []
    with timing_transactions(holds):
        began = time.perf_counter()
        issue_in_pieces(held)
        return time.perf_counter() - began, holds


@contextmanager
def timing_transactions(holds: list[float]) -> Iterator[None]:
    """Note how long each transaction that writes lasts, its commit included."""
    started: list[float] = []

    def began(_session: Session, _transaction: Any, _connection: Any) -> None:
        started.append(time.perf_counter())

    def ended(_session: Session) -> None:
        holds.append(time.perf_counter() - started[-1])

    event.listen(Session, "after_begin", began)
    event.listen(Session, "after_commit", ended)
    try:
        yield
    finally:
        event.remove(Session, "after_begin", began)
        event.remove(Session, "after_commit", ended)


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """The databases to measure, by name."""
    found = {"SQLite": f"sqlite:///{folder / 'bench.sqlite3'}"}
    named = os.environ.get("VLMS_BENCH_POSTGRES")
    if named:
        yield {**found, "PostgreSQL": named}
        return
    server = postgres.start()
    url = postgres.create_database(server, "vlms_bench_issuing")
    try:
        yield {**found, "PostgreSQL": url}
    finally:
        postgres.drop_database(server, "vlms_bench_issuing")


def measure(name: str, url: str, folder: Path, count: int) -> None:
    places = {"VLMS_INSTANCE": str(folder), "VLMS_DATABASE_URL": url}
    settings = read_settings({**places, "VLMS_SINGLE_DATABASE_ROLE": "1"})
    app = create_app(settings, lambda: NOW)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        line_id, bare_line_id, order = prepare(count)
        issue(bare_line_id, count)
        rows = stored_rows()
        service, bare = [], []
        for _round in range(ROUNDS):
            service.append(issue(line_id, count))
            bare.append(insert_bare(rows))
        seconds, holds = issue_by_job(order, count)
        db.session.remove()
        db.engine.dispose()
    ours, theirs = statistics.median(service), statistics.median(bare)
    print(f"{name}: issuing {count:,} codes in one transaction")
    print(f"  service {ours:6.2f} s {[round(s, 2) for s in service]}")
    print(f"  bare    {theirs:6.2f} s {[round(s, 2) for s in bare]}")
    print(f"  ratio   {ours / theirs:6.2f}")
    print(f"  by the job, in {len(holds)} transactions: {seconds:.2f} s")
    print(f"  longest hold of the database {max(holds):.2f} s; in one transaction {ours:.2f} s")


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with databases(folder) as found:
            for name, url in found.items():
                measure(name, url, folder, count)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
