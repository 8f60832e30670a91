"""How long taking a long file in takes, how much memory, and how both grow with its rows.

    python benchmarks/reconciliation_files.py [ROWS …]

A file in the new-commerce layout, with one row in a hundred repeated, is taken in piece by
piece as `vlms reconciliation import` does, each count in a process of its own (10,000, 100,000
and 1,000,000 unless others are given). The reference in the same process is reading the same
file with the csv module alone. Seconds are the processor's; peak memory is the process's
largest resident size. SQLite.
"""

from __future__ import annotations

import csv
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks._planted_month import NOW  # noqa: E402
from benchmarks.roster import application  # noqa: E402
from tests.support.files_of_others import NEW_COMMERCE, new_commerce_row  # noqa: E402
from tests.support.making import making  # noqa: E402
from tests.support.making_orders import make_shop  # noqa: E402
from vlms.core.commands import command_work  # noqa: E402
from vlms.core.db import db, reading  # noqa: E402
from vlms.core.scope import System  # noqa: E402
from vlms.exports.raw_rows import open_raw  # noqa: E402
from vlms.reconciliation.cli.importing import LIMITS  # noqa: E402
from vlms.reconciliation.queries.files import count_fates  # noqa: E402
from vlms.reconciliation.rules.file_examination import Answers  # noqa: E402
from vlms.reconciliation.rules.file_words import RowFate  # noqa: E402
from vlms.reconciliation.service.periods import period_for  # noqa: E402
from vlms.reconciliation.service.taking import Delivered  # noqa: E402
from vlms.reconciliation.service.taking_in_pieces import take_in_pieces  # noqa: E402

COUNTS = (10_000, 100_000, 1_000_000)


def write_file(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(NEW_COMMERCE)
        for number in range(1, count + 1):
            row = new_commerce_row(number)
            writer.writerow(row)
            if number % 100 == 0:
                writer.writerow(row)


def read_bare(path: Path) -> float:
    began = time.process_time()
    with path.open(encoding="utf-8-sig", newline="") as text:
        for _row in csv.reader(text):
            pass
    return time.process_time() - began


def take_in(path: Path) -> float:
    """Seconds of the processor."""
    with making(NOW) as work:
        period_id = period_for(work, make_shop(work).reseller.id, "2026-03").id
    began = time.process_time()
    with path.open("rb") as stream:
        table = open_raw(stream, path.name, LIMITS, None)
        delivered = Delivered(path.name, "0" * 64, table)
        key, _there = take_in_pieces(
            command_work, period_id, delivered, Answers(), lambda _more: None
        )
    spent = time.process_time() - began
    with reading(System("benchmark")) as session:
        fates = count_fates(session, key)
    print(f"{fates[RowFate.COUNTED]:>9,} rows, {fates[RowFate.REPEATED]:,} repeated:", end=" ")
    return spent


def measure(count: int, url: str, folder: Path) -> None:
    path = folder / "march.csv"
    write_file(path, count)
    with application(url, folder).app_context():
        spent = take_in(path)
        db.engine.dispose()
    bare = read_bare(path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{spent:.1f} s of processor, {count / spent:,.0f} rows/s,"
        f" {spent / bare:.1f} times the bare reading, peak {peak:.0f} MiB",
        flush=True,
    )


def main(counts: list[int]) -> None:
    for count in counts:
        with tempfile.TemporaryDirectory() as found:
            arguments = ["--one", str(count), f"sqlite:///{found}/bench.sqlite3", found]
            subprocess.run([sys.executable, __file__, *arguments], check=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        measure(int(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
    else:
        main([int(word) for word in sys.argv[1:]] or list(COUNTS))
