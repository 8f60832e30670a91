"""Giving 500 people their codes, from the confirming click to all mails queued.

    python benchmarks/handouts.py [PEOPLE]

The service confirms the handout, checks every person, draws, reserves and assigns the codes,
journals each step, makes the claim links and queues the mails; without a delay, so that
nothing waits. Beside it a bare bulk update assigns as many rows of the same table by one
statement, with no check, journal or mail. Three rounds in turn; the ratio says what all
that costs, and the number of SQL statements whether it is done by few. The single steps of the
same service, one person after the other, are measured once for comparison. It runs on SQLite
and PostgreSQL (see issuing.py).
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from sqlalchemy import select, update  # noqa: E402

from benchmarks.issuing import databases  # noqa: E402
from tests.support.counting import statements  # noqa: E402
from tests.support.making import make_person, making  # noqa: E402
from tests.support.making_handouts import (  # noqa: E402
    Giver,
    give_all,
    mail_count,
    make_giver,
    paste,
)
from vlms.accounts.models import Organisation  # noqa: E402
from vlms.app import create_app  # noqa: E402
from vlms.codes.models import Code  # noqa: E402
from vlms.codes.rules.lifecycle import State  # noqa: E402
from vlms.codes.service.assigning import start_assign  # noqa: E402
from vlms.codes.service.reserving import reserve  # noqa: E402
from vlms.core.db import Base, db  # noqa: E402
from vlms.settings import read_settings  # noqa: E402

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ROUNDS = 3


def seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def make_people(giver: Giver, turn: int, count: int) -> list[UUID]:
    """New people in each round: nobody may hold a code already."""
    with making(NOW) as work:
        contoso = work.session.get_one(Organisation, giver.organisation_id)
        return [
            make_person(work, contoso, "Person", f"p{turn}x{place}@contoso.example").id
            for place in range(count)
        ]


def draft(giver: Giver, turn: int, count: int) -> UUID:
    addresses = (f"p{turn}x{place}@contoso.example" for place in range(count))
    return paste(NOW, giver, "\n".join(addresses))


def update_bare(person_id: UUID, count: int) -> None:
    """Assign so many free codes, one statement."""
    with making(NOW) as work:
        free = select(Code.id).where(Code.state == State.AVAILABLE).order_by(Code.id).limit(count)
        keys = work.session.scalars(free).all()
        given = update(Code).where(Code.id.in_(keys), Code.state == State.AVAILABLE)
        new = {"state": State.ASSIGNED, "person_id": person_id, "assigned_at": NOW}
        work.session.execute(given.values(**new), execution_options={"synchronize_session": False})


def give_one_by_one(giver: Giver, people: list[UUID]) -> None:
    for person_id in people:
        with making(NOW) as work:
            (code,) = reserve(work, person_id, giver.product_id)
            start_assign(work, code.id)


def measure(name: str, url: str, folder: Path, count: int) -> None:
    settings = read_settings({"VLMS_INSTANCE": str(folder), "VLMS_DATABASE_URL": url})
    app = create_app(settings, lambda: NOW)
    with app.app_context():
        Base.metadata.create_all(db.engine)
        giver = make_giver(NOW, ["holder"], count * (2 * ROUNDS + 2), delay_minutes=0)
        ours, bare = [], []
        for turn in range(ROUNDS):
            make_people(giver, turn, count)
            handout_id = draft(giver, turn, count)
            with statements() as asked:
                ours.append(seconds(lambda key=handout_id: give_all(NOW, key)))  # type: ignore[misc]
            assert mail_count() == (turn + 1) * count, "not all mails are queued"
            bare.append(seconds(lambda: update_bare(giver.people["holder"], count)))
        people = make_people(giver, ROUNDS, count)
        single = seconds(lambda: give_one_by_one(giver, people))
        db.session.remove()
        db.engine.dispose()
    together, alone = statistics.median(ours), statistics.median(bare)
    print(f"{name}: giving {count:,} people a code each, from the click to all mails queued")
    print(f"  service   {together:6.2f} s {[round(s, 2) for s in ours]}, {len(asked)} statements")
    print(f"  bare      {alone:6.3f} s {[round(s, 3) for s in bare]}")
    print(f"  ratio     {together / alone:6.1f}")
    print(f"  one by one {single:5.2f} s, {single / together:.1f} times as long")


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        with databases(folder) as found:
            for name, url in found.items():
                measure(name, url, folder, count)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
