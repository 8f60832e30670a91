"""The nightly round over certifications: who is told that a renewal window has opened (R5).

    python benchmarks/renewals.py [CERTIFICATIONS]

The certifications end evenly over a year. Measured are the first night, on which everybody whose
window is open is told, of a tenth as many and then of so many more; the night after, on which only
one day's windows are new; and the same rows merely counted. Each night is a process of its own,
whose peak of memory must not follow the number of rows. SQLite, and PostgreSQL where
VLMS_BENCH_POSTGRES names a database or the tests' own server can start.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask import Flask  # noqa: E402
from sqlalchemy import func, insert, select  # noqa: E402

from benchmarks.competencies import application, person_row  # noqa: E402
from benchmarks.issuing import databases  # noqa: E402
from tests.support.making import make_organisation, making  # noqa: E402
from tests.support.making_certifications import make_certification  # noqa: E402
from vlms.accounts.models import Person  # noqa: E402
from vlms.catalog.models import CertificationKind  # noqa: E402
from vlms.certifications.models import HeldCertification, PassSource  # noqa: E402
from vlms.certifications.service.telling import tell_windows  # noqa: E402
from vlms.core.db import db  # noqa: E402
from vlms.core.tokens import new_id  # noqa: E402

NIGHT = datetime(2026, 11, 20, 2, tzinfo=UTC)
DAYS = 365
EACH = 4
AT_ONCE = 10_000
# Where a night finds its database: an address may hold a password, an argument is seen by all.
PLACE = "VLMS_BENCH_PLACE"


def fill(slug: str, count: int) -> None:
    """An organisation whose people hold four certifications each."""
    with making(NIGHT) as work:
        own = make_organisation(work, slug)
        keys = [
            make_certification(
                work, f"{slug}-{number}", CertificationKind.ASSOCIATE, f"{slug}-{number}"
            ).key
            for number in range(EACH)
        ]
        people = [new_id() for _each in range(count // EACH)]
        for begin in range(0, len(people), AT_ONCE):
            some = people[begin : begin + AT_ONCE]
            rows = [person_row(own.id, key) | {"email": f"{key}@bench.example"} for key in some]
            work.session.execute(insert(Person), rows)
            held = [
                held_row(own.id, person, key, (begin + number) % DAYS)
                for number, person in enumerate(some)
                for key in keys
            ]
            work.session.execute(insert(HeldCertification), held)


def held_row(own_id: UUID, person_id: UUID, key: str, days: int) -> dict[str, object]:
    last = NIGHT.date() + timedelta(days=days)
    return {
        "id": new_id(),
        "organisation_id": own_id,
        "person_id": person_id,
        "certification_key": key,
        "earned_on": date(2025, 11, 20),
        "expires_on": last,
        "source": PassSource.IMPORT,
        "created_at": NIGHT,
        "version": 1,
        "is_derived": False,
    }


def counted() -> tuple[int, float]:
    begun = time.perf_counter()
    with making(NIGHT) as work:
        found = work.session.scalar(select(func.count()).select_from(HeldCertification))
    return found or 0, time.perf_counter() - begun


@dataclass(frozen=True)
class Night:
    """How many were told in how many seconds, and the most memory that it took, in MiB."""

    told: int
    seconds: float
    peak: float


def one(at: str) -> None:
    """A single night in this process, or nothing but the application without a moment."""
    with (
        tempfile.TemporaryDirectory() as folder,
        application(os.environ[PLACE], Path(folder)).app_context(),
    ):
        begun = time.perf_counter()
        told = tell_windows(lambda: making(datetime.fromisoformat(at))) if at else 0
        spent = time.perf_counter() - begun
        db.engine.dispose()
    # Other than getrusage's, this peak does not begin with that of the process before.
    status = Path("/proc/self/status").read_text()
    print(told, spent, int(status.split("VmHWM:")[1].split()[0]) / 1024)


def night(url: str, at: datetime | None) -> Night:
    """In a process of its own: what planted the rows, or ran before, has no part in its peak."""
    command = [sys.executable, __file__, "--night", at.isoformat() if at else ""]
    place = {**os.environ, PLACE: url}
    answer = subprocess.run(command, env=place, check=True, capture_output=True, text=True)
    told, seconds, peak = answer.stdout.split()[-3:]
    return Night(int(told), float(seconds), float(peak))


def plant(app: Flask, slug: str, count: int) -> tuple[int, float]:
    """So many more; how many there are, and in how many seconds they are counted."""
    with app.app_context():
        fill(slug, count)
        found = counted()
        db.engine.dispose()
    return found


def measure(url: str, folder: Path, count: int) -> None:
    app = application(url, folder)
    plant(app, "small", count // 10)
    bare = night(url, None).peak
    print(f"  nothing but the application: peak {bare:.1f} MiB")
    small = night(url, NIGHT)
    print(f"  {count // 10}: {small.told} told in {small.seconds:.1f} s, peak {small.peak:.1f} MiB")
    rows, seconds = plant(app, "large", count)
    large = night(url, NIGHT)
    print(f"  {count}: {large.told} told in {large.seconds:.1f} s, peak {large.peak:.1f} MiB,")
    print(f"    {large.told / large.seconds:.0f} a second,", end=" ")
    print(f"{large.seconds / seconds:.0f} times counting {rows} rows;")
    print(f"    {large.told / small.told:.1f} times as many told,", end=" ")
    print(f"{large.peak / small.peak:.2f} times the peak,")
    above = (large.peak - bare) / (small.peak - bare)
    print(f"    {above:.2f} times what is above the application's own")
    after = night(url, NIGHT + timedelta(days=1))
    print(f"  the night after: {after.told} told in {after.seconds:.1f} s,", end=" ")
    print(f"{rows / after.seconds:.0f} rows a second,")
    print(f"    {after.seconds / seconds:.1f} times counting them; peak {after.peak:.1f} MiB")


def main(count: int) -> None:
    print(f"{count // 10} certifications, then {count} more")
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as found:
        for name, url in found.items():
            print(name)
            measure(url, Path(folder), count)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--night"]:
        one(sys.argv[2])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000)
