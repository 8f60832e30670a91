"""What a manager writes to one of their people counts among the week's reminders (F8)."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_codes import make_codes
from tests.support.making_requests import Office, make_office
from tests.support.racing import race, winners
from vlms.accounts.models import Person
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.giving.errors import ReminderRefused
from vlms.giving.models.reminders import CodeReminder
from vlms.giving.rules.reminders import WEEKLY_CAP
from vlms.giving.service.reminding import refusals, remind
from vlms.giving.service.team import nudge
from vlms.notices.models import OutboxMessage
from vlms.orders.models import OrderLine


def begin(now: datetime, count: int) -> tuple[Office, list[UUID]]:
    """A manager, one of whose people has so many codes."""
    office = make_office(now, code_count=0)
    with making(now) as work:
        line = work.session.get_one(OrderLine, office.line_id)
        person = work.session.get_one(Person, office.people[0].person_id)
        codes = make_codes(work, line, count, state=State.ASSIGNED, person=person)
        return office, [code.id for code in codes]


def nudge_one(office: Office, now: datetime, code_id: UUID) -> None:
    with office.manager.leading(now) as work:
        nudge(work, code_id)


def sent(now: datetime) -> list[CodeReminder]:
    with making(now) as work:
        return list(work.session.scalars(select(CodeReminder).order_by(CodeReminder.slot)))


def test_a_person_gets_no_more_of_them_than_the_week_allows(app: Flask, clock: StillClock) -> None:
    office, codes = begin(clock(), WEEKLY_CAP + 1)
    for code_id in codes[:WEEKLY_CAP]:
        nudge_one(office, clock(), code_id)
    with pytest.raises(ReminderRefused) as refused:
        nudge_one(office, clock(), codes[-1])
    assert refused.value.reason == "weekly_cap"
    counted = sent(clock())
    assert [one.slot for one in counted] == [1, 2]
    assert {one.asked_by for one in counted} == {office.manager.user_id}
    with making(clock()) as work:
        written = work.session.scalars(select(OutboxMessage.template)).all()
        assert written.count("team_nudge") == WEEKLY_CAP
    clock.move(days=7)
    nudge_one(office, clock(), codes[-1])


def test_reminders_of_an_admin_and_a_manager_are_counted_together(
    app: Flask, clock: StillClock
) -> None:
    office, codes = begin(clock(), WEEKLY_CAP + 1)
    with office.administering(clock()) as work:
        remind(work, codes[0])
    nudge_one(office, clock(), codes[1])
    with office.administering(clock()) as work:
        shown = refusals(work.session, [work.session.get_one(Code, codes[2])], clock())
        assert {key: one.reason for key, one in shown.items()} == {codes[2]: "weekly_cap"}
    with pytest.raises(ReminderRefused), office.administering(clock()) as work:
        remind(work, codes[2])


def test_of_many_at_once_no_more_get_through(app: Flask, clock: StillClock) -> None:
    office, codes = begin(clock(), 5)
    results = race(app, [partial(nudge_one, office, clock(), key) for key in codes])
    assert len(winners(results)) == WEEKLY_CAP
    assert len(sent(clock())) == WEEKLY_CAP
