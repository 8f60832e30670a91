"""A long file is drawn while nothing is held; killed between its steps, it goes on or is undone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from tests.support.clock import StillClock
from tests.support.exporting_codes import ask, export_now, fetch, link_to
from tests.support.making import making
from tests.support.making_disclosures import make_kept
from tests.support.owning import owner_engine
from vlms.codes.models import Code
from vlms.core.db import Base, reading
from vlms.core.errors import Conflict
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.work import key_ring
from vlms.disclosures.making_job import make_in_steps
from vlms.disclosures.models import CodeExport, ExportState
from vlms.disclosures.queries import get_export
from vlms.disclosures.service.making import (
    Draw,
    draw_file,
    fail,
    keep_file,
    make_file,
    take_codes,
)

CODE = Base.metadata.tables[Code.__tablename__]
_WAITS = {
    "sqlite": ("PRAGMA busy_timeout = 100", "PRAGMA busy_timeout = 5000"),
    "postgresql": ("SET lock_timeout = 100", "SET lock_timeout = 2000"),
}
Rows = Sequence[tuple[Code, str]]


def marked(clock: StillClock) -> set[UUID]:
    with making(clock()) as work:
        return set(work.session.scalars(select(Code.id).where(Code.taken_out_at.is_not(None))))


def take(clock: StillClock, export_id: UUID) -> bool:
    with making(clock()) as work:
        return take_codes(work, export_id)


def busy(code_id: UUID) -> Draw:
    """While it is drawn somebody else changes one of its codes, and does not wait for long."""

    def draw(_export: CodeExport, _rows: Rows) -> bytes:
        with owner_engine().connect() as other:
            short, usual = _WAITS[other.dialect.name]
            other.exec_driver_sql(short)
            try:
                changed = update(CODE).where(CODE.c.id == code_id)
                other.execute(changed.values(version=CODE.c.version + 1))
                other.commit()
            finally:
                other.rollback()
                other.exec_driver_sql(usual)
        return b"drawn"

    return draw


def test_nobody_waits_while_it_is_drawn(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    assert take(clock, export_id)
    with reading(System("test")) as session:
        drawn = draw_file(session, (key_ring(), clock()), export_id, busy(kept.free[0]))
    assert (drawn.body, set(drawn.codes)) == (b"drawn", set(kept.free))
    with making(clock()) as work:
        assert keep_file(work, export_id, drawn).state is ExportState.READY


def test_in_one_unit_of_work_they_would_wait(app: Flask, clock: StillClock) -> None:
    """The control: as it was, and is for short files."""
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    with pytest.raises(OperationalError), making(clock()) as work:
        make_file(work, export_id, busy(kept.free[0]))
    assert marked(clock) == set()


def test_killed_after_its_codes_were_marked_the_next_run_goes_on_with_them(
    app: Flask, clock: StillClock
) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    assert take(clock, export_id)
    found = export_now(clock, export_id)
    assert (found.state, found.part_count) == (ExportState.MAKING, 0)
    assert marked(clock) == set(kept.free)
    finished: list[object] = []
    make_in_steps(partial(making, clock()), export_id, clock(), finished.append)
    found = export_now(clock, export_id)
    assert (found.state, found.file_count, len(finished)) == (ExportState.READY, 3, 1)
    body = fetch(clock, kept, link_to(clock, kept, export_id))
    assert all(each.encode() in body for each in kept.texts)
    make_in_steps(partial(making, clock()), export_id, clock(), finished.append)
    assert (export_now(clock, export_id).file_count, len(finished)) == (3, 2), "once is enough"


def test_given_up_after_its_codes_were_marked_they_are_stock_again(
    app: Flask, clock: StillClock
) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    assert take(clock, export_id)
    with making(clock()) as work:
        fail(work, get_export(work.session, export_id), Conflict("C8", _("It is cancelled.")))
    assert (export_now(clock, export_id).state, marked(clock)) == (ExportState.FAILED, set())
    assert not take(clock, export_id)


def void(clock: StillClock, code_id: UUID) -> None:
    with making(clock()) as work:
        code = work.session.get_one(Code, code_id)
        code.expires_at = clock()


@pytest.mark.parametrize(("gone", "state"), [(1, ExportState.READY), (3, ExportState.FAILED)])
def test_what_went_by_hand_before_it_was_drawn_is_left_out(
    app: Flask, clock: StillClock, gone: int, state: ExportState
) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    assert take(clock, export_id)
    for code_id in kept.free[:gone]:
        void(clock, code_id)
    make_in_steps(partial(making, clock()), export_id, clock())
    found = export_now(clock, export_id)
    assert (found.state, found.file_count) == (state, 2 if gone == 1 else None)
