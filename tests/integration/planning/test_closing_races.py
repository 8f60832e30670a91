"""Closing certificates that are written, drawn again and signed at one moment."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm.attributes import set_committed_value

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_closings import end_agreement, latest_closing, make_every_end
from tests.support.making_orders import Shop
from tests.support.racing import race, winners
from vlms.audit.queries import list_entries
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.core.attempts import retrying
from vlms.core.db import reading, transaction
from vlms.core.errors import Conflict
from vlms.core.scope import System
from vlms.core.scoping import guarded_update
from vlms.core.work import key_ring
from vlms.planning.closing_papers import make_papers
from vlms.planning.models.closings import Closing, ClosingPaper
from vlms.planning.service.closing_proof import Proof, prove
from vlms.planning.service.closing_sweep import close_now
from vlms.planning.service.closings import sign_closing, write_closing

THREADS = 4
_TWIN = System("unguarded twin")


def _write(clock: StillClock, shop: Shop) -> None:
    with making(clock()) as work:
        close_now(work, shop.agreement.id)


def test_of_many_who_write_it_one_does(app: Flask, clock: StillClock) -> None:
    shop = make_every_end(clock)
    end_agreement(clock, shop)
    results = race(app, [partial(_write, clock, shop)] * THREADS)
    assert winners(results)
    assert all(result is None or isinstance(result, Conflict) for result in results)
    with making(clock()) as work:
        assert work.session.scalar(select(func.count(Closing.id))) == 1


def _sign(clock: StillClock, shop: Shop, seen: str) -> str:
    with making(clock()) as work:
        return sign_closing(work, latest_closing(work, shop).id, seen, make_papers).number


def test_of_many_who_sign_it_one_does_and_its_papers_are_made_once(
    app: Flask, clock: StillClock
) -> None:
    shop = make_every_end(clock)
    end_agreement(clock, shop)
    _write(clock, shop)
    with making(clock()) as work:
        seen = latest_closing(work, shop).digest
    results = race(app, [partial(_sign, clock, shop, seen)] * THREADS)
    assert len(winners(results)) == 1
    refused = [one.reason for one in results if isinstance(one, Conflict)]
    assert refused == ["closing_signed"] * (THREADS - 1)
    with making(clock()) as work:
        closing = latest_closing(work, shop)
        assert prove(key_ring(), closing) is Proof.SIGNED
        papers = work.session.scalars(select(ClosingPaper.closing_id)).all()
        assert len(papers) == len(list(make_papers(closing)))
        told = [entry.action for entry in list_entries(work.session, closing.id)]
        assert told.count("closing.signed") == 1


@pytest.mark.parametrize("is_guarded", [True, False])
def test_twins_that_read_first_sign_it_once_only_where_they_ask_again(
    app: Flask, clock: StillClock, is_guarded: bool
) -> None:
    """The negative control: all read that nobody has signed, and then write that they did."""
    shop = make_every_end(clock)
    end_agreement(clock, shop)
    _write(clock, shop)
    meeting = threading.Barrier(THREADS, timeout=30)

    def sign() -> bool:
        with reading(_TWIN) as session:
            closing = session.scalars(select(Closing)).one()
            assert not closing.is_signed
        meeting.wait()
        guards = [Closing.id == closing.id]
        if is_guarded:
            guards.append(Closing.signed_at.is_(None))

        def write() -> bool:
            with transaction(_TWIN) as session:
                return guarded_update(session, Closing, *guards, signed_at=clock()) == 1

        return retrying(write)

    results = race(app, [sign] * THREADS)
    assert results.count(True) == (1 if is_guarded else THREADS)


def test_what_was_signed_since_it_was_read_is_not_drawn_again(
    app: Flask, clock: StillClock
) -> None:
    shop = make_every_end(clock)
    end_agreement(clock, shop)
    _write(clock, shop)
    with making(clock()) as work:
        closing = latest_closing(work, shop)
        sign_closing(work, closing.id, closing.digest, make_papers)
    with making(clock()) as work:
        booked = work.session.scalars(select(Code).where(Code.state == State.REGISTERED)).one()
        booked.state, booked.ended_at, booked.sealed_text = State.USED, work.now, None
        work.flush()
        closing = latest_closing(work, shop)
        # As a sweep has read it that began before the signature.
        set_committed_value(closing, "signed_at", None)
        assert write_closing(work, closing.agreement) is None
    with making(clock()) as work:
        assert prove(key_ring(), latest_closing(work, shop)) is Proof.SIGNED
