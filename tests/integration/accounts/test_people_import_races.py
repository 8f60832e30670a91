"""Two import the same list at one moment: everybody stands in the directory once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import Column, MetaData, String, Table, func, insert, select
from sqlalchemy.exc import IntegrityError

from tests.support.clock import StillClock
from tests.support.importing_people import import_people, people_sheet
from tests.support.making import make_organisation, making
from tests.support.owning import owner_engine
from tests.support.racing import race
from vlms.accounts.import_models import PeopleImport
from vlms.accounts.import_queries import count_changes
from vlms.accounts.models import Person
from vlms.accounts.service.people_import import PeoplePlan, examine_people
from vlms.accounts.service.people_writing import (
    Source,
    begin_import,
    finish_import,
    write_import,
)
from vlms.core.dry_run import Change

THREADS = 4
ROWS = [(str(n), f"Person {n}", f"p{n}@x.example", "", "0" if n else "") for n in range(40)]


def test_whoever_comes_second_finds_all_of_it_there(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        organisation = make_organisation(work, "contoso")
        work.session.expunge(organisation)
    sheet = people_sheet(*ROWS)
    done = race(app, [partial(import_people, clock(), organisation, sheet)] * THREADS)
    with making(clock()) as work:
        counts = [
            count_changes(work.session, one.id) for one in done if isinstance(one, PeopleImport)
        ]
        assert work.session.scalar(select(func.count(Person.id))) == len(ROWS)
    assert sorted(count[Change.NEW] for count in counts) == [0] * (THREADS - 1) + [len(ROWS)]


def test_long_lists_that_were_compared_at_one_moment_double_nobody_either(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        organisation_id = make_organisation(work, "contoso").id
    source = Source(organisation_id, "people.csv", people_sheet(*ROWS))
    meeting = threading.Barrier(THREADS, timeout=30)
    first_looks = threading.local()

    def examine() -> PeoplePlan:
        with making(clock()) as work:
            plan = examine_people(work.session, organisation_id, source.sheet)
        if not getattr(first_looks, "over", False):
            # All have compared the list with an empty directory before anybody writes.
            first_looks.over = True
            meeting.wait()
        return plan

    def run() -> dict[Change, int]:
        first_looks.over = False
        with making(clock()) as work:
            begun = begin_import(work, source).id
        opened = partial(making, clock())
        write_import(opened, begun, examine, lambda _work, done_count: None)
        with making(clock()) as work:
            finish_import(work, begun)
            return count_changes(work.session, begun)

    counts = [found for found in race(app, [run] * THREADS) if isinstance(found, dict)]
    with making(clock()) as work:
        assert work.session.scalar(select(func.count(Person.id))) == len(ROWS)
    assert sorted(count[Change.NEW] for count in counts) == [0] * (THREADS - 1) + [len(ROWS)]


@dataclass(frozen=True)
class Twin:
    """Adds who is not there; all who race meet between reading and writing."""

    table: Table
    meeting: threading.Barrier

    def add(self, number: str) -> bool:
        """Whether it believes that it has added the person."""
        wanted = self.table.c.number == number
        with owner_engine().connect() as connection:
            is_there = connection.execute(select(self.table.c.number).where(wanted)).first()
        self.meeting.wait()
        if is_there is not None:
            return False
        try:
            with owner_engine().begin() as connection:
                connection.execute(insert(self.table).values(number=number))
        except IntegrityError:
            return False
        return True


@contextmanager
def twin_table(*, is_unique: bool) -> Iterator[Table]:
    """A directory of numbers, with the product's unique index or without it."""
    column = Column("number", String(60), unique=is_unique)
    table = Table("twin_person", MetaData(), column)
    with owner_engine().begin() as connection:
        table.create(connection)
    try:
        yield table
    finally:
        with owner_engine().begin() as connection:
            table.drop(connection)


@pytest.mark.parametrize(("is_unique", "added"), [(False, THREADS), (True, 1)])
def test_a_twin_without_the_unique_number_doubles_people(
    app: Flask, is_unique: bool, added: int
) -> None:
    with twin_table(is_unique=is_unique) as table:
        twin = Twin(table, threading.Barrier(THREADS, timeout=30))
        results = race(app, [partial(twin.add, "1")] * THREADS)
        with owner_engine().connect() as connection:
            held = connection.execute(select(func.count()).select_from(table)).scalar_one()
    assert sum(map(bool, results)) == added
    assert held == added
