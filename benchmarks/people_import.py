"""Importing a list of people against bare CSV parsing and bulk inserts of the same rows.

    python benchmarks/people_import.py [PEOPLE]

The list holds 50,000 people with number, name, address, department and manager. Ours parses it
in a child process, checks every cell, finds managers, compares all with the directory, and
writes in pieces of a thousand with the journal and a result for each row; the bare way reads
it with csv and inserts persons into the same table. Three rounds in turn, each into an
organisation of its own; importing the same list again (nothing changes) and with each
department another (everybody changes) is measured too. Peak memory is that of fresh processes
on SQLite: nothing but the application, either way, and what the child does. It runs on SQLite,
and on PostgreSQL where VLMS_BENCH_POSTGRES names a database or the tests' own server can start.
"""

from __future__ import annotations

import csv
import io
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import insert  # noqa: E402

from benchmarks.issuing import databases  # noqa: E402
from benchmarks.roster import application  # noqa: E402
from tests.support.making import make_organisation, making  # noqa: E402
from vlms.accounts.import_queries import count_changes  # noqa: E402
from vlms.accounts.models import Person  # noqa: E402
from vlms.accounts.service.people_import import LIMITS, PeoplePlan, examine_people  # noqa: E402
from vlms.accounts.service.people_writing import (  # noqa: E402
    Source,
    begin_import,
    finish_import,
    write_import,
)
from vlms.core.db import db, reading  # noqa: E402
from vlms.core.dry_run import Change  # noqa: E402
from vlms.core.language import Language  # noqa: E402
from vlms.core.scope import System  # noqa: E402
from vlms.core.tokens import new_id  # noqa: E402
from vlms.core.work import Work  # noqa: E402
from vlms.exports.parsing import parse  # noqa: E402
from vlms.exports.reading import read_rows  # noqa: E402

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ROUNDS = 3
HEADINGS = ("員工編號", "姓名", "E-mail", "Department", "Manager")
NAMES = ("王小明", "陳美玲", "林志遠", "Ada Byron", "Łukasz Żak")


def make_csv(people_count: int, department: str) -> bytes:
    """Everybody but the first has a manager, who manages eight."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for n in range(people_count):
        manager = f"E{(n - 1) // 8:06d}" if n else ""
        address = f"e{n:06d}@contoso.example"
        writer.writerow((f"E{n:06d}", NAMES[n % 5], address, f"{department}{n % 40}", manager))
    return text.getvalue().encode()


def make_directory(slug: str) -> UUID:
    with making(NOW) as work:
        return make_organisation(work, slug).id


def ours(body: bytes, organisation_id: UUID) -> float:
    """Seconds of one import, its commits included."""
    began = time.perf_counter()
    sheet = read_rows(io.BytesIO(body), "people.csv", LIMITS)
    with making(NOW) as work:
        begun = begin_import(work, Source(organisation_id, "people.csv", sheet)).id

    def examine() -> PeoplePlan:
        with reading(System("bench")) as session:
            return examine_people(session, organisation_id, sheet)

    write_import(partial(making, NOW), begun, examine, _silently)
    with making(NOW) as work:
        finish_import(work, begun)
    seconds = time.perf_counter() - began
    with making(NOW) as work:
        assert count_changes(work.session, begun)[Change.WRONG] == 0
    return seconds


def _silently(_work: Work, done_count: int) -> None:
    assert done_count


def bare(body: bytes, organisation_id: UUID) -> float:
    """Seconds of parsing the list and inserting its rows, the commit included."""
    began = time.perf_counter()
    rows = list(csv.DictReader(io.StringIO(body.decode())))
    ids = {row["員工編號"]: new_id() for row in rows}
    persons = [
        {
            "id": ids[row["員工編號"]],
            "organisation_id": organisation_id,
            "number": row["員工編號"],
            "name": row["姓名"],
            "search_name": row["姓名"].casefold(),
            "email": row["E-mail"],
            "department": row["Department"],
            "manager_id": ids.get(row["Manager"]),
            "language": Language.ENGLISH,
            "created_at": NOW,
        }
        for row in rows
    ]
    with making(NOW) as work:
        work.session.connection().execute(insert(Person), persons)
    return time.perf_counter() - began


def measure(name: str, url: str, folder: Path, count: int) -> None:
    first, other = make_csv(count, "Unit "), make_csv(count, "Team ")
    seconds: dict[str, list[float]] = {"ours": [], "again": [], "changed": [], "bare": []}
    with application(url, folder).app_context():
        for number in range(ROUNDS):
            organisation_id = make_directory(f"ours{number}")
            seconds["ours"].append(ours(first, organisation_id))
            seconds["again"].append(ours(first, organisation_id))
            seconds["changed"].append(ours(other, organisation_id))
            seconds["bare"].append(bare(first, make_directory(f"bare{number}")))
        db.engine.dispose()
    medians = {way: statistics.median(some) for way, some in seconds.items()}
    print(f"  {name}")
    for way, some in seconds.items():
        rate = count / medians[way]
        print(f"    {way:7} {medians[way]:6.2f} s, {rate:,.0f} rows a second", end=" ")
        print([round(one, 2) for one in some])
    print(f"    ratio ours to bare {medians['ours'] / medians['bare']:.2f}")


def one(way: str, path: Path) -> None:
    """A single import in this process, or what its child does; prints the peak in MiB."""
    with tempfile.TemporaryDirectory() as found:
        folder = Path(found)
        with application(f"sqlite:///{folder / 'one.sqlite3'}", folder).app_context():
            organisation_id, body = make_directory("one"), path.read_bytes()
            if way == "child":
                parse(body, "people.csv", LIMITS)
            elif way != "nothing":
                {"ours": ours, "bare": bare}[way](body, organisation_id)
    # Other than getrusage's, this peak does not begin with that of the process before.
    status = Path("/proc/self/status").read_text()
    print(int(status.split("VmHWM:")[1].split()[0]) / 1024)


def main(people_count: int) -> None:
    body = make_csv(people_count, "Unit ")
    print(f"{people_count:,} people, {len(body):,} bytes")
    with tempfile.TemporaryDirectory() as found:
        folder = Path(found)
        with databases(folder) as urls:
            for name, url in urls.items():
                measure(name, url, folder, people_count)
        path = folder / "people.csv"
        path.write_bytes(body)
        for way in ("nothing", "bare", "ours", "child"):
            command = [sys.executable, __file__, "--one", way, str(path)]
            answer = subprocess.run(command, check=True, capture_output=True, text=True)
            print(f"  peak memory, {way}: {float(answer.stdout):.0f} MiB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
