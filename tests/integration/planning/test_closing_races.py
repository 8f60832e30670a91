"""Closing certificates that are written, drawn again and signed at one moment."""

from __future__ import annotations

from functools import partial

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm.attributes import set_committed_value

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_closings import end_agreement, latest_closing, make_every_end
from tests.support.making_orders import Shop
from tests.support.racing import race, winners
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.core.errors import Conflict
from vlms.core.work import key_ring
from vlms.planning.closing_papers import make_papers
from vlms.planning.models.closings import Closing
from vlms.planning.service.closing_proof import Proof, prove
from vlms.planning.service.closing_sweep import close_now
from vlms.planning.service.closings import sign_closing, write_closing

THREADS = 4


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
