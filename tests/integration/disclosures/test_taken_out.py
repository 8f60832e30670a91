"""A code that left as a file is drawn from stock no more, and is in no other file (C8)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.support.clock import StillClock
from tests.support.exporting_codes import ask, export_now, fetch, link_to, make
from tests.support.making import make_person, making
from tests.support.making_disclosures import (
    BEN,
    Kept,
    as_admin,
    count_told,
    give_away,
    make_kept,
    make_one_more,
)
from vlms.accounts.models import Organisation
from vlms.codes.errors import GivingRefused
from vlms.codes.free_queries import Stock, count_free_by_day, list_offered
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.reserving import reserve, reserve_lasting, reserve_this
from vlms.core.errors import Gone
from vlms.disclosures.errors import DisclosureRefused
from vlms.disclosures.models import CodeExport, ExportState
from vlms.disclosures.queries import get_export
from vlms.disclosures.service.fetching import note_taken
from vlms.disclosures.service.making import remove_old_files
from vlms.disclosures.service.voiding_left import void_left
from vlms.giving.queries.handouts import list_products_to_give


def make_person_at(now: datetime, kept: Kept, name: str = "Cid Quick") -> UUID:
    with making(now) as work:
        place = work.session.get_one(Organisation, kept.organisation_id)
        return make_person(work, place, name).id


def product_of(now: datetime, kept: Kept) -> UUID:
    with making(now) as work:
        return work.session.get_one(Code, kept.free[0]).product_id


def marks(now: datetime, kept: Kept) -> list[datetime | None]:
    with making(now) as work:
        return [work.session.get_one(Code, key).taken_out_at for key in kept.free]


def sweep(now: datetime) -> list[object]:
    with making(now) as work:
        remove_old_files(work)
        return list(work.events)


def unmark(now: datetime) -> None:
    """As it was before codes in files were marked."""
    with making(now) as work:
        work.session.execute(update(Code).values(taken_out_at=None))


def test_a_code_in_a_file_is_not_given_to_anybody_else(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    make(clock, ask(clock, kept))
    assert marks(clock(), kept) == [clock()] * 3
    person_id, product_id = make_person_at(clock(), kept), product_of(clock(), kept)
    with making(clock()) as work, pytest.raises(GivingRefused) as refused:
        reserve(work, person_id, product_id)
    assert refused.value.reason == "none_available"
    with making(clock()) as work:
        assert reserve_lasting(work, person_id, product_id, work.now) is None
        place, stock = kept.organisation_id, Stock(product_id)
        assert count_free_by_day(work.session, place, stock, work.now) == []
        assert list_products_to_give(work.session, place, work.now) == []
        assert list_offered(work.session, work.now) == []


def test_without_the_mark_such_a_code_would_be_given(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    make(clock, ask(clock, kept))
    unmark(clock())
    person_id, product_id = make_person_at(clock(), kept), product_of(clock(), kept)
    with making(clock()) as work:
        (given,) = reserve(work, person_id, product_id)
        assert given.id in kept.free
        assert list_offered(work.session, work.now) != []


def test_who_got_a_printed_code_is_recorded_by_hand(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    make(clock, ask(clock, kept))
    person_id = make_person_at(clock(), kept)
    with making(clock()) as work:
        code = reserve_this(work, kept.free[0], person_id)
        assert (code.state, code.taken_out_at) == (State.RESERVED, clock())


def test_two_files_never_hold_one_code(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    mine, theirs = ask(clock, kept), ask(clock, kept, by=BEN)
    make_one_more(clock(), kept)
    make(clock, mine)
    make(clock, theirs)
    assert export_now(clock, mine).file_count == 3
    assert export_now(clock, theirs).state is ExportState.FAILED
    clock.move(minutes=10)
    third = ask(clock, kept, by=BEN)
    assert export_now(clock, third).code_count == 1
    make(clock, third)
    assert export_now(clock, third).file_count == 1
    clock.move(minutes=10)
    with pytest.raises(DisclosureRefused) as refused:
        ask(clock, kept, by=BEN)
    assert refused.value.reason == "none_available"


def test_codes_of_a_file_that_nobody_fetched_are_stock_again(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    make(clock, export_id)
    clock.move(hours=24)
    (told,) = sweep(clock())
    assert told.product_id == product_of(clock(), kept)  # type: ignore[attr-defined]
    assert marks(clock(), kept) == [None] * 3
    again = ask(clock, kept)
    make(clock, again)
    assert export_now(clock, again).file_count == 3
    assert sweep(clock()) == []
    assert marks(clock(), kept) == [clock()] * 3


def test_codes_of_a_file_that_was_fetched_stay_out_of_stock(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    export_id, made = ask(clock, kept), clock()
    make(clock, export_id)
    clock.move(hours=1)
    fetch(clock, kept, link_to(clock, kept, export_id))
    first = clock()
    clock.move(hours=1)
    fetch(clock, kept, link_to(clock, kept, export_id))
    assert export_now(clock, export_id).taken_at == first
    clock.move(hours=22)
    assert sweep(clock()) == []
    assert marks(clock(), kept) == [made] * 3


def test_of_fetching_and_removing_a_file_one_comes_first(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    make(clock, export_id)
    with making(clock()) as work:
        export = get_export(work.session, export_id)
        mine = update(CodeExport).where(CodeExport.id == export_id).values(part_count=0)
        work.session.execute(mine, execution_options={"synchronize_session": False})
        with pytest.raises(Gone):
            note_taken(work, export)
    assert export_now(clock, export_id).taken_at is None


def test_a_file_with_an_expired_code_is_refused_in_words_that_hold(
    app: Flask, clock: StillClock
) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    make(clock, export_id)
    secret = link_to(clock, kept, export_id)
    with making(clock()) as work:
        code = work.session.get_one(Code, kept.free[0])
        code.expires_at = work.now
    with pytest.raises(DisclosureRefused, match="expired") as refused:
        fetch(clock, kept, secret)
    assert refused.value.reason == "codes_given"
    assert export_now(clock, export_id).taken_at is None
    assert count_told(clock(), "code_export.taken") == 0


def test_what_is_left_of_a_fetched_file_can_be_made_void(app: Flask, clock: StillClock) -> None:
    kept = make_kept(clock())
    export_id = ask(clock, kept)
    make(clock, export_id)
    fetch(clock, kept, link_to(clock, kept, export_id))
    give_away(clock(), kept.free[0])
    with making(clock(), *as_admin(kept.users[BEN], kept.organisation_id)) as work:
        assert void_left(work, export_id, "laptop stolen") == 2
    with making(clock()) as work:
        states = select(Code.state).where(Code.id.in_(kept.free)).order_by(Code.number)
        assert list(work.session.scalars(states)) == [State.RESERVED, State.VOID, State.VOID]
