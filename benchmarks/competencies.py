"""Progress and head-room of 19 competencies for 5,000 people with 30,000 proofs of skills.

    python benchmarks/competencies.py [PEOPLE]

Nineteen competencies are made of the shipped ones by new keys; half of the proofs are passed exams,
half certifications that are held. Measured are the board's figures from the database (one page),
the page of one competency, and full recomputations: the first one notes all nineteen states, the
later ones compare with what was noted. Beside them stands what the same rows cost when they are
only read. SQLite, and PostgreSQL where VLMS_BENCH_POSTGRES names a database or the tests' own
server can start.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask import Flask  # noqa: E402
from sqlalchemy import insert, text  # noqa: E402

from benchmarks.issuing import databases  # noqa: E402
from tests.support.making import make_organisation, making  # noqa: E402
from tests.support.making_catalog import make_family  # noqa: E402
from vlms.accounts.models import Person, User  # noqa: E402
from vlms.app import create_app  # noqa: E402
from vlms.catalog.models import Certification, CertificationKind, Exam  # noqa: E402
from vlms.certifications.models import ExamPass, HeldCertification, PassSource  # noqa: E402
from vlms.core.db import Base, db, reading  # noqa: E402
from vlms.core.language import Language  # noqa: E402
from vlms.core.scope import Organisation  # noqa: E402
from vlms.core.tokens import new_id  # noqa: E402
from vlms.core.versions import Version  # noqa: E402
from vlms.core.work import Work  # noqa: E402
from vlms.partners.competencies import Definitions, shipped  # noqa: E402
from vlms.partners.models.competencies import CompetencyFigure  # noqa: E402
from vlms.partners.models.links import (  # noqa: E402
    AccountKind,
    Association,
    CertificationProfile,
)
from vlms.partners.queries.competency_pages import get_board, get_detail  # noqa: E402
from vlms.partners.queries.proofs import who_counts  # noqa: E402
from vlms.partners.rules.definitions import Definition  # noqa: E402
from vlms.partners.service.competency_notes import note_standings  # noqa: E402
from vlms.settings import read_settings  # noqa: E402

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAY = date(2026, 11, 20)
COMPETENCIES = 19
PASSES_EACH = HELD_EACH = 3
PROOFS_EACH = PASSES_EACH + HELD_EACH
ROUNDS = 5


def nineteen() -> Definitions:
    """The shipped competencies, over and over under new keys."""
    found: dict[str, list[Version[Definition]]] = {}
    known = list(shipped().items())
    for number in range(COMPETENCIES):
        key, versions = known[number % len(known)]
        new_key = key if number < len(known) else f"{key}-{number}"
        found[new_key] = [replace(one, terms=replace(one.terms, key=new_key)) for one in versions]
    return found


def fill(people_count: int) -> UUID:
    """An organisation whose people have each passed and hold some of what is asked for."""
    chance = random.Random(20261120)
    asked = (versions[-1].terms.asked for versions in shipped().values())
    names = sorted({name for each in asked for name in each})
    with making(NOW) as work:
        own = make_organisation(work, "bench")
        plant_catalogue(work, names)
        people = [new_id() for _each in range(people_count)]
        work.session.execute(insert(Person), [person_row(own.id, key) for key in people])
        plant_links(work, own.id, people)
        passed: list[dict[str, object]] = []
        held: list[dict[str, object]] = []
        for key in people:
            some = chance.sample(names, PROOFS_EACH)
            passed += [pass_row(own.id, key, name) for name in some[:PASSES_EACH]]
            held += [held_row(own.id, key, name, chance) for name in some[PASSES_EACH:]]
        work.session.execute(insert(ExamPass), passed)
        work.session.execute(insert(HeldCertification), held)
        plant_figures(work, own.id)
        own_id = own.id
    # As the database keeps them by itself, a while after so many rows have come.
    with db.engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    return own_id


def plant_catalogue(work: Work, names: list[str]) -> None:
    """Each name as an exam, and as a certification."""
    family = make_family(work, "ROLE")
    for name in names:
        named = {"name_en": name, "name_zh": name}
        work.session.add(Exam(number=name, family_key=family.key, **named))
        kind = CertificationKind.ASSOCIATE
        work.session.add(Certification(key=name.lower(), kind=kind, **named))
    work.flush()


def plant_figures(work: Work, own_id: UUID) -> None:
    """As much as gold asks for, of every competency."""
    for key, versions in nineteen().items():
        for path in versions[-1].terms.paths:
            for metric in path.path.metrics:
                work.session.add(
                    CompetencyFigure(
                        organisation_id=own_id,
                        competency=key,
                        path=path.path.key,
                        metric=metric.key,
                        month=date(2026, 10, 1),
                        contribution=Decimal(metric.gold),
                    )
                )


def plant_links(work: Work, own_id: UUID, people: list[UUID]) -> None:
    """Everybody is linked, and a skills report has shown it: all of them count (K1, K2)."""
    users, profiles, links = [], [], []
    for number, key in enumerate(people):
        user_id, profile_id, mcid = new_id(), new_id(), f"99{number:07}"
        users.append(user_row(user_id, mcid))
        profiles.append(
            {
                "id": profile_id,
                "user_id": user_id,
                "mcid": mcid,
                "account_kind": AccountKind.PERSONAL,
                "proved_at": NOW,
                "is_learning_linked": False,
                "link_count": 1,
            }
        )
        links.append(
            {
                "id": new_id(),
                "organisation_id": own_id,
                "person_id": key,
                "user_id": user_id,
                "profile_id": profile_id,
                "mcid": mcid,
                "started_at": NOW,
                "seen_at": NOW,
            }
        )
    work.session.execute(insert(User), users)
    work.session.execute(insert(CertificationProfile), profiles)
    work.session.execute(insert(Association), links)


def user_row(key: UUID, mcid: str) -> dict[str, object]:
    return {
        "id": key,
        "email": f"{mcid}@bench.example",
        "name": f"User {mcid}",
        "language": Language.ENGLISH,
        "time_zone": "UTC",
        "created_at": NOW,
    }


def person_row(own_id: UUID, key: UUID) -> dict[str, object]:
    name = f"Person {key}"
    return {
        "id": key,
        "organisation_id": own_id,
        "name": name,
        "search_name": name.casefold(),
        "language": Language.ENGLISH,
        "created_at": NOW,
    }


def pass_row(own_id: UUID, key: UUID, name: str) -> dict[str, object]:
    return {
        "id": new_id(),
        "organisation_id": own_id,
        "person_id": key,
        "exam_number": name,
        "passed_on": date(2026, 1, 15),
        "source": PassSource.IMPORT,
        "created_at": NOW,
    }


def held_row(own_id: UUID, key: UUID, name: str, chance: random.Random) -> dict[str, object]:
    return {
        "id": new_id(),
        "organisation_id": own_id,
        "person_id": key,
        "certification_key": name.lower(),
        "earned_on": date(2026, 1, 15),
        "expires_on": DAY + timedelta(days=chance.randrange(365)),
        "source": PassSource.IMPORT,
        "created_at": NOW,
        "version": 1,
        "is_derived": False,
    }


def application(url: str, folder: Path) -> Flask:
    """The application on an empty database, without the guard of roles."""
    keys = str(folder / "keys.json")
    places = {"VLMS_DATABASE_URL": url, "VLMS_KEY_FILE": keys, "VLMS_SINGLE_DATABASE_ROLE": "1"}
    app = create_app(read_settings(places))
    with app.app_context():
        Base.metadata.create_all(db.engine)
    return app


def timed(run: Callable[[], object]) -> float:
    """The median of some rounds, in seconds."""
    spent = []
    for _each in range(ROUNDS):
        begun = time.perf_counter()
        run()
        spent.append(time.perf_counter() - begun)
    return statistics.median(spent)


def measure(people_count: int) -> None:
    own_id, definitions = fill(people_count), nineteen()

    def read() -> None:
        with reading(Organisation(own_id)) as session:
            # Of every proof, from either table, by somebody whose link lets it count.
            assert len(who_counts(session, own_id, DAY)) == people_count * PROOFS_EACH

    def board() -> None:
        with reading(Organisation(own_id)) as session:
            get_board(session, own_id, DAY, definitions)

    def one() -> None:
        with reading(Organisation(own_id)) as session:
            get_detail(session, own_id, "sample-cloud-platform", DAY)

    def note() -> int:
        with making(NOW) as work:
            return note_standings(work, own_id, definitions)

    bare = timed(read)
    print(f"  rows read only                    {bare:6.3f} s")
    tell(f"board of {COMPETENCIES} competencies", timed(board), bare)
    tell("page of one competency", timed(one), bare)
    begun = time.perf_counter()
    noted = note()
    tell(f"first night, {noted} states noted", time.perf_counter() - begun, bare)
    assert noted == COMPETENCIES
    tell(f"later nights, {COMPETENCIES} compared", timed(note), bare)


def tell(word: str, spent: float, bare: float) -> None:
    print(f"  {word:33} {spent:6.3f} s, {spent / bare:4.1f} times the reading")


def main() -> None:
    people_count = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    passed, held = people_count * PASSES_EACH, people_count * HELD_EACH
    print(f"{people_count} people, {passed} passed exams, {held} certifications held")
    with tempfile.TemporaryDirectory() as folder, databases(Path(folder)) as found:
        for name, url in found.items():
            print(name)
            with application(url, Path(folder)).app_context():
                measure(people_count)
                db.engine.dispose()


if __name__ == "__main__":
    main()
