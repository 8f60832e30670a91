"""Reminders by plan and by hand, the month's digest, the ladder of warnings (F8, F10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_reminders import (
    ADMIN,
    change_code,
    change_person,
    go_round,
    keys,
    mails,
    make_held,
)
from tests.support.racing import race
from vlms.codes.rules.lifecycle import State
from vlms.giving.errors import ReminderRefused
from vlms.giving.models.reminders import CodeReminder
from vlms.giving.queries.end_warnings import list_standing
from vlms.giving.queries.reminders import find_round
from vlms.giving.rules.reminders import Plan
from vlms.giving.service.reminder_plans import acknowledge, set_plan
from vlms.giving.service.reminder_rounds import take_piece
from vlms.giving.service.reminding import refusals, remind
from vlms.notices.models import Mailing, MessageState, NoticeChoice, OutboxMessage

# 09:00 UTC is 17:00 in Taipei.
DAY = timedelta(days=1)


def go_days(clock: StillClock, count: int) -> None:
    """A round on each of so many days."""
    for _day in range(count):
        clock.move(days=1)
        go_round(clock())


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


def test_without_its_guards_two_workers_would_send_twice(app: Flask, clock: StillClock) -> None:
    """The control: by another occasion the same reminder does leave again."""
    make_held(clock())
    clock.move(days=3)
    go_round(clock())
    with making(clock()) as work:
        work.session.delete(work.session.scalars(select(CodeReminder)).one())
        for message in work.session.scalars(select(OutboxMessage)):
            message.once_key = f"{message.once_key}!"
    clock.move(days=1)
    go_round(clock())
    assert len(mails(clock())) == 2


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


def test_the_digest_leaves_on_the_first_of_the_month_once(app: Flask, clock: StillClock) -> None:
    held = make_held(clock(), people=2)
    change_code(clock(), held.code_ids[0], state=State.AVAILABLE, person_id=None)
    clock.set(datetime(2026, 3, 31, 9, tzinfo=UTC))
    go_round(clock())
    assert keys(clock(), "reminder_digest") == []
    # In Taipei the 1st has come.
    clock.set(datetime(2026, 4, 1, 1, tzinfo=UTC))
    go_round(clock())
    go_days(clock, 20)
    (message,) = mails(clock(), "reminder_digest")
    assert message.to_address == ADMIN
    assert (message.facts["unassigned_count"], message.facts["unused_count"]) == (1, 1)
    assert message.facts["unassigned_path"] == "/o/contoso/reminders/?only=unassigned"


def test_a_digest_of_nothing_is_not_written(app: Flask, clock: StillClock) -> None:
    held = make_held(clock())
    change_code(clock(), held.code_ids[0], state=State.USED)
    clock.set(datetime(2026, 4, 1, 9, tzinfo=UTC))
    go_round(clock())
    assert keys(clock(), "reminder_digest") == []


def test_admins_are_warned_on_each_step_and_louder(app: Flask, clock: StillClock) -> None:
    make_held(clock())
    clock.set(datetime(2026, 8, 25, 9, tzinfo=UTC))
    go_days(clock, 130)
    found = mails(clock(), "end_warning")
    assert [message.facts["days_left"] for message in found] == [120, 90, 60, 30, 10, 1]
    assert [message.facts["strength"] for message in found] == [1, 1, 2, 2, 3, 3]


def test_after_a_stop_admins_are_warned_of_the_latest_step_alone(
    app: Flask, clock: StillClock
) -> None:
    make_held(clock())
    clock.set(datetime(2026, 12, 20, 9, tzinfo=UTC))
    go_round(clock())
    found = mails(clock(), "end_warning")
    assert [message.facts["days_left"] for message in found] == [11]
    assert found[0].once_key.split(":")[3] == "30"


def test_the_last_warnings_stay_until_acknowledged_or_nothing_is_left(
    app: Flask, clock: StillClock
) -> None:
    held = make_held(clock())

    def standing() -> list[int]:
        with held.administering(clock()) as work:
            found = list_standing(work.session, held.organisation_id, clock())
            return [one.days_left for one in found]

    clock.set(datetime(2026, 12, 20, 9, tzinfo=UTC))
    go_round(clock())
    assert standing() == []
    go_days(clock, 3)
    assert standing() == [8]
    change_code(clock(), held.code_ids[0], state=State.USED)
    assert standing() == []
    change_code(clock(), held.code_ids[0], state=State.ASSIGNED)
    with held.administering(clock()) as work:
        (one,) = list_standing(work.session, held.organisation_id, clock())
        acknowledge(work, one.warning.id)
    assert standing() == []
    # The next step is another warning.
    clock.set(datetime(2026, 12, 30, 9, tzinfo=UTC))
    go_round(clock())
    assert standing() == [1]
