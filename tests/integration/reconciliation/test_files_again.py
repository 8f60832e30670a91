"""Shuffled, repeated, corrected, taken back: the lines that count are the same."""

from __future__ import annotations

import random
from itertools import count
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.files_of_others import (
    LEDGER,
    NEW_COMMERCE,
    as_csv,
    confirmed,
    ledger_row,
    new_commerce_row,
    take,
)
from tests.support.making import make_organisation, making
from vlms.accounts.models import OrganisationKind
from vlms.core.errors import BadInput, Conflict
from vlms.core.work import Work
from vlms.reconciliation.models.files import FileLine, RowFate
from vlms.reconciliation.models.periods import Period, PeriodState
from vlms.reconciliation.queries.files import count_fates, count_replaced
from vlms.reconciliation.service.periods import period_for
from vlms.reconciliation.service.taking import drop_unfinished
from vlms.reconciliation.service.withdrawing import withdraw_file

Lines = list[tuple[str | None, str | None, int | None, int | None]]


def make_reseller(work: Work) -> UUID:
    return make_organisation(work, "northwind", kind=OrganisationKind.RESELLER).id


def make_period(work: Work) -> Period:
    return period_for(work, make_reseller(work), "2026-03")


def counted(work: Work, period: Period) -> Lines:
    lines = work.session.scalars(
        select(FileLine).where(FileLine.period_id == period.id, FileLine.fate == RowFate.COUNTED)
    )
    told = [(one.order_number, one.line_reference, one.quantity, one.net_minor) for one in lines]
    return sorted(told, key=str)


def new_commerce(*rows: list[str]) -> bytes:
    return as_csv([NEW_COMMERCE, *rows])


months = count(1)
drawn = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 3)), min_size=1, max_size=12)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(drawn=drawn, seed=st.integers(0, 10**6))
def test_shuffling_or_repeating_an_upload_changes_nothing_of_the_counted_lines(
    app: Flask, clock: StillClock, drawn: list[tuple[int, int]], seed: int
) -> None:
    """Rows may be the same, or of one line with other quantities: all of it in any order."""
    rows = [new_commerce_row(number, quantity) for number, quantity in drawn]
    shuffled = rows + random.Random(seed).choices(rows, k=3)
    random.Random(seed).shuffle(shuffled)
    name = f"reseller-{next(months)}"
    with making(clock()) as work:
        reseller = make_organisation(work, name, kind=OrganisationKind.RESELLER)
        first = period_for(work, reseller.id, "2026-03")
        take(work, first, new_commerce(*rows))
        once = counted(work, first)
        take(work, first, new_commerce(*rows))
        take(work, first, new_commerce(*shuffled), "again.csv")
        assert counted(work, first) == once
        assert len(once) == len(set(drawn))
        other = make_organisation(work, f"{name}-b", kind=OrganisationKind.RESELLER)
        second = period_for(work, other.id, "2026-03")
        take(work, second, new_commerce(*shuffled))
        assert counted(work, second) == once


def test_a_file_with_one_line_changed_replaces_that_line_and_tells_it(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        period = make_period(work)
        old = take(work, period, new_commerce(*(new_commerce_row(n) for n in (1, 2, 3))))
        rows = [new_commerce_row(1), new_commerce_row(2, 7), new_commerce_row(3)]
        new = take(work, period, new_commerce(*rows), "corrected.csv")
        assert [quantity for _o, _l, quantity, _n in counted(work, period)] == [5, 7, 5]
        assert count_fates(work.session, old.id)[RowFate.REPLACED] == 1
        assert count_fates(work.session, new.id)[RowFate.REPEATED] == 2
        assert count_replaced(work.session, new.id) == 1
        line = work.session.scalars(select(FileLine).where(FileLine.replaced_by_id == new.id)).one()
        assert line.remark is not None
        assert line.remark["values"] == {"file": "corrected.csv"}


def test_a_credit_does_not_replace_the_charge_of_its_line(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        period = make_period(work)
        body = as_csv([LEDGER, ledger_row(1)])
        take(work, period, body, said=confirmed(body))
        take(work, period, as_csv([LEDGER, ledger_row(1, "(1,200.00)")]), "credit.csv")
        assert [net for _o, _l, _q, net in counted(work, period)] == [-120_000, 480_000]


def test_a_ledger_and_a_publishers_file_do_not_replace_each_other(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        period = make_period(work)
        take(work, period, new_commerce(new_commerce_row(1)))
        row = ledger_row(1)
        row[0], row[1] = "O-2026-00001", "S-00001"
        body = as_csv([LEDGER, row])
        take(work, period, body, "ledger.csv", said=confirmed(body))
        assert len(counted(work, period)) == 2


def test_a_file_that_is_taken_back_gives_way_to_what_it_replaced(
    app: Flask, clock: StillClock
) -> None:
    with making(clock()) as work:
        period = make_period(work)
        first = take(work, period, new_commerce(new_commerce_row(1)))
        before = counted(work, period)
        clock.move(minutes=1)
    with making(clock()) as work:
        period = work.session.get_one(Period, period.id)
        second = take(work, period, new_commerce(new_commerce_row(1, 9)), "b.csv")
        with pytest.raises(Conflict, match=r"b\.csv was taken in after it"):
            withdraw_file(work, first.id)
        withdraw_file(work, second.id)
        assert counted(work, period) == before
        with pytest.raises(Conflict, match="taken back already"):
            withdraw_file(work, second.id)
        again = take(work, period, new_commerce(new_commerce_row(1, 9)), "b.csv")
        assert again.id != second.id
        assert [quantity for _o, _l, quantity, _n in counted(work, period)] == [9]


def test_a_file_of_another_month_is_refused_and_a_closed_month_takes_none(
    app: Flask, clock: StillClock
) -> None:
    body = new_commerce(new_commerce_row(1))
    with making(clock()) as work:
        reseller_id = make_reseller(work)
        march, april = (period_for(work, reseller_id, f"2026-0{n}") for n in (3, 4))
        take(work, march, body)
        with pytest.raises(Conflict, match="taken in for 2026-03 already"):
            take(work, april, body)
        april.state = PeriodState.CLOSED
        work.flush()
        with pytest.raises(Conflict, match="2026-04 is closed"):
            take(work, april, new_commerce(new_commerce_row(2)))


def test_a_file_of_which_nothing_counts_is_refused_with_the_first_reason(
    app: Flask, clock: StillClock
) -> None:
    body = as_csv([LEDGER, ledger_row(1, "abc")])
    with making(clock()) as work:
        period = make_period(work)
        with pytest.raises(BadInput, match="No row of the file can be counted") as refusal:
            take(work, period, body, said=confirmed(body))
        assert 'Row 2: Net amount: "abc" cannot be used.' in str(refusal.value)


def test_what_was_not_finished_is_not_seen_and_leaves_nothing(
    app: Flask, clock: StillClock
) -> None:
    """The control: a file that is finished is seen."""
    with making(clock()) as work:
        file = take(work, make_period(work), new_commerce(new_commerce_row(1)))
        assert work.session.scalars(select(FileLine.id)).all()
        file.unfinished_since = clock()
        work.flush()
        assert work.session.scalars(select(FileLine.id)).all() == []
        drop_unfinished(work, file.id)
        file_id = file.id
        assert file_id
