"""An agreement that several renew at one moment is renewed by one of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import Shop, make_shop
from tests.support.making_renewals import near_end, old_agreement, renewal_facts
from tests.support.owning import owner_engine
from tests.support.racing import race, winners
from vlms.agreements.models import Agreement
from vlms.agreements.service.entering import add_agreement
from vlms.core.db import Base
from vlms.core.errors import Conflict
from vlms.planning.queries.renewals import find_follower
from vlms.planning.service.renewals import renew_agreement, terms_of, undo_renewal

THREADS = 4


@pytest.fixture
def shop(app: Flask, clock: StillClock) -> Shop:
    with making(clock()) as work:
        made = make_shop(work)
    near_end(clock)
    return made


def _renew(clock: StillClock, shop: Shop, number: str) -> str:
    with making(clock()) as work:
        old = old_agreement(work, shop)
        return renew_agreement(work, old.id, renewal_facts(old, number)).number


def _undo(clock: StillClock, shop: Shop) -> str:
    with making(clock()) as work:
        return undo_renewal(work, shop.agreement.id).number


def _followers(clock: StillClock, shop: Shop) -> list[str]:
    with making(clock()) as work:
        following = select(Agreement.number).where(Agreement.predecessor_id == shop.agreement.id)
        return list(work.session.scalars(following))


def test_of_many_who_renew_it_one_does(app: Flask, clock: StillClock, shop: Shop) -> None:
    numbers = [f"R-{place}" for place in range(THREADS)]
    results = race(app, [partial(_renew, clock, shop, number) for number in numbers])
    assert winners(results) == _followers(clock, shop)
    assert len(winners(results)) == 1
    refused = [one.reason for one in results if isinstance(one, Conflict)]
    assert refused == ["already_renewed"] * (THREADS - 1)
    with making(clock()) as work:
        # Of the others nothing is left, not even an agreement that renews none.
        assert work.session.scalar(select(func.count(Agreement.id))) == 2


def test_a_renewal_that_several_undo_goes_once(app: Flask, clock: StillClock, shop: Shop) -> None:
    _renew(clock, shop, "R-1")
    results = race(app, [partial(_undo, clock, shop)] * THREADS)
    assert winners(results) == [shop.agreement.number]
    assert _followers(clock, shop) == []


@pytest.mark.parametrize("has_index", [True, False])
def test_twins_that_look_first_renew_it_once_only_where_the_index_is(
    app: Flask, clock: StillClock, shop: Shop, has_index: bool
) -> None:
    """The negative control: all look that nothing renews it, and then write."""
    meeting = threading.Barrier(THREADS, timeout=30)
    has_met = threading.local()

    def renew(number: str) -> bool:
        if not getattr(has_met, "yes", False):
            with making(clock()) as work:
                assert find_follower(work.session, shop.agreement.id) is None
            has_met.yes = True
            meeting.wait()
        try:
            with making(clock()) as work:
                old = old_agreement(work, shop)
                terms = terms_of(old, renewal_facts(old, number))
                add_agreement(work, old.organisation_id, terms).predecessor_id = old.id
        except IntegrityError:
            return False
        return True

    with nullcontext() if has_index else _without_index():
        results = race(app, [partial(renew, f"R-{place}") for place in range(THREADS)])
        assert results.count(True) == (1 if has_index else THREADS)
        assert len(_followers(clock, shop)) == (1 if has_index else THREADS)
        if not has_index:
            _remove_followers(clock, shop)


@contextmanager
def _without_index() -> Iterator[None]:
    """The rows stay: others name the agreement."""
    name = "uq_agreement_predecessor"
    (index,) = (
        one for one in Base.metadata.tables[Agreement.__tablename__].indexes if one.name == name
    )
    with owner_engine().begin() as connection:
        index.drop(connection)
    try:
        yield
    finally:
        with owner_engine().begin() as connection:
            index.create(connection)


def _remove_followers(clock: StillClock, shop: Shop) -> None:
    """So that the index can be made again."""
    with making(clock()) as work:
        own = Agreement.predecessor_id == shop.agreement.id
        for one in work.session.scalars(
            select(Agreement).where(own).order_by(Agreement.id).offset(1)
        ):
            work.session.delete(one)
