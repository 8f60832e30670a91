"""The skills report of 5,000 people with 30,000 exams and certifications: a page, and the files.

    python benchmarks/skills_report.py [PEOPLE]

Beside each stands what the same rows cost when they are only read. SQLite, and PostgreSQL where
VLMS_BENCH_POSTGRES names a database or the tests' own server can start.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.competencies import DAY, NOW, PROOFS_EACH, application, fill, timed  # noqa: E402
from benchmarks.issuing import databases  # noqa: E402
from vlms.core.db import db, reading  # noqa: E402
from vlms.core.paging import Listing  # noqa: E402
from vlms.core.scope import Organisation  # noqa: E402
from vlms.exports.csv import write_csv  # noqa: E402
from vlms.exports.table import Table  # noqa: E402
from vlms.exports.xlsx import write_xlsx  # noqa: E402
from vlms.partners.queries.proofs import who_counts  # noqa: E402
from vlms.partners.queries.skills_report import (  # noqa: E402
    SkillFilter,
    list_skills,
    report_context,
    search_skills,
)
from vlms.partners.skills_exports import skills_table  # noqa: E402


def measure(people_count: int) -> None:
    own_id = fill(people_count)
    wanted = SkillFilter(own_id, DAY)

    def read() -> None:
        with reading(Organisation(own_id)) as session:
            who_counts(session, own_id, DAY)

    def page(sort: str) -> Callable[[], None]:
        def run() -> None:
            with reading(Organisation(own_id)) as session:
                about = report_context(session, own_id, DAY)
                assert search_skills(session, wanted, Listing(sort), about, NOW).rows

        return run

    def file(write: Callable[[Table[Any], BinaryIO], None]) -> Callable[[], None]:
        def run() -> None:
            with reading(Organisation(own_id)) as session:
                about = report_context(session, own_id, DAY)
                lines = list_skills(session, wanted, about, NOW)
                write(skills_table(lines, NOW), io.BytesIO())

        return run

    bare = timed(read)
    print(f"  rows read only        {bare:6.3f} s")
    for word, run in (
        ("page by person", page("person")),
        ("page by expiry", page("-expires")),
        ("CSV file", file(write_csv)),
        ("Excel file", file(write_xlsx)),
    ):
        spent = timed(run)
        print(f"  {word:21} {spent:6.3f} s, {spent / bare:4.1f} times the reading")


def main() -> None:
    people_count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    print(f"{people_count} people, {people_count * PROOFS_EACH} exams and certifications")
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as found:
        for name, url in found.items():
            print(name)
            with application(url, Path(folder)).app_context():
                measure(people_count)
                db.engine.dispose()


if __name__ == "__main__":
    main()
