"""What the second guard costs: the same work as the role that policies hold, and as the owner.

    python benchmarks/row_security.py [ROWS]

PostgreSQL alone. In one database stand an organisation with 1,000 codes and one with ROWS. Two
applications work on it in turn: one as the role for which the policies hold, one as the tables'
owner, for whom they do not. For each thing the ratio of the medians says what the policies
cost; how PostgreSQL finds the pages and counts is printed as it runs under them.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask import Flask  # noqa: E402
from sqlalchemy import event, select, text  # noqa: E402

from benchmarks.lists import NOW, SMALL, far_behind, fill, seconds, signed_in  # noqa: E402
from tests.support import postgres  # noqa: E402
from tests.support.owning import install_tables, owner_engine  # noqa: E402
from tests.support.pages import CheckingClient  # noqa: E402
from vlms.accounts.models import Organisation  # noqa: E402
from vlms.app import create_app  # noqa: E402
from vlms.codes.models import Code  # noqa: E402
from vlms.codes.queries import CodeFilter, search_codes  # noqa: E402
from vlms.core.db import db, reading, transaction  # noqa: E402
from vlms.core.paging import Listing  # noqa: E402
from vlms.core.scope import Organisation as Scope  # noqa: E402
from vlms.core.scope import System  # noqa: E402
from vlms.settings import read_settings  # noqa: E402

ROUNDS, TRANSACTIONS = 9, 200
ROLES = ("policies", "owner")
PAGES = {
    "first page": "",
    "available": "?state=available",
    "last first": "?sort=-expires",
    "last four characters": "?q=00AB",
}


def applications(folder: Path, url: str) -> dict[str, Flask]:
    """One as the role that owns nothing, one as the owner; both of one installation."""
    addresses = {"policies": postgres.application_url(url), "owner": url}
    found = {}
    for role, address in addresses.items():
        settings = read_settings(
            {
                "VLMS_INSTANCE": str(folder),
                "VLMS_DATABASE_URL": address,
                "VLMS_SINGLE_DATABASE_ROLE": "1" if role == "owner" else "0",
            }
        )
        app = create_app(settings, lambda: NOW)
        app.test_client_class = CheckingClient
        with app.app_context():
            install_tables(app, url)
        found[role] = app
    return found


def in_turn(apps: dict[str, Flask], name: str, work: Callable[[str, Flask], float]) -> None:
    """Both do it in turn, so that both meet the same machine; the ratio of their medians."""
    took: dict[str, list[float]] = {role: [] for role in ROLES}
    for turn in range(ROUNDS):
        for role in ROLES if turn % 2 else reversed(ROLES):
            with apps[role].app_context():
                took[role].append(work(role, apps[role]))
    with_them, without = (statistics.median(took[role]) * 1000 for role in ROLES)
    print(f"  {name:34} {with_them:8.2f} ms, as owner {without:8.2f} ms", end="")
    print(f"   ratio {with_them / without:5.2f}")


def transactions(opened: Callable[..., AbstractContextManager[Any]]) -> Callable[..., float]:
    """The seconds of so many short transactions."""

    def run(_role: str, _app: Flask) -> float:
        began = time.perf_counter()
        for _each in range(TRANSACTIONS):
            with opened(System("benchmark")) as session:
                session.scalars(select(Organisation.slug)).all()
        return time.perf_counter() - began

    return run


def operators_count(_role: str, _app: Flask) -> float:
    """A count over all organisations, which no index narrows."""
    began = time.perf_counter()
    with reading(System("benchmark")) as session:
        session.scalars(select(Code.id).where(Code.number > 10_000_000)).all()
    return time.perf_counter() - began


def explain() -> None:
    """How the first page, one far behind and the count are found under the policies."""
    with reading(System("benchmark")) as session:
        key = session.scalars(select(Organisation.id).where(Organisation.slug == "large")).one()
    found: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if " FROM code " in " ".join(statement.split()):
            found.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", note)
    with reading(Scope(key)) as session:
        search_codes(session, CodeFilter(), NOW, Listing("expires", far_behind("large")))
    event.remove(db.engine, "before_cursor_execute", note)
    with transaction(Scope(key)) as session:
        for statement, values in found[-2:]:
            print(f"  plan of {' '.join(statement.split())[:60]} …")
            rows = session.connection().exec_driver_sql(f"EXPLAIN ANALYZE {statement}", values)
            for row in rows:
                print("   ", row[-1])


def measure(apps: dict[str, Flask], count: int) -> None:
    """All of it, with the tables filled and analysed first."""
    with apps["policies"].app_context():
        for slug, rows in (("small", SMALL), ("large", count)):
            fill(slug, rows)
        with owner_engine().begin() as connection:
            connection.execute(text("ANALYZE"))
    print(f"PostgreSQL: pages of 50 codes of {count:,}, and short transactions")
    clients = {}
    for role, app in apps.items():
        with app.app_context():
            clients[role] = signed_in(app, "large")
    for name, asked in PAGES.items():
        where = f"/o/large/codes/{asked}"
        in_turn(apps, name, lambda role, _app, at=where: seconds(clients[role], at))  # type: ignore[misc]
    in_turn(apps, f"{TRANSACTIONS} short readings", transactions(reading))
    in_turn(apps, f"{TRANSACTIONS} short works", transactions(transaction))
    in_turn(apps, "the operator reads every code", operators_count)
    with apps["policies"].app_context():
        explain()


def main(count: int) -> None:
    server, name = postgres.start(), "vlms_bench_row_security"
    url = postgres.create_database(server, name)
    try:
        with tempfile.TemporaryDirectory() as folder:
            apps = applications(Path(folder), url)
            measure(apps, count)
            for app in apps.values():
                with app.app_context():
                    db.session.remove()
                    db.engine.dispose()
                    owner_engine().dispose()
    finally:
        postgres.drop_database(server, name)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
