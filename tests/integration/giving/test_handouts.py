"""Codes given to many: checked, confirmed once, given row by row, taken back (C2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_handouts import (
    Giver,
    confirm_it,
    count_in,
    give_all,
    give_piece,
    go_on,
    holder_counts,
    mail_count,
    make_giver,
    make_more_codes,
    outcomes,
    paste,
    rows_of,
    standings,
    take_back_all,
)
from vlms.accounts.models import OneTimeLink, Person
from vlms.accounts.service.people import mark_leaver
from vlms.audit.models import AuditEntry
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service.assigning import finish_due_assignments
from vlms.codes.service.reserving import release, reserve
from vlms.core.errors import Conflict
from vlms.core.language import Language
from vlms.giving.models.handouts import Handout
from vlms.giving.queries.handouts import list_needs
from vlms.giving.rules.handouts import Act, Entry, Outcome, Standing
from vlms.giving.service import handout_giving
from vlms.giving.service.handout_confirming import begin_undo, retry
from vlms.giving.service.handout_making import Wishes, drop_rows, edit_row
from vlms.notices.models import OutboxMessage

pytestmark = pytest.mark.usefixtures("app")
RESERVED = Wishes(act=Act.RESERVE)
LIST = """ann@contoso.example
Ben <ben@contoso.example>
ann@contoso.example
nobody@elsewhere.example
ben.contoso.example
cyd@contoso.example
dan@contoso.example
"""
S = Standing


def begin(clock: StillClock, codes: int = 5) -> Giver:
    """Cyd holds a code already; Dan has left."""
    giver = make_giver(clock(), ["ann", "ben", "cyd", "dan", "eve"], codes)
    with making(clock()) as work:
        reserve(work, giver.people["cyd"], giver.product_id)
        mark_leaver(work, giver.people["dan"])
    return giver


def test_each_line_is_told_what_stands_against_it(clock: StillClock) -> None:
    giver = begin(clock)
    handout_id = paste(clock(), giver, LIST)
    found = [S.GOOD, S.GOOD, S.DOUBLE, S.UNKNOWN, S.WRONG, S.HOLDS, S.LEFT]
    assert standings(handout_id) == found
    assert [row.line for row in rows_of(handout_id)] == [1, 2, 3, 4, 5, 6, 7]
    double = rows_of(handout_id)[2].problem
    assert double is not None
    assert double["sentence"]["values"] == {"row": 1}


def test_reserved_for_each_the_soonest_ending_codes_and_nobody_is_told(clock: StillClock) -> None:
    giver = begin(clock)
    make_more_codes(clock(), giver, 2, days=10)
    handout_id = paste(clock(), giver, LIST, RESERVED)
    give_all(clock(), handout_id)
    given, skipped, failed = Outcome.GIVEN, Outcome.SKIPPED, Outcome.FAILED
    assert outcomes(handout_id) == [given, given, skipped, failed, failed, skipped, failed]
    with making(clock()) as work:
        own = work.session.scalars(
            select(Code).where(Code.person_id.in_([giver.people["ann"], giver.people["ben"]]))
        ).all()
        assert {code.expires_at for code in own} == {clock() + timedelta(days=10)}
        assert {(code.state, code.assign_due_at) for code in own} == {(State.RESERVED, None)}
    assert mail_count() == 0


def test_assigned_codes_are_mailed_when_the_delay_is_over(clock: StillClock) -> None:
    giver = begin(clock)
    wishes = Wishes(language=Language.TRADITIONAL_CHINESE, cost_centre="CC-7")
    handout_id = paste(clock(), giver, LIST, wishes)
    give_all(clock(), handout_id)
    assert (count_in(State.ASSIGNED), mail_count()) == (0, 0)
    clock.move(minutes=31)
    assert finish_due_assignments(lambda: making(clock())) == 2
    assert (count_in(State.ASSIGNED), mail_count()) == (2, 2)
    with making(clock()) as work:
        mails = work.session.scalars(select(OutboxMessage)).all()
        assert {mail.language for mail in mails} == {Language.TRADITIONAL_CHINESE}
        links = {link.id: link for link in work.session.scalars(select(OneTimeLink))}
        assert {links[mail.link_id].person_id for mail in mails if mail.link_id} == {
            giver.people["ann"],
            giver.people["ben"],
        }
        codes = work.session.scalars(select(Code).where(Code.state == State.ASSIGNED)).all()
        assert {code.cost_centre for code in codes} == {"CC-7"}


def test_without_a_delay_all_is_mailed_at_once_and_journalled_as_single_steps(
    clock: StillClock,
) -> None:
    giver = make_giver(clock(), ["ann", "ben"], 2, delay_minutes=0)
    give_all(clock(), paste(clock(), giver, LIST))
    assert (count_in(State.ASSIGNED), mail_count()) == (2, 2)
    with making(clock()) as work:
        told = select(AuditEntry.action, func.count()).group_by(AuditEntry.action)
        counts = {action: count for action, count in work.session.execute(told)}
    steps = ("code.reserve", "code.start_assign", "code.assign", "outbox_message.created")
    assert [counts[step] for step in steps] == [2, 2, 2, 2]


def test_people_who_are_in_no_directory_are_entered_in_the_same_act(clock: StillClock) -> None:
    giver = begin(clock)
    text = "Name,E-mail address,Number\nNew One,new@contoso.example,N-1\n,nameless@contoso.example,"
    handout_id = paste(clock(), giver, text, Wishes(adds_people=True))
    assert standings(handout_id) == [S.NEW, S.UNKNOWN]
    give_all(clock(), handout_id)
    with making(clock()) as work:
        new = work.session.scalars(select(Person).where(Person.number == "N-1")).one()
        assert (new.name, new.email) == ("New One", "new@contoso.example")
        assert work.session.scalars(select(Code).where(Code.person_id == new.id)).one()


def test_fewer_codes_than_people_are_told_and_nothing_is_given(clock: StillClock) -> None:
    giver = make_giver(clock(), ["ann", "ben"], 1)
    handout_id = paste(clock(), giver, "ann@contoso.example\nben@contoso.example")
    with making(clock()) as work:
        (need,) = list_needs(work.session, work.session.get_one(Handout, handout_id), clock())
        assert (need.wanted, need.free_count, need.missing) == (2, 1, 1)
    with pytest.raises(Conflict, match=r"You have 1 code of .*, and 2 are asked for"):
        confirm_it(clock(), handout_id)
    assert outcomes(handout_id) == [None, None]
    with making(clock()) as work:
        handout = work.session.get_one(Handout, handout_id)
        drop_rows(work, handout, [rows_of(handout_id)[1].id], dropped=True)
    give_all(clock(), handout_id)
    assert outcomes(handout_id) == [Outcome.GIVEN, Outcome.SKIPPED]


def test_what_failed_is_put_right_and_tried_again_alone(clock: StillClock) -> None:
    giver = begin(clock)
    handout_id = paste(clock(), giver, LIST, RESERVED)
    give_all(clock(), handout_id)
    wrong = rows_of(handout_id)[4]
    with making(clock()) as work:
        handout = work.session.get_one(Handout, handout_id)
        with pytest.raises(Conflict, match="No row that failed"):
            retry(work, handout)
    with making(clock()) as work:
        handout = work.session.get_one(Handout, handout_id)
        edit_row(work, handout, wrong.id, Entry(5, "eve@contoso.example"), gives_again=False)
        assert retry(work, handout) == 1
    go_on(clock(), handout_id)
    assert outcomes(handout_id)[4] is Outcome.GIVEN
    assert holder_counts() == [1, 1, 1, 1]
    with making(clock()) as work, pytest.raises(Conflict, match="This row is done"):
        handout = work.session.get_one(Handout, handout_id)
        edit_row(work, handout, wrong.id, Entry(5, "ann@contoso.example"), gives_again=False)


def test_another_one_is_given_to_who_holds_one_where_it_is_ticked(clock: StillClock) -> None:
    giver = begin(clock)
    handout_id = paste(clock(), giver, "cyd@contoso.example", RESERVED)
    row = rows_of(handout_id)[0]
    with making(clock()) as work:
        handout = work.session.get_one(Handout, handout_id)
        edit_row(work, handout, row.id, Entry(1, "cyd@contoso.example"), gives_again=True)
    give_all(clock(), handout_id)
    assert (outcomes(handout_id), holder_counts()) == ([Outcome.GIVEN], [2])


def test_all_is_taken_back_while_it_is_reserved_or_in_its_delay(clock: StillClock) -> None:
    giver = begin(clock)
    for wishes in (RESERVED, Wishes(act=Act.ASSIGN, cost_centre="CC-1")):
        handout_id = paste(clock(), giver, LIST, wishes)
        give_all(clock(), handout_id)
        with making(clock()) as work:
            begin_undo(work, work.session.get_one(Handout, handout_id))
        take_back_all(clock(), handout_id)
        assert outcomes(handout_id)[:2] == [Outcome.UNDONE, Outcome.UNDONE]
        assert count_in(State.AVAILABLE) == 4
    with making(clock()) as work:
        free = work.session.scalars(select(Code).where(Code.state == State.AVAILABLE)).all()
        assert {(code.cost_centre, code.person_id, code.assign_due_at) for code in free} == {
            (None, None, None)
        }


def test_what_is_assigned_stays_with_its_person_and_the_row_says_so(clock: StillClock) -> None:
    giver = begin(clock)
    handout_id = paste(clock(), giver, LIST)
    give_all(clock(), handout_id)
    clock.move(minutes=31)
    finish_due_assignments(lambda: making(clock()))
    with making(clock()) as work:
        begin_undo(work, work.session.get_one(Handout, handout_id))
    take_back_all(clock(), handout_id)
    stayed = rows_of(handout_id)[0]
    assert (stayed.outcome, count_in(State.ASSIGNED)) == (Outcome.GIVEN, 2)
    assert stayed.reason is not None


def test_a_code_that_somebody_released_before_counts_as_taken_back(clock: StillClock) -> None:
    giver = begin(clock)
    handout_id = paste(clock(), giver, LIST, RESERVED)
    give_all(clock(), handout_id)
    code_id = rows_of(handout_id)[0].code_id
    assert code_id is not None
    with making(clock()) as work:
        release(work, code_id)
        begin_undo(work, work.session.get_one(Handout, handout_id))
    take_back_all(clock(), handout_id)
    assert outcomes(handout_id)[:2] == [Outcome.UNDONE, Outcome.UNDONE]


def test_what_changed_since_the_check_is_asked_again_when_the_turn_comes(
    clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handout_giving, "AT_ONCE", 1)
    giver = begin(clock)
    text = "ann@contoso.example\nben@contoso.example\neve@contoso.example"
    handout_id = paste(clock(), giver, text)
    confirm_it(clock(), handout_id)
    assert give_piece(clock(), handout_id) == 1
    with making(clock()) as work:
        mark_leaver(work, giver.people["ben"])
        reserve(work, giver.people["eve"], giver.product_id)
    go_on(clock(), handout_id)
    assert outcomes(handout_id) == [Outcome.GIVEN, Outcome.FAILED, Outcome.SKIPPED]
    reasons = [row.reason for row in rows_of(handout_id)]
    assert reasons[0] is None
    assert all(reason is not None for reason in reasons[1:])


def test_a_handout_is_confirmed_once(clock: StillClock) -> None:
    giver = begin(clock)
    handout_id = paste(clock(), giver, LIST)
    confirm_it(clock(), handout_id)
    with pytest.raises(Conflict, match="confirmed before"):
        confirm_it(clock(), handout_id)


def test_a_list_that_helps_nobody_is_not_confirmed(app: Flask, clock: StillClock) -> None:
    giver = begin(clock)
    handout_id = paste(clock(), giver, "dan@contoso.example")
    with pytest.raises(Conflict, match="Nobody in this list"):
        confirm_it(clock(), handout_id)
