"""Writing a list of codes as .xlsx: our writer against the bare library, and its memory.

    python benchmarks/export.py [ROWS]

Both write the same rows in the same run, each in a fresh process, three times in turn;
the ratio of the medians says what types, safe text and totals cost. Peak memory is that
of a fresh process, less what the imports take alone.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from openpyxl import Workbook  # noqa: E402

from vlms.core.money import Money  # noqa: E402
from vlms.exports.table import Column, Kind, Table, Total  # noqa: E402
from vlms.exports.xlsx import write_xlsx  # noqa: E402

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
NAMES = ("王小明", "陳美玲", "Grace Hopper", "Åsa Öberg", "林 = 森")
Code = tuple[Any, ...]


def codes(count: int) -> Iterator[Code]:
    """Rows as a list of codes has them: 14 values of every kind."""
    for n in range(count):
        yield (
            f"···· ···· {n:04X}"[-14:],
            "MCP exam voucher",
            f"ORD-2026-{n // 500:06d}",
            "Contoso Taiwan 股份有限公司",
            ("available", "reserved", "assigned", "used")[n % 4],
            NAMES[n % 5],
            f"person{n}@example.org",
            date(2026, 6, 30),
            START + timedelta(minutes=n),
            START + timedelta(minutes=n + 30),
            Decimal("120.0000"),
            Money(12_000 + n % 7, "USD"),
            "USD",
            n,
        )


def _column(place: int, kind: Kind) -> Column[Code]:
    zone = "Asia/Taipei" if kind is Kind.INSTANT else None
    return Column(f"Heading {place}", lambda row: row[place], kind, zone)


KINDS = [Kind.CODE, *[Kind.TEXT] * 6, Kind.DATE, Kind.INSTANT, Kind.INSTANT]
KINDS += [Kind.UNIT_PRICE, Kind.MONEY, Kind.TEXT, Kind.INTEGER]
COLUMNS = [_column(place, kind) for place, kind in enumerate(KINDS)]


def write_ours(count: int, path: Path) -> None:
    table = Table("Codes", COLUMNS, codes(count), START, totals=[Total(COLUMNS[11])])
    with path.open("wb") as out:
        write_xlsx(table, out)


def write_bare(count: int, path: Path) -> None:
    """What openpyxl asks for by itself: plain values, no formats, no totals."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Codes")
    sheet.append([column.title for column in COLUMNS])
    for row in codes(count):
        sheet.append([_bare(value) for value in row])
    book.save(path)


def _bare(value: object) -> object:
    if isinstance(value, Money):
        return value.amount
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


WRITERS = {"ours": write_ours, "bare": write_bare}


def measure(writer: str, count: int) -> tuple[float, float]:
    """Seconds of writing and peak MiB of a fresh process."""
    command = [sys.executable, __file__, "--one", writer, str(count)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(answer[0]), float(answer[1])


def one(writer: str, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        WRITERS[writer](count, Path(folder) / "codes.xlsx")
        seconds = time.perf_counter() - began
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def main(count: int) -> None:
    runs: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(3):
        for writer, seconds in runs.items():
            seconds.append(measure(writer, count)[0])
    ours, bare = (statistics.median(runs[name]) for name in ("ours", "bare"))
    print(f"{count:,} rows x {len(COLUMNS)} columns to .xlsx")
    print(f"  ours {ours:6.2f} s {[round(s, 2) for s in runs['ours']]}")
    print(f"  bare {bare:6.2f} s {[round(s, 2) for s in runs['bare']]}")
    print(f"  ratio {ours / bare:.2f}")
    for rows in (0, 1_000, count):
        print(f"  peak memory at {rows:>7,} rows: {measure('ours', rows)[1]:.1f} MiB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], int(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
