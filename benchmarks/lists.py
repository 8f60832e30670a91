"""A page of a list of codes out of a million rows, against one out of a thousand.

    python benchmarks/lists.py [ROWS]

Two organisations stand in one database, one with 1,000 codes and one with ROWS. For each way
of asking (filters, sorts, the first page and one far behind it) the whole page is fetched
several times in turn from both; the ratio of the medians says what the million costs. The
databases' plans are printed for the large one. SQLite and PostgreSQL; VLMS_BENCH_POSTGRES
may name a database of its own.
"""

from __future__ import annotations

import base64
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask import Flask  # noqa: E402
from sqlalchemy import event, func, insert, select, text  # noqa: E402

from tests.support import postgres  # noqa: E402
from tests.support.making import make_member, make_organisation, making  # noqa: E402
from tests.support.making_codes import (  # noqa: E402
    make_agreement,
    make_codes,
    make_line,
    make_product,
)
from tests.support.pages import CheckingClient  # noqa: E402
from vlms.accounts.models import Organisation  # noqa: E402
from vlms.app import create_app  # noqa: E402
from vlms.codes.models import Code  # noqa: E402
from vlms.codes.queries import CodeFilter, search_codes  # noqa: E402
from vlms.codes.rules.lifecycle import State  # noqa: E402
from vlms.core.db import Base, db, reading  # noqa: E402
from vlms.core.paging import Listing  # noqa: E402
from vlms.core.permissions import Role  # noqa: E402
from vlms.core.scope import Organisation as Scope  # noqa: E402
from vlms.core.tokens import new_id, random_bytes  # noqa: E402
from vlms.settings import read_settings  # noqa: E402

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SMALL, AT_ONCE, ROUNDS = 1_000, 20_000, 7
PLACES = ("small", "large")
ASKED = {
    "first page": "",
    "available": "?state=available",
    "expired": "?state=expired",
    "lapse within 30 days": "?within=30",
    "last first": "?sort=-expires",
    "by number": "?sort=number",
    "last four characters": "?q=00AB",
}


def fill(slug: str, count: int) -> None:
    """An organisation with so many codes, whose ends are spread over a year."""
    with making(NOW) as work:
        organisation = make_organisation(work, slug)
        make_member(work, organisation, Role.LICENSING_ADMIN, f"ann@{slug}.example")
        product = make_product(work, f"voucher-{slug}")
        line = make_line(work, make_agreement(work, organisation), product, count)
        (code,) = make_codes(work, line, 1)
        row = {column.key: getattr(code, column.key) for column in Code.__table__.columns}
    for start in range(1, count, AT_ONCE):
        rows = [_like(row, n) for n in range(start, min(start + AT_ONCE, count))]
        with making(NOW) as work:
            work.session.connection().execute(insert(Code), rows)


def _like(row: dict[str, Any], number: int) -> dict[str, Any]:
    # Batches of a thousand end on the same day, as they do.
    ends = NOW + timedelta(days=(number // 1_000) % 400 - 40)
    state = (State.AVAILABLE, State.AVAILABLE, State.VOID)[number % 3]
    return {
        **row,
        "id": new_id(),
        "number": number + 1,
        "text_index": random_bytes(32),
        "last4": f"{number % 65_536:04X}",
        "expires_at": ends,
        "state": state,
    }


def far_behind(slug: str) -> str:
    """The place of a page in the middle of the list, as an address has it."""
    with making(NOW) as work:
        whose = select(Organisation.id).where(Organisation.slug == slug)
        codes = select(Code).where(Code.organisation_id.in_(whose))
        count = work.session.scalar(select(func.count()).select_from(codes.subquery())) or 0
        ordered = codes.order_by(Code.expires_at, Code.id).offset(count // 2).limit(1)
        code = work.session.scalars(ordered).one()
        place = json.dumps([code.expires_at.isoformat(), code.id.hex])
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def seconds(client: CheckingClient, address: str) -> float:
    began = time.perf_counter()
    response = client.get(address)
    took = time.perf_counter() - began
    assert response.status_code == 200, address
    return took


def signed_in(app: Flask, slug: str) -> CheckingClient:
    client = app.test_client()
    assert isinstance(client, CheckingClient)
    client.sign_in(f"ann@{slug}.example")
    client.checks = False
    return client


def compare(app: Flask, count: int) -> None:
    """Both organisations' pages in turn, so that both meet the same machine."""
    clients = {slug: signed_in(app, slug) for slug in PLACES}
    behind = {slug: f"?after={far_behind(slug)}" for slug in PLACES}
    for name in (*ASKED, "far behind"):
        took: dict[str, list[float]] = {slug: [] for slug in PLACES}
        for _round in range(ROUNDS):
            for slug, client in clients.items():
                asked = ASKED.get(name, behind[slug])
                took[slug].append(seconds(client, f"/o/{slug}/codes/{asked}"))
        small, large = (statistics.median(took[slug]) * 1000 for slug in PLACES)
        print(f"  {name:22} {small:7.1f} ms of {SMALL:,} {large:7.1f} ms of {count:,}", end="")
        print(f"   ratio {large / small:5.2f}")


def explain(name: str, slug: str) -> None:
    """How the database finds the first page, one far behind, and the count."""
    with making(NOW) as work:
        whose = work.session.scalars(select(Organisation).where(Organisation.slug == slug)).one()
        scope = Scope(whose.id)
    found: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if " FROM code " in " ".join(statement.split()):
            found.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    with reading(scope) as session:
        search_codes(session, CodeFilter(), NOW, Listing("expires", far_behind(slug)))
    event.remove(db.engine, "before_cursor_execute", note)
    verb = "EXPLAIN QUERY PLAN" if name == "SQLite" else "EXPLAIN"
    with db.engine.connect() as connection:
        for statement, values in found[-2:]:
            print(f"  plan of {' '.join(statement.split())[:60]} …")
            for row in connection.exec_driver_sql(f"{verb} {statement}", values):
                print("   ", row[-1])


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """The databases to measure, by name."""
    found = {"SQLite": f"sqlite:///{folder / 'bench.sqlite3'}"}
    named = os.environ.get("VLMS_BENCH_POSTGRES")
    if named:
        yield {**found, "PostgreSQL": named}
        return
    server = postgres.start()
    url = postgres.create_database(server, "vlms_bench_lists")
    try:
        yield {**found, "PostgreSQL": url}
    finally:
        postgres.drop_database(server, "vlms_bench_lists")


def measure(name: str, url: str, folder: Path, count: int) -> None:
    places = {"VLMS_INSTANCE": str(folder), "VLMS_DATABASE_URL": url, "VLMS_DEMO": "1"}
    settings = read_settings({**places, "VLMS_SINGLE_DATABASE_ROLE": "1"})
    app = create_app(settings, lambda: NOW)
    app.test_client_class = CheckingClient
    with app.app_context():
        Base.metadata.create_all(db.engine)
        for slug, rows in zip(PLACES, (SMALL, count), strict=True):
            fill(slug, rows)
        with db.engine.begin() as connection:
            connection.execute(text("ANALYZE"))
        print(f"{name}: a page of 50 codes")
        compare(app, count)
        explain(name, "large")
        db.session.remove()
        db.engine.dispose()


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as place, databases(Path(place)) as found:
        for name, url in found.items():
            measure(name, url, Path(place), count)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
