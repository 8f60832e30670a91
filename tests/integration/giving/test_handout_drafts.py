"""Drafts of handouts: what is too long is refused and never cut, and old ones are dropped."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_handouts import (
    Giver,
    confirm_it,
    make_giver,
    outcomes,
    paste,
    rows_of,
    standings,
)
from vlms.audit.queries import list_entries
from vlms.core.errors import Conflict
from vlms.core.packed_text import unpack_text
from vlms.exports.reading import read_rows
from vlms.giving.book_columns import row_token
from vlms.giving.models.handouts import Handout, HandoutRow
from vlms.giving.rules.handouts import Entry, Source, Standing
from vlms.giving.service.handout_book import compare_book
from vlms.giving.service.handout_making import (
    People,
    Wishes,
    change_wishes,
    drop_rows,
    edit_row,
    make_handout,
)
from vlms.giving.service.handout_sweep import KEPT, drop_old_drafts

pytestmark = pytest.mark.usefixtures("app")
# A field, a text that just fits and the most that it holds.
LIMITS = [
    ("email", f"{'a' * 64}@{'.'.join(['b' * 60] * 3)}.cccccc", 254),
    ("name", "n" * 200, 200),
    ("number", "7" * 60, 60),
    ("department", "d" * 120, 120),
]


WORDS = {
    "email": "E-mail address",
    "name": "Full name",
    "number": "Number",
    "department": "Department",
}


def said_of(row: HandoutRow) -> str:
    assert row.problem is not None
    return " ".join(str(unpack_text(row.problem[part])) for part in ("sentence", "way_out"))


def draft(clock: StillClock, **texts: str) -> Handout:
    """One row, of Ann unless it says otherwise."""
    giver = make_giver(clock(), ["ann"], 2)
    told = {"email": "ann@contoso.example", "name": "", "number": "", "department": "", **texts}
    with making(clock()) as work:
        people = People(Source.PASTED, [Entry(1, **told)])
        return make_handout(work, giver.organisation_id, people, [giver.product_id], Wishes())


@pytest.mark.parametrize(("field", "longest", "limit"), LIMITS)
def test_a_cell_that_is_too_long_is_refused_whenever_it_is_checked_and_one_that_fits_is_not(
    clock: StillClock, field: str, longest: str, limit: int
) -> None:
    assert len(longest) <= limit
    handout = draft(clock, **{field: longest})
    (row,) = rows_of(handout.id)
    assert row.standing is not Standing.WRONG
    too_long = longest + "7" * (limit + 1 - len(longest))
    with making(clock()) as work:
        found = work.session.get_one(Handout, handout.id)
        entry = Entry(1, **{"email": "ann@contoso.example", field: too_long})
        edit_row(work, found, row.id, entry, gives_again=False)
    for _again in range(2):
        (row,) = rows_of(handout.id)
        assert row.standing is Standing.WRONG
        assert row.problem is not None
        assert f"Use at most {limit} characters." in said_of(row)
        assert WORDS[field] in said_of(row)
        with making(clock()) as work:
            change_wishes(work, work.session.get_one(Handout, handout.id), Wishes())


def test_a_cell_beyond_all_limits_is_refused_and_gets_no_code(clock: StillClock) -> None:
    handout = draft(clock, number="7" * 60 + "8" * 10_000)
    assert standings(handout.id) == [Standing.WRONG]
    with pytest.raises(Conflict, match="Nobody in this list"):
        confirm_it(clock(), handout.id)
    assert outcomes(handout.id) == [None]


def test_a_cell_of_the_workbook_that_is_too_long_is_refused_with_its_field_and_limit(
    clock: StillClock,
) -> None:
    handout = draft(clock)
    (row,) = rows_of(handout.id)
    with making(clock()) as work:
        token = row_token(work.keys, row.id)
        for number, is_refused in (("7" * 60, False), ("7" * 61, True)):
            body = f"Row id,E-mail address,Number,Give a code\n{token},{row.email},{number},yes\n"
            sheet = read_rows(io.BytesIO(body.encode()), "book.csv")
            (line,) = compare_book(work.session, work.keys, handout, sheet).lines
            assert bool(line.faults) is is_refused
    (fault,) = line.faults
    assert "at most 60 characters" in f"{fault.sentence} {fault.way_out}"
    assert "Number" in str(fault.sentence)


def test_a_draft_that_nobody_touched_for_30_days_is_dropped_and_journalled(
    clock: StillClock,
) -> None:
    handout = draft(clock)
    confirmed = paste(clock(), giver_of(handout), "ann@contoso.example")
    confirm_it(clock(), confirmed)
    clock.move(seconds=KEPT.total_seconds() - 1)
    assert sweep(clock) == 0
    clock.move(seconds=1)
    assert sweep(clock) == 1
    assert sweep(clock) == 0
    with making(clock()) as work:
        assert work.session.get(Handout, handout.id) is None
        assert work.session.get(Handout, confirmed) is not None
        left = work.session.scalars(select(HandoutRow.handout_id)).all()
        assert set(left) == {confirmed}
        told = [entry.action for entry in list_entries(work.session, handout.id)]
    assert "handout.dropped" in told


@pytest.mark.parametrize("act", ["wishes", "row", "left out"])
def test_who_touches_a_draft_keeps_it(clock: StillClock, act: str) -> None:
    handout = draft(clock)
    (row,) = rows_of(handout.id)
    clock.move(days=29)
    with making(clock()) as work:
        found = work.session.get_one(Handout, handout.id)
        if act == "wishes":
            change_wishes(work, found, Wishes())
        elif act == "row":
            edit_row(work, found, row.id, Entry(1, "bo@contoso.example"), gives_again=False)
        else:
            drop_rows(work, found, [row.id], dropped=True)
    clock.move(days=29)
    assert sweep(clock) == 0
    clock.move(days=1)
    assert sweep(clock) == 1


def sweep(clock: StillClock) -> int:
    return drop_old_drafts(lambda: making(clock()))


def giver_of(handout: Handout) -> Giver:
    (row,) = rows_of(handout.id)
    return Giver(handout.organisation_id, row.product_id, {})
