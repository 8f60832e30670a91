"""The global administrator is reminded of a leaver's task before and after it is due (K1)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.making_links import ZONE, lin_at, make_lin
from vlms.accounts.queries import find_organisation
from vlms.core.db import reading
from vlms.core.permissions import Role
from vlms.core.scope import System
from vlms.jobs.held import SCOPE, WORKER
from vlms.notices.models import OutboxMessage
from vlms.notices.rendering import write_letter
from vlms.partners.models.links import Association, UnlinkTask
from vlms.partners.service.leaver_mail import remind_of_tasks
from vlms.partners.service.linking import link

DUE = date(2024, 3, 2)
LAST = time(23, 59, 59)


@pytest.fixture(autouse=True)
def asked(app: Flask, clock: StillClock) -> None:
    """Lin, who has left, has asked ten days before; two may end links, one may not."""
    clock.set(datetime(2024, 2, 21, 4, tzinfo=UTC))
    make_lin(clock(), "contoso")
    with making(clock()) as work:
        link(work, lin_at(work, "contoso").id)
    with making(clock()) as work:
        place = find_organisation(work.session, "contoso")
        assert place is not None
        for number in range(2):
            make_member(work, place, Role.GLOBAL_ADMINISTRATOR, f"gil{number}@contoso.example")
        make_member(work, place, Role.PARTNER_ADMINISTRATOR, "pat@contoso.example")
        association = work.session.scalars(select(Association)).one()
        work.session.add(
            UnlinkTask(
                organisation_id=place.id,
                person_id=association.person_id,
                association_id=association.id,
                asked_at=clock(),
                due_on=DUE,
            )
        )


def sweep(day: str, at: time = time(12)) -> int:
    now = datetime.combine(date.fromisoformat(day), at, ZoneInfo(ZONE)).astimezone(UTC)
    return remind_of_tasks(partial(making, now, WORKER, SCOPE))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_each_reminder_leaves_once_on_its_day_in_the_organisations_zone(app: Flask) -> None:
    for day, at, count in (
        ("2024-02-27", LAST, 0),
        ("2024-02-28", time(0), 2),
        ("2024-02-29", time(12), 0),
        ("2024-03-02", LAST, 0),
        ("2024-03-03", time(0), 2),
        ("2024-03-09", LAST, 0),
        ("2024-03-10", time(0), 2),
        ("2024-12-31", time(0), 0),
    ):
        assert [sweep(day, at), sweep(day, at)] == [count, 0], day
    with reading(System("test")) as session:
        told = select(OutboxMessage).where(OutboxMessage.template == "unlink_due")
        letters = [
            (one.to_address, write_letter(one, "").subject)
            for one in session.scalars(told.order_by(OutboxMessage.created_at))
        ]
    assert {address for address, _subject in letters} == {
        "gil0@contoso.example",
        "gil1@contoso.example",
    }
    assert [subject for _address, subject in letters][::2] == [
        "End the link of Lin by 2 Mar 2024",
        "Overdue: end the link of Lin, who has left",
        "Overdue: end the link of Lin, who has left",
    ]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_of_several_that_were_missed_the_latest_alone_leaves(app: Flask) -> None:
    assert sweep("2024-03-20") == 2
    assert sweep("2024-03-21") == 0


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_of_what_is_done_nobody_is_reminded(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        work.session.scalars(select(UnlinkTask)).one().done_at = clock()
    assert sweep("2024-03-03") == 0
