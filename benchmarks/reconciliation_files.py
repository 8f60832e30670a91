"""How long taking a long file in takes, how much memory, and how both grow with its rows.

    python benchmarks/reconciliation_files.py [ROWS …]

A file in the new-commerce layout, with one row in a hundred repeated, is taken in by
`vlms reconciliation import` in a process of its own, once for each count (100,000 and
1,000,000 unless others are given). The reference in the same run is reading the same file
with the csv module alone. Peak memory is the process's largest resident size. SQLite.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.files_of_others import NEW_COMMERCE, new_commerce_row  # noqa: E402

COUNTS = (100_000, 1_000_000)
_VLMS = (sys.executable, "-m", "vlms")
_RESELLER = (
    *("--kind", "reseller", "--name", "Northwind"),
    *("--country", "TW", "--time-zone", "Asia/Taipei"),
)


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


def cpu_seconds() -> float:
    """Of the children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "march.csv"
        write_file(path, count)
        settings = {**os.environ, "VLMS_INSTANCE": f"{folder}/instance"}
        run(settings, "db", "upgrade")
        run(settings, "organisations", "create", "northwind", *_RESELLER)
        began, spent = time.perf_counter(), cpu_seconds()
        where = ("--reseller", "northwind", "--period", "2026-03", "--json")
        told = json.loads(run(settings, "reconciliation", "import", str(path), *where))
        taken, spent = time.perf_counter() - began, cpu_seconds() - spent
        assert told["rows"]["counted"] == count
        assert told["rows"]["repeated"] == count // 100
        # Of the largest child so far: counts grow, so the last one's is the one that is told.
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        bare = read_bare(path)
        print(
            f"{count:>9,} rows: {taken:7.1f} s, {count / taken:7,.0f} rows/s, "
            f"{spent:6.1f} s of processor, {spent / bare:5.1f} times the bare reading, "
            f"peak {peak:5.0f} MiB",
            flush=True,
        )


def run(settings: dict[str, str], *words: str) -> str:
    return subprocess.run(
        [*_VLMS, *words], env=settings, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout


if __name__ == "__main__":
    for asked in [int(word) for word in sys.argv[1:]] or COUNTS:
        measure(asked)
