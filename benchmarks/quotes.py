"""10,000 quotes by the command in one process, and the start-up of `vlms --help`.

Figures are ratios within this run: quotes against a bare loop of the same arithmetic on
values already read, start-up against a bare interpreter. Run it as a script.
"""

from __future__ import annotations

import csv
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from click.testing import CliRunner

from vlms.core.term import whole_months
from vlms.orders.quote_answer import COLUMNS
from vlms.orders.quote_cli import quote

ROWS = 10_000
ROUNDS = 5
TERM_START, TERM_END = date(2024, 7, 1), date(2027, 6, 30)
CENT = Decimal("0.01")
Case = tuple[Decimal, int, date]


def cases() -> list[Case]:
    """Prices, quantities and order days that cover a term of three years."""
    return [
        (Decimal(1000 + row) / 100, 1 + row % 997, TERM_START + timedelta(days=row % 1060))
        for row in range(ROWS)
    ]


def as_csv(found: list[Case]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for price, quantity, day in found:
        writer.writerow([price, "USD", quantity, day, TERM_START, TERM_END, "false", "", "12"])
    return text.getvalue()


def bare_loop(found: list[Case]) -> list[Decimal]:
    """The arithmetic alone: months, product, one rounding."""
    amounts = []
    for price, quantity, day in found:
        months = min(whole_months(day, TERM_END), 12)
        exact = price * quantity * months / 12
        amounts.append(exact.quantize(CENT, rounding=ROUND_HALF_UP))
    return amounts


def by_command(path: Path) -> list[Decimal]:
    result = CliRunner().invoke(quote, ["--file", str(path), "--json"], catch_exceptions=False)
    return [Decimal(json.loads(line)["amount"]) for line in result.stdout.splitlines()]


def seconds(work: Callable[[], object]) -> float:
    """The median of some rounds."""
    taken = []
    for _round in range(ROUNDS):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def compare_quotes() -> None:
    found = cases()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cases.csv"
        path.write_text(as_csv(found), encoding="utf-8")
        if by_command(path) != bare_loop(found):
            sys.exit("The command and the bare loop disagree: no figures.")
        words = ["--file", str(path), "--json"]
        command = seconds(lambda: CliRunner().invoke(quote, words, catch_exceptions=False))
    bare = seconds(lambda: bare_loop(found))
    print(f"{ROWS:,} quotes from CSV to JSON   {command:.3f} s")
    print(f"the arithmetic alone          {bare:.3f} s")
    print(f"ratio                         {command / bare:.1f}")


def compare_start_up() -> None:
    installed = Path(sys.executable).with_name("vlms")
    if not installed.exists():
        print("vlms is not installed beside this interpreter: no start-up figures.")
        return
    bare = seconds(lambda: run(sys.executable, "-c", "pass"))
    print(f"python -c pass                {bare:.3f} s")
    for words in (["--help"], ["quote", "--help"]):
        try:
            started = seconds(lambda words=words: run(str(installed), *words))  # type: ignore[misc]
        except subprocess.CalledProcessError:
            print(f"vlms {' '.join(words)} does not run: no figure.")
            continue
        name = f"vlms {' '.join(words)}"
        print(f"{name:<29} {started:.3f} s, ratio {started / bare:.1f}")


if __name__ == "__main__":
    compare_quotes()
    compare_start_up()
