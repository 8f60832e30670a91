"""Draws a class of 40 at once, against the bare statements, and starts it; 600 draws of 500.

Run by `make bench`; on SQLite in a folder of its own, and on PostgreSQL where
VLMS_BENCH_POSTGRES names a database or the tests' own server can be started.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from flask import Flask
from sqlalchemy import Update, delete, insert, update

from benchmarks.issuing import databases
from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import Academy, Lesson, make_pack, make_quota, make_seats
from tests.support.making_sittings import AT, make_scene, plan_of, schedule, seats_of
from vlms.academy.errors import DrawRefused
from vlms.academy.models.packs import PackEntry, PackEntryKind, PackQuota
from vlms.academy.service import scheduling, seats
from vlms.academy.service.drawing import reserve
from vlms.app import create_app
from vlms.core.db import Base, db
from vlms.core.keys import make_key_ring, write_keys
from vlms.core.tokens import new_id
from vlms.settings import read_settings

CLASS_SIZE, ROUNDS, FREE, ASKED = 40, 5, 500, 600


def make_app(url: str, folder: Path, clock: StillClock) -> Flask:
    keys = folder / "keys.json"
    if not keys.exists():
        write_keys(keys, make_key_ring())
    settings = read_settings({"VLMS_DATABASE_URL": url, "VLMS_KEY_FILE": str(keys)})
    app = create_app(settings, clock)
    with app.app_context():
        Base.metadata.create_all(db.engine)
    return app


def seconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def draw_class(clock: StillClock, academy: Academy, lesson: Lesson, number: int) -> None:
    """A class gets its seats and gives them back, so that it can sit again."""
    with academy.administering(clock()) as work:
        plan = plan_of(academy, lesson, starts_at=AT + timedelta(days=number))
        made = scheduling.schedule(work, plan)
    _made.append(made.id)


_made: list[UUID] = []


def bare(seat_ids: list[UUID], quota_id: UUID, rows: dict[str, object]) -> None:
    """The same rows and counter without rules, journal or scope."""
    with db.engine.begin() as connection:
        connection.execute(_hold(quota_id, CLASS_SIZE))
        connection.execute(
            insert(PackEntry), [{**rows, "id": new_id(), "seat_id": key} for key in seat_ids]
        )


def _hold(quota_id: UUID, count: int) -> Update:
    more = PackQuota.reserved_count + count
    return update(PackQuota).where(PackQuota.id == quota_id).values(reserved_count=more)


def entry_of(academy: Academy, lesson: Lesson, clock: StillClock) -> dict[str, object]:
    return {
        "organisation_id": academy.organisation.id,
        "agreement_id": academy.agreement.id,
        "pack_id": academy.pack.id,
        "quota_id": lesson.quota.id,
        "kind": PackEntryKind.RESERVED,
        "count": 1,
        "at": clock(),
    }


def draw_all(clock: StillClock, academy: Academy, lesson: Lesson) -> int:
    """How many of the draws, one a transaction, were given."""
    with making(clock()) as work:
        seat_ids = [seat.id for seat in make_seats(work, academy, lesson.quota, ASKED)]
    given = 0
    for seat_id in seat_ids:
        try:
            with academy.administering(clock()) as work:
                reserve(work, lesson.quota.id, [seat_id])
            given += 1
        except DrawRefused:
            pass
    return given


def start_class(clock: StillClock, academy: Academy, lesson: Lesson) -> float:
    """Seconds in which a whole class is started, the commit included."""
    with making(clock()) as work:
        pack = make_pack(work, academy.agreement, academy.product, CLASS_SIZE)
        quota = make_quota(work, pack, academy.law, CLASS_SIZE)
    day = AT + timedelta(days=ROUNDS + 10)
    sitting = schedule(clock, academy, lesson, starts_at=day, quota_id=quota.id)
    keys = [seat.id for seat in seats_of(clock, sitting)]
    clock.set(day)

    def start() -> None:
        with academy.administering(clock()) as work:
            seats.start(work, sitting.id, keys)

    return seconds(start)


def measure(name: str, url: str, folder: Path) -> None:
    clock = StillClock()
    with make_app(url, folder, clock).app_context():
        academy, lesson = make_scene(clock, CLASS_SIZE, FREE)
        drawn: list[float] = []
        raw: list[float] = []
        row = entry_of(academy, lesson, clock)
        with making(clock()) as work:
            keys = [s.id for s in make_seats(work, academy, lesson.quota, CLASS_SIZE)]
        for number in range(ROUNDS):
            drawn.append(seconds(lambda number=number: draw_class(clock, academy, lesson, number)))  # type: ignore[misc]
            with academy.administering(clock()) as work:
                scheduling.cancel_sitting(work, _made[-1], "again")
            raw.append(seconds(lambda: bare(keys, lesson.quota.id, row)))
            _give_back(lesson.quota.id, keys)
        ours, least = statistics.median(drawn), statistics.median(raw)
        print(name)
        print(f"  class of {CLASS_SIZE} drawn at once: {ours * 1000:.1f} ms")
        print(f"  bare insert and update: {least * 1000:.1f} ms; ratio {ours / least:.1f}")
        started = start_class(clock, academy, lesson)
        print(f"  class of {CLASS_SIZE} started at once: {started * 1000:.1f} ms")
        taken = seconds(lambda: _count.append(draw_all(clock, academy, lesson)))
        given = _count[-1]
        print(f"  {ASKED} draws on {FREE} free: {given} given, {taken / ASKED * 1000:.1f} ms each")
        assert given == FREE
        db.session.remove()
        db.engine.dispose()


def main() -> None:
    with tempfile.TemporaryDirectory() as place, databases(Path(place)) as urls:
        for name, url in urls.items():
            measure(name, url, Path(place))


def _give_back(quota_id: UUID, seat_ids: list[UUID]) -> None:
    with db.engine.begin() as connection:
        connection.execute(_hold(quota_id, -CLASS_SIZE))
        connection.execute(delete(PackEntry).where(PackEntry.seat_id.in_(seat_ids)))


_count: list[int] = []

if __name__ == "__main__":
    main()
