"""Codes that change while a long file is drawn, with nothing held, never come into the file."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from tests.support.clock import StillClock
from tests.support.exporting_codes import ask, export_now, fetch, link_to
from tests.support.making import making
from tests.support.making_disclosures import Kept, make_kept
from tests.support.owning import owner_engine
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.core.db import Base, reading
from vlms.core.packed_text import unpack_text
from vlms.core.scope import System
from vlms.core.work import Work, key_ring
from vlms.disclosures.errors import DisclosureRefused
from vlms.disclosures.making_job import TRIES, drawing, make_in_steps
from vlms.disclosures.models import ExportState
from vlms.disclosures.service.making import draw_file, keep_file, take_codes
from vlms.keys.service.resealing import reseal
from vlms.keys.service.rotating import rotate

CODE = Base.metadata.tables[Code.__tablename__]
Change = Callable[[Kept], None]
OpenWork = Callable[[], AbstractContextManager[Work]]


def change(code_id: UUID, **values: Any) -> None:
    with owner_engine().begin() as connection:
        connection.execute(update(CODE).where(CODE.c.id == code_id).values(**values))


def between(clock: StillClock, act: Callable[[], None], times: int = 1) -> OpenWork:
    """Units of work; so often, once the file is drawn, somebody acts before it is written down."""
    opened = 0

    def open_work() -> AbstractContextManager[Work]:
        nonlocal opened
        opened += 1
        if 1 < opened <= 1 + times:
            act()
        return making(clock())

    return open_work


@pytest.mark.parametrize("how", ["given", "lapsed", "put back"])
def test_a_code_that_goes_while_it_is_drawn_is_not_in_the_file(
    app: Flask, clock: StillClock, how: str
) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    gone = kept.free[0]
    values = {
        "given": {"state": State.VOID},
        "lapsed": {"expires_at": clock()},
        "put back": {"taken_out_at": None},
    }[how]
    times = 1 if how != "put back" else TRIES
    make_in_steps(between(clock, lambda: change(gone, **values), times), export_id, clock())
    found = export_now(clock, export_id)
    if how == "put back":
        assert found.state is ExportState.FAILED, "it may be in another's file by now"
        return
    assert (found.state, found.file_count) == (ExportState.READY, 2)
    body = fetch(clock, kept, link_to(clock, kept, export_id))
    assert [each.encode() in body for each in kept.texts] == [False, True, True]


def test_what_is_sealed_anew_meanwhile_is_drawn_again_and_stays_whole(
    app: Flask, clock: StillClock
) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)

    def seal_anew() -> None:
        with making(clock()) as work:
            rotate(work, kept.organisation_id, "yearly")
        assert reseal(partial(making, clock())).resealed >= len(kept.free)

    make_in_steps(between(clock, seal_anew), export_id, clock())
    body = fetch(clock, kept, link_to(clock, kept, export_id))
    assert all(each.encode() in body for each in kept.texts)


def test_codes_that_never_rest_are_refused_with_the_way_out(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    left = list(kept.free)
    opened = between(clock, lambda: change(left.pop(), expires_at=clock()), TRIES)
    make_in_steps(opened, export_id, clock())
    found = export_now(clock, export_id)
    assert (found.state, found.part_count) == (ExportState.FAILED, 0)
    assert found.refusal is not None
    assert "changed while it was drawn" in str(unpack_text(found.refusal["sentence"]))


def test_without_looking_again_the_file_would_have_held_it(app: Flask, clock: StillClock) -> None:
    """The control: what was drawn still has the code that went; only the check refuses it."""
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    with making(clock()) as work:
        assert take_codes(work, export_id)
    with reading(System("test")) as session:
        draw = drawing(session, clock())
        drawn = draw_file(session, (key_ring(), clock()), export_id, draw)
    change(kept.free[0], state=State.VOID)
    assert kept.texts[0].encode() in drawn.body
    with pytest.raises(DisclosureRefused, match="changed while"), making(clock()) as work:
        keep_file(work, export_id, drawn)
    assert export_now(clock, export_id).state is ExportState.MAKING
    change(kept.free[0], state=State.AVAILABLE)
    with making(clock()) as work:
        assert keep_file(work, export_id, drawn).state is ExportState.READY
