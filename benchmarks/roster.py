"""Importing a OneRoster zip against bare CSV parsing and bulk inserts of the same rows.

    python benchmarks/roster.py [USERS]

The zip holds 20,000 users and three enrolments for each. Ours parses it in a child process,
checks every line and reference, compares all with what is held, and writes; the bare way reads
users and enrollments with csv and inserts persons, places and members into the same tables.
Three rounds in turn, each into an institution of its own; a second import of the same zip
(nothing changes) is measured too. Peak memory is that of fresh processes on SQLite: nothing
but the application, either way, and what the child does. It runs on SQLite, and on
PostgreSQL where VLMS_BENCH_POSTGRES names a database or the tests' own server can be started.
"""

from __future__ import annotations

import csv
import io
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask import Flask  # noqa: E402
from sqlalchemy import insert  # noqa: E402

from benchmarks.issuing import databases  # noqa: E402
from tests.support.making import make_organisation, making  # noqa: E402
from tests.support.making_academy import make_school  # noqa: E402
from tests.support.making_codes import make_agreement  # noqa: E402
from tests.support.rosters import LINES, bulk, zip_of  # noqa: E402
from vlms.academy.models.roster import ClassMember, SchoolClass  # noqa: E402
from vlms.academy.service.roster_import import plan_roster  # noqa: E402
from vlms.academy.service.roster_reading import LIMITS, WANTED, read_roster  # noqa: E402
from vlms.academy.service.roster_writing import write_plan  # noqa: E402
from vlms.accounts.models import OrganisationKind, Person, PersonPlace  # noqa: E402
from vlms.agreements.models import Agreement  # noqa: E402
from vlms.app import create_app  # noqa: E402
from vlms.core.db import Base, db, reading  # noqa: E402
from vlms.core.language import Language  # noqa: E402
from vlms.core.scope import System  # noqa: E402
from vlms.core.tokens import new_id  # noqa: E402
from vlms.exports.zip_tables import parse_tables  # noqa: E402
from vlms.settings import read_settings  # noqa: E402

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ROUNDS = 3
CLASSES_EACH = 3
GIVEN = ("小明", "美玲", "志遠", "Ada", "Łukasz")
FAMILY = ("王", "陳", "林", "Byron", "Żak")


def make_zip(user_count: int) -> bytes:
    """A university with a class for each forty users, three for each of them."""
    class_count = max(user_count * CLASSES_EACH // 40, CLASSES_EACH)
    classes = [
        f"k{n},active,,Class {n},,c1,K{n},scheduled,R{n % 90},law,t1,,," for n in range(class_count)
    ]
    users = [
        f"u{n},active,,true,law,student,b{n},,{GIVEN[n % 5]}{n},{FAMILY[n % 5]},,B{n:08d},"
        f"b{n:08d}@students.uni.example,,,,,"
        for n in range(user_count)
    ]
    enrollments = [
        f"e{n}-{k},active,,k{(n * CLASSES_EACH + k) % class_count},law,u{n},student,,2026-09-01,"
        for n in range(user_count)
        for k in range(CLASSES_EACH)
    ]
    lines = {**LINES, "classes.csv": classes, "users.csv": users, "enrollments.csv": enrollments}
    return zip_of(bulk(lines))


def make_agreement_of(slug: str) -> Agreement:
    with making(NOW) as work:
        organisation = make_organisation(work, slug, OrganisationKind.ACADEMIC)
        return make_agreement(work, organisation, number=f"EES-{slug}", programme="EES")


def ours(body: bytes, agreement: Agreement) -> float:
    """Seconds of one import, its commit included."""
    began = time.perf_counter()
    roster = read_roster(io.BytesIO(body), "roster.zip")
    with reading(System("bench")) as session:
        plan = plan_roster(session, agreement, roster, NOW)
    with making(NOW) as work:
        write_plan(work, agreement, plan, "roster.zip")
    assert not plan.faults
    return time.perf_counter() - began


def bare(body: bytes, agreement: Agreement) -> float:
    """Seconds of parsing the two long files and inserting their rows, the commit included."""
    with making(NOW) as work:
        school_id = make_school(work, agreement, "Law").id
    place = {"organisation_id": agreement.organisation_id, "school_id": school_id}
    began = time.perf_counter()
    with ZipFile(io.BytesIO(body)) as archive:
        users, enrollments = (_read(archive, file) for file in ("users.csv", "enrollments.csv"))
    ids = {row["sourcedId"]: new_id() for row in users}
    persons = [_person(row, ids[row["sourcedId"]], place) for row in users]
    places = [
        {**place, "id": new_id(), "person_id": key, "role": "student"} for key in ids.values()
    ]
    members = [_member(row, ids[row["userSourcedId"]], place) for row in enrollments]
    with making(NOW) as work:
        connection = work.session.connection()
        connection.execute(insert(Person), persons)
        connection.execute(insert(PersonPlace), places)
        classes = {row["class_key"]: new_id() for row in members}
        connection.execute(
            insert(SchoolClass),
            [{**place, "id": key, "title": name} for name, key in classes.items()],
        )
        for row in members:
            row["class_id"] = classes[row.pop("class_key")]
        connection.execute(insert(ClassMember), members)
    return time.perf_counter() - began


def _read(archive: ZipFile, file: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(file).decode())))


def _person(row: dict[str, str], key: Any, place: dict[str, Any]) -> dict[str, Any]:
    name = row["familyName"] + row["givenName"]
    return {
        **place,
        "id": key,
        "name": name,
        "search_name": name,
        "number": row["identifier"],
        "email": row["email"],
        "source_id": row["sourcedId"],
        "language": Language.ENGLISH,
        "created_at": NOW,
    }


def _member(row: dict[str, str], person_id: Any, place: dict[str, Any]) -> dict[str, Any]:
    return {
        **place,
        "id": new_id(),
        "class_key": row["classSourcedId"],
        "person_id": person_id,
        "source_id": row["sourcedId"],
        "role": row["role"],
        "first_day": date.fromisoformat(row["beginDate"]),
    }


def application(url: str, folder: Path) -> Flask:
    keys = str(folder / "keys.json")
    app = create_app(read_settings({"VLMS_DATABASE_URL": url, "VLMS_KEY_FILE": keys}))
    with app.app_context():
        Base.metadata.create_all(db.engine)
    return app


def measure(name: str, url: str, folder: Path, body: bytes) -> None:
    with application(url, folder).app_context():
        seconds: dict[str, list[float]] = {"ours": [], "again": [], "bare": []}
        for number in range(ROUNDS):
            agreement = make_agreement_of(f"ours{number}")
            seconds["ours"].append(ours(body, agreement))
            seconds["again"].append(ours(body, agreement))
            seconds["bare"].append(bare(body, make_agreement_of(f"bare{number}")))
        db.engine.dispose()
    medians = {way: statistics.median(some) for way, some in seconds.items()}
    print(f"  {name}")
    for way, some in seconds.items():
        print(f"    {way:5} {medians[way]:6.2f} s {[round(one, 2) for one in some]}")
    print(f"    ratio ours to bare {medians['ours'] / medians['bare']:.2f}")


def one(way: str, path: Path) -> None:
    """A single import in this process, or what its child does; prints the peak in MiB."""
    with tempfile.TemporaryDirectory() as found:
        folder = Path(found)
        with application(f"sqlite:///{folder / 'one.sqlite3'}", folder).app_context():
            agreement, body = make_agreement_of("one"), path.read_bytes()
            if way == "child":
                parse_tables(body, WANTED, LIMITS)
            elif way != "nothing":
                {"ours": ours, "bare": bare}[way](body, agreement)
    # Other than getrusage's, this peak does not begin with that of the process before.
    status = Path("/proc/self/status").read_text()
    print(int(status.split("VmHWM:")[1].split()[0]) / 1024)


def main(user_count: int) -> None:
    body = make_zip(user_count)
    rows = user_count * (1 + CLASSES_EACH)
    print(f"{user_count:,} users and {user_count * CLASSES_EACH:,} enrolments, {len(body):,} bytes")
    with tempfile.TemporaryDirectory() as found:
        folder = Path(found)
        with databases(folder) as urls:
            for name, url in urls.items():
                measure(f"{name}, {rows:,} rows", url, folder, body)
        path = folder / "roster.zip"
        path.write_bytes(body)
        for way in ("nothing", "bare", "ours", "child"):
            command = [sys.executable, __file__, "--one", way, str(path)]
            answer = subprocess.run(command, check=True, capture_output=True, text=True)
            print(f"  peak memory, {way}: {float(answer.stdout):.0f} MiB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
