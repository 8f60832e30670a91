"""Many draw from one quota at once, guarded as the product does it or by twins that are not.

The twins are the negative controls: they read first and write later. On a table without the
product's check they draw more than there is. Nothing like them may stand in the product.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from flask import Flask
from sqlalchemy import CheckConstraint, Column, Integer, MetaData, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from tests.support.making import making
from tests.support.making_academy import Academy, make_pack, make_quota, make_seats
from tests.support.owning import owner_engine
from tests.support.racing import race
from vlms.academy.errors import DrawRefused
from vlms.academy.queries.packs import get_quota
from vlms.academy.service.drawing import reserve
from vlms.core.attempts import retrying

DRAWS, FREE, THREADS = 600, 500, 8


def draw_all(app: Flask, academy: Academy, now: datetime) -> tuple[UUID, int]:
    """600 draws by eight at once on 500 that are free: the quota, and how many succeeded."""
    with making(now) as work:
        quota = make_quota(
            work, make_pack(work, academy.agreement, academy.product, FREE), academy.law, FREE
        )
        quota_id = quota.id
        seats = [seat.id for seat in make_seats(work, academy, quota, DRAWS)]

    def attempt(seat_id: UUID) -> bool:
        try:
            with academy.coordinating(now) as work:
                reserve(work, quota_id, [seat_id])
        except DrawRefused:
            return False
        return True

    drawn: dict[UUID, bool] = {}

    def run(mine: Sequence[UUID]) -> None:
        # Whoever waited too long for the database begins again, and draws for no seat twice.
        for seat_id in mine:
            if seat_id not in drawn:
                drawn[seat_id] = retrying(partial(attempt, seat_id))

    parts = [seats[place::THREADS] for place in range(THREADS)]
    race(app, [partial(run, part) for part in parts])
    assert len(drawn) == DRAWS
    return quota_id, sum(drawn.values())


def free_now(now: datetime, quota_id: UUID) -> int:
    with making(now) as work:
        return get_quota(work.session, quota_id).free_count


@dataclass(frozen=True)
class Twin:
    """Draws one from a counter of one; all who race meet between reading and writing."""

    table: Table
    meeting: threading.Barrier
    checks_rest: bool

    def draw(self) -> bool:
        """Whether it believes that it has drawn."""
        columns = self.table.c
        with owner_engine().connect() as connection:
            row = connection.execute(select(columns.quota_count, columns.reserved_count)).one()
        self.meeting.wait()
        return bool(row.quota_count > row.reserved_count) and self._write()

    def _write(self) -> bool:
        columns = self.table.c
        statement = update(self.table).values(reserved_count=columns.reserved_count + 1)
        if self.checks_rest:
            statement = statement.where(columns.reserved_count + 1 <= columns.quota_count)
        try:
            with owner_engine().begin() as connection:
                return bool(connection.execute(statement).rowcount == 1)
        except IntegrityError:
            return False

    def drawn(self) -> int:
        with owner_engine().connect() as connection:
            return int(connection.execute(select(self.table.c.reserved_count)).scalar_one())


@contextmanager
def twin_table(*, has_check: bool) -> Iterator[Table]:
    """A counter of one, with the product's check or without it."""
    check = [CheckConstraint("reserved_count <= quota_count")] if has_check else []
    table = Table(
        "twin_quota",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("quota_count", Integer, nullable=False),
        Column("reserved_count", Integer, nullable=False),
        *check,
    )
    with owner_engine().begin() as connection:
        table.create(connection)
        connection.execute(insert(table).values(id=1, quota_count=1, reserved_count=0))
    try:
        yield table
    finally:
        with owner_engine().begin() as connection:
            table.drop(connection)
