"""Matching a month of 100,000 rows with 100,000 charges, each class of difference planted.

    python benchmarks/reconciliation.py [LINES …]

Three of each hundred lines have a difference of each class; every planted one must be found
and classed so, and nothing else. Each size (10,000, 100,000 and 1,000,000 unless others are
given) runs in a fresh process on SQLite, and on PostgreSQL where VLMS_BENCH_POSTGRES names a
database or the tests' own server can be started. The time is that of the whole matching:
reading both sides, codes and invoices, comparing, writing the differences; seconds of this
process's processor (PostgreSQL's own are not in it). `held` is the longest for which a unit
of work had the database, which is how long others wait at most on SQLite while the processor
is free. A second matching of the same month (nothing changes) is measured too.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert, select  # noqa: E402

from benchmarks._planted_month import NOW, Rows, planted  # noqa: E402
from benchmarks.issuing import databases  # noqa: E402
from benchmarks.roster import application  # noqa: E402
from tests.support.making import making  # noqa: E402
from tests.support.making_orders import make_shop  # noqa: E402
from vlms.billing.models.prices import TaxRate  # noqa: E402
from vlms.core.db import db  # noqa: E402
from vlms.core.work import Work  # noqa: E402
from vlms.reconciliation.models.differences import Difference  # noqa: E402
from vlms.reconciliation.models.files import (  # noqa: E402
    Layout,
    ReconciliationFile,
)
from vlms.reconciliation.rules.differences import DifferenceClass as Kind  # noqa: E402
from vlms.reconciliation.rules.file_words import FileSource  # noqa: E402
from vlms.reconciliation.service.matching import match_in_pieces  # noqa: E402
from vlms.reconciliation.service.periods import period_for  # noqa: E402

PIECE = 5_000
SIZES = (10_000, 100_000, 1_000_000)


def make_month(line_count: int) -> Any:
    """A month of so many lines; its key."""
    with making(NOW) as work:
        shop = make_shop(work)
        period = period_for(work, shop.reseller.id, "2026-03")
        file = ReconciliationFile(
            reseller_id=shop.reseller.id,
            period_id=period.id,
            source=FileSource.PUBLISHER,
            filename="march.csv",
            digest="0" * 64,
            layout=Layout.NEW_COMMERCE,
            reading={},
            line_count=line_count,
            taken_at=NOW,
        )
        rate = TaxRate(
            country=shop.agreement.country,
            product_key="",
            percent=Decimal(5),
            name_en="Tax",
            name_zh="Tax",
            effective_from=date(2020, 1, 1),
        )
        work.session.add_all([file, rate])
        work.flush()
        rows = Rows(shop, period, file)
        connection = work.session.connection()
        numbers = iter(range(line_count))
        while piece := list(islice(numbers, PIECE)):
            for table, some in rows.of(piece):
                connection.execute(insert(table), some)
        return period.id


@contextmanager
def timed(held: list[float]) -> Iterator[Work]:
    """A unit of work; `held` gets the processor's seconds for which it had the database."""
    with making(NOW) as work:
        began = time.process_time()
        yield work
        work.flush()
    held.append(time.process_time() - began)


def check(period_id: Any, line_count: int) -> Counter[Kind]:
    """Every planted difference is there in its class, and nothing else; the counts."""
    with making(NOW) as work:
        statement = select(Difference.kind, Difference.ours, Difference.theirs).where(
            Difference.period_id == period_id
        )
        found = {
            (kind, _order_of(ours, theirs))
            for kind, ours, theirs in work.session.execute(statement)
        }
    wanted = {(kind, f"O-2026-{n:07d}") for n in range(line_count) if (kind := planted(n))}
    assert found == wanted, (list(wanted - found)[:5], list(found - wanted)[:5])
    return Counter(kind for kind, _order in found)


def _order_of(ours: dict[str, Any] | None, theirs: dict[str, Any] | None) -> str:
    named = (ours or {}).get("reference") or (theirs or {})["order_number"]
    return str(named).partition("/")[0]


def run(name: str, url: str, folder: Path, line_count: int) -> None:
    """Make, match and check one month; prints what it took."""
    with application(url, folder).app_context():
        period_id = make_month(line_count)
        before = _peak()
        seconds, held = [], []
        for _round in range(2):
            began = time.process_time()
            match_in_pieces(partial(timed, held), period_id)
            seconds.append(time.process_time() - began)
        counts = check(period_id, line_count)
        db.engine.dispose()
    peak = _peak()
    print(
        f"  {name}, {line_count:,} lines: {seconds[0]:.1f} s of processor,"
        f" {line_count / seconds[0]:,.0f} lines/s; again {seconds[1]:.1f} s;"
        f" held {max(held):.2f} s; peak {peak:.0f} MiB ({before:.0f} before);"
        f" {sum(counts.values()):,} differences in {len(counts)} classes,"
        " all planted found and classed, none invented",
        flush=True,
    )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(sizes: list[int]) -> None:
    for line_count in sizes:
        with tempfile.TemporaryDirectory() as found:
            folder = Path(found)
            with databases(folder) as urls:
                for name, url in urls.items():
                    arguments = ["--one", name, url, str(folder), str(line_count)]
                    subprocess.run([sys.executable, __file__, *arguments], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        run(sys.argv[2], sys.argv[3], Path(sys.argv[4]), int(sys.argv[5]))
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))
