"""The nightly round over certifications: who is told that a renewal window has opened (R5).

    python benchmarks/renewals.py [CERTIFICATIONS]

The certifications end evenly over a year. Measured are the first night, on which everybody whose
window is open is told, the night after, on which only one day's windows are new, and the same
rows merely counted; and what memory the process has grown by, on a tenth of the rows and on
all of them: it must not follow their number. SQLite, and PostgreSQL where VLMS_BENCH_POSTGRES
names a database or the tests' own server can start.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
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
from vlms.core.work import Work  # noqa: E402

NIGHT = datetime(2026, 11, 20, 2, tzinfo=UTC)
DAYS = 365
EACH = 4
AT_ONCE = 10_000


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


def night(at: datetime) -> tuple[int, float]:
    """How many were told, and in how many seconds."""

    def open_work() -> AbstractContextManager[Work]:
        return making(at)

    begun = time.perf_counter()
    return tell_windows(open_work), time.perf_counter() - begun


def counted() -> tuple[int, float]:
    begun = time.perf_counter()
    with making(NIGHT) as work:
        found = work.session.scalar(select(func.count()).select_from(HeldCertification))
    return found or 0, time.perf_counter() - begun


def peak() -> float:
    """The most memory that the process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def grown_by(run: Callable[[], tuple[int, float]]) -> tuple[int, float, float]:
    before = peak()
    told, spent = run()
    return told, spent, peak() - before


def measure(app: Flask, count: int) -> None:
    with app.app_context():
        fill("small", count // 10)
        told, spent, grown = grown_by(lambda: night(NIGHT))
        print(f"  a tenth: {told} told in {spent:.1f} s, {grown:.1f} MiB more")
        fill("large", count - count // 10)
        rows, bare = counted()
        told, spent, grown = grown_by(lambda: night(NIGHT))
        print(f"  all {rows}: {told} told in {spent:.1f} s, {told / spent:.0f} a second,")
        print(f"    {spent / bare:.0f} times counting the rows; {grown:.1f} MiB more")
        told, spent, grown = grown_by(lambda: night(NIGHT + timedelta(days=1)))
        print(f"  the night after: {told} told in {spent:.1f} s, {rows / spent:.0f} rows a second,")
        print(f"    {spent / bare:.1f} times counting the rows; {grown:.1f} MiB more")
        db.engine.dispose()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    print(f"{count} certifications")
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as found:
        for name, url in found.items():
            print(name)
            measure(application(url, Path(folder)), count)


if __name__ == "__main__":
    main()
