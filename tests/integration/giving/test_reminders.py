"""Reminders by plan and by hand, and when they end (F8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_reminders import (
    change_code,
    change_person,
    go_days,
    go_round,
    keys,
    mails,
    make_held,
)
from tests.support.racing import race
from vlms.codes.rules.lifecycle import State
from vlms.core.tokens import new_id
from vlms.giving.errors import ReminderRefused
from vlms.giving.queries.reminders import find_round
from vlms.giving.rules.reminders import Plan
from vlms.giving.service.reminder_plans import set_plan
from vlms.giving.service.reminder_rounds import list_due, take_piece
from vlms.giving.service.reminding import refusals, remind
from vlms.notices.models import Mailing, MessageState, NoticeChoice, OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post

# 09:00 UTC is 17:00 in Taipei.
DAY = timedelta(days=1)


def test_a_holder_is_reminded_on_the_planned_days_once(app: Flask, clock: StillClock) -> None:
    make_held(clock())
    go_days(clock, 30)
    go_round(clock())
    assert keys(clock()) == ["after-3", "after-10", "after-25"]
    (first, *_others) = mails(clock())
    assert first.to_address == "p0@contoso.example"
    assert first.link_id is not None


def test_after_a_stop_the_latest_alone_is_sent(app: Flask, clock: StillClock) -> None:
    make_held(clock(), people=3)
    clock.move(days=40)
    go_round(clock())
    assert keys(clock()) == ["after-25"] * 3


def test_a_claim_ends_those_after_assigning_and_leaves_those_before_the_end(
    app: Flask, clock: StillClock
) -> None:
    held = make_held(clock())
    go_days(clock, 4)
    change_code(clock(), held.code_ids[0], claimed_at=clock())
    go_days(clock, 40)
    assert keys(clock()) == ["after-3"]
    clock.set(datetime(2026, 12, 1, 9, tzinfo=UTC))
    go_round(clock())
    assert keys(clock()) == ["after-3", "before-30"]
    # Who has claimed it has a way in, and needs no link.
    assert mails(clock())[-1].link_id is None


@pytest.mark.parametrize(
    "facts",
    [
        {"state": State.REGISTERED},
        {"state": State.USED},
        {"state": State.FORFEITED},
        {"state": State.VOID},
        {"expires_at": datetime(2026, 3, 4, tzinfo=UTC)},
    ],
)
def test_what_is_over_is_reminded_of_no_more(
    app: Flask, clock: StillClock, facts: dict[str, Any]
) -> None:
    held = make_held(clock())
    change_code(clock(), held.code_ids[0], **facts)
    go_days(clock, 12)
    assert keys(clock()) == []


def test_who_has_left_is_not_reminded(app: Flask, clock: StillClock) -> None:
    held = make_held(clock())
    change_person(clock(), held.person_ids[0], left_at=clock())
    go_days(clock, 12)
    assert keys(clock()) == []


def test_a_mail_that_came_back_ends_reminders_until_the_address_is_right(
    app: Flask, clock: StillClock
) -> None:
    held = make_held(clock())
    go_days(clock, 3)
    with making(clock()) as work:
        message = work.session.scalars(
            select(OutboxMessage).where(OutboxMessage.template == "code_reminder")
        ).one()
        message.state, message.sent_at, message.bounced_at = (
            MessageState.SENT,
            clock(),
            clock(),
        )
    go_days(clock, 12)
    assert keys(clock()) == ["after-3"]
    change_person(clock(), held.person_ids[0], email="right@contoso.example")
    go_round(clock() + DAY)
    assert keys(clock()) == ["after-3", "after-10"]


def test_who_switched_reminders_off_gets_no_mail(app: Flask, clock: StillClock) -> None:
    make_held(clock())
    with making(clock()) as work:
        work.session.add(
            NoticeChoice(
                address="p0@contoso.example", template="code_reminder", mailing=Mailing.NEVER
            )
        )
    go_days(clock, 3)
    (message,) = mails(clock())
    assert message.mailing is Mailing.NEVER


def test_nobody_is_reminded_at_night(app: Flask, clock: StillClock) -> None:
    make_held(clock())
    clock.set(datetime(2026, 3, 5, 23, 30, tzinfo=UTC))
    assert go_round(clock()) == 0
    clock.set(datetime(2026, 3, 6, 0, 30, tzinfo=UTC))
    assert go_round(clock()) > 0
    assert keys(clock()) == ["after-3"]


def test_a_plan_of_ones_own_moves_the_days(app: Flask, clock: StillClock) -> None:
    held = make_held(clock())
    with held.administering(clock()) as work:
        set_plan(work, held.organisation_id, Plan(after_days=(5,), before_days=()))
    go_days(clock, 30)
    assert keys(clock()) == ["after-5"]


def test_by_hand_it_is_once_a_day_and_so_often_a_week(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), people=2)
    code_id = held.code_ids[0]

    def ask() -> str:
        try:
            with held.administering(clock()) as work:
                remind(work, code_id)
        except ReminderRefused as refusal:
            return refusal.reason
        return "sent"

    # 2026-03-02 is a Monday.
    found = [ask(), ask()]
    for _day in range(7):
        clock.move(days=1)
        found.append(ask())
    assert found == ["sent", "reminded", "sent", *["weekly_cap"] * 5, "sent"]


def test_the_cap_counts_all_codes_of_a_person_and_is_told_for_each(
    app: Flask, clock: StillClock
) -> None:
    held = make_held(clock(), people=3)
    for code_id in held.code_ids:
        change_code(clock(), code_id, person_id=held.person_ids[0])
    with held.administering(clock()) as work:
        codes = [remind(work, code_id) for code_id in held.code_ids[:2]]
        with pytest.raises(ReminderRefused, match="2 reminders"):
            remind(work, held.code_ids[2])
    with held.administering(clock()) as work:
        found = refusals(work.session, codes, clock() + DAY)
    assert {refusal.reason for refusal in found.values()} == {"weekly_cap"}


def test_what_ends_soon_does_not_wait_for_another_week(app: Flask, clock: StillClock) -> None:
    clock.set(datetime(2026, 12, 29, 9, tzinfo=UTC))
    held = make_held(clock())
    with held.administering(clock()) as work:
        set_plan(work, held.organisation_id, Plan(after_days=(1,), weekly_cap=0))
    go_days(clock, 1)
    assert keys(clock()) == ["before-1"]


def test_two_who_ask_at_once_do_not_pass_the_cap(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), people=4)
    for code_id in held.code_ids:
        change_code(clock(), code_id, person_id=held.person_ids[0])

    def asking(code_id: Any) -> Any:
        def act() -> None:
            with held.administering(clock()) as work:
                remind(work, code_id)

        return act

    results = race(app, [asking(code_id) for code_id in held.code_ids])
    refused = [one for one in results if isinstance(one, ReminderRefused)]
    assert [one.reason for one in refused] == ["weekly_cap"] * 2
    assert len(mails(clock())) == 2


def test_two_workers_send_each_reminder_once(app: Flask, clock: StillClock) -> None:
    make_held(clock(), people=12)
    clock.move(days=3)
    race(app, [lambda: go_round(clock())] * 3)
    go_round(clock())
    assert keys(clock()) == ["after-3"] * 12


def test_without_the_round_and_the_occasion_each_worker_sends_its_own(
    app: Flask, clock: StillClock
) -> None:
    """The control: what is due is read and written, and nothing says that it was."""
    held = make_held(clock(), people=4)
    clock.move(days=3)

    def unguarded() -> None:
        with making(clock()) as work:
            for code, nudge in list_due(work.session, held.organisation_id, work.now):
                assert code.person is not None
                key = f"{new_id()}:{nudge.occasion}"
                to = Recipient(code.person.name, str(code.person.email), code.person.language)
                post(work, Mail("code_reminder", code.id, key, code.organisation_id), to)

    race(app, [unguarded] * 3)
    assert keys(clock()) == ["after-3"] * 12


def test_a_killed_round_goes_on_where_it_was(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), people=7)
    clock.move(days=3)
    for _piece in range(2):
        with making(clock()) as work:
            assert take_piece(work, held.organisation_id, 2)

    class Killed(BaseException):
        pass

    with pytest.raises(Killed), making(clock()) as work:
        assert take_piece(work, held.organisation_id, 2)
        raise Killed
    assert len(mails(clock())) == 2
    go_round(clock())
    assert sorted(message.to_address for message in mails(clock())) == [
        f"p{number}@contoso.example" for number in range(7)
    ]
    with making(clock()) as work:
        current = find_round(work.session, held.organisation_id)
        assert current is not None
        assert current.is_over
