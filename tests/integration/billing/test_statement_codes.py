"""How codes stood at the cut-off: what is recorded later changes nothing of it (I18)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select

from tests.support.clock import START, StillClock
from tests.support.holding import DESK, Held, code_of, make_held
from tests.support.making import making
from tests.support.making_codes import make_codes
from vlms.billing.queries.statement_codes import count_codes_at
from vlms.billing.rules.statement import CodeStanding
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.outcomes import record_no_show
from vlms.orders.models import OrderLine

STARTS_AT = START + timedelta(days=10)
AFTER = STARTS_AT + timedelta(days=1)


def standing(held: Held, at: datetime) -> Counter[CodeStanding]:
    """All codes of the held code's line; nothing where none was delivered yet."""
    with making(AFTER) as work:
        line_id = code_of(work, held).batch.order_line_id
        (counts,) = count_codes_at(
            work.session, select(OrderLine.id).where(OrderLine.id == line_id), at
        ).values() or (Counter(),)
        return +counts


def test_an_outcome_counts_from_when_it_was_recorded(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), State.REGISTERED, starts_at=STARTS_AT)
    before = standing(held, clock())
    assert before == {CodeStanding.GIVEN: 1}
    with making(AFTER, DESK) as work:
        record_no_show(work, code_of(work, held), STARTS_AT)
    assert standing(held, clock()) == before
    # It happened before that instant, but nobody had recorded it yet.
    assert standing(held, AFTER - timedelta(hours=1)) == before
    assert standing(held, AFTER) == {CodeStanding.FORFEITED: 1}


def test_codes_that_are_given_or_void_later_were_free(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), State.ASSIGNED)
    later = clock() + timedelta(hours=2)
    with making(clock()) as work:
        line = work.session.get_one(OrderLine, code_of(work, held).batch.order_line_id)
        make_codes(work, line, 2)
        make_codes(work, line, 1, state=State.VOID, ended_at=later)
    assert standing(held, clock()) == {CodeStanding.GIVEN: 1, CodeStanding.FREE: 3}
    assert standing(held, later) == {
        CodeStanding.GIVEN: 1,
        CodeStanding.FREE: 2,
        CodeStanding.VOID: 1,
    }
    assert standing(held, clock() - timedelta(seconds=1)) == {}


def test_what_was_not_used_has_expired(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), State.ASSIGNED)
    with making(clock()) as work:
        ends_at = work.session.scalars(select(Code.expires_at)).one()
    assert standing(held, ends_at - timedelta(seconds=1)) == {CodeStanding.GIVEN: 1}
    assert standing(held, ends_at) == {CodeStanding.EXPIRED: 1}
