"""Who is asked again to link an MCID is asked as at first: once a day, while not linked (K1)."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.making import make_organisation, make_person, make_user, making
from tests.support.making_links import make_link
from tests.support.racing import race, winners
from vlms.accounts.models import Organisation, Person
from vlms.core.errors import DomainError
from vlms.notices.models import OutboxMessage
from vlms.notices.service import resend, why_not_again
from vlms.partners.errors import LinkRefused
from vlms.partners.service.inviting import invite


@pytest.fixture
def asked(app: Flask, clock: StillClock) -> UUID:
    """The message by which Bo of Contoso was asked."""
    clock.set(datetime(2026, 7, 1, 4, tzinfo=UTC))
    with making(clock()) as work:
        place = make_organisation(work, "contoso", time_zone="Asia/Taipei")
        make_person(work, place, "Bo", "bo@contoso.example", make_user(work, "bo@home.example"))
        assert invite(work, place.id) == 1
        return work.session.query(OutboxMessage).one().id


def refusal(clock: StillClock, message_id: UUID) -> DomainError | None:
    with making(clock()) as work:
        message = work.session.get_one(OutboxMessage, message_id)
        return why_not_again(work.session, message, clock())


def again(clock: StillClock, message_id: UUID) -> OutboxMessage:
    with making(clock()) as work:
        return resend(work, message_id)


def change(clock: StillClock, **columns: object) -> None:
    with making(clock()) as work:
        person = work.session.query(Person).one()
        for name, value in columns.items():
            setattr(person, name, value)


def test_once_a_day(clock: StillClock, asked: UUID) -> None:
    found = refusal(clock, asked)
    assert isinstance(found, LinkRefused)
    assert (found.rule, found.reason) == ("K1", "not_asked")
    with pytest.raises(LinkRefused):
        again(clock, asked)
    clock.move(days=1)
    assert refusal(clock, asked) is None
    change(clock, email="bo.right@contoso.example")
    assert again(clock, asked).to_address == "bo.right@contoso.example"
    assert refusal(clock, asked) is not None
    with making(clock()) as work:
        place = work.session.query(Organisation).one()
        assert invite(work, place.id) == 0


def test_who_is_linked_has_left_or_has_no_address_is_not_asked(
    clock: StillClock, asked: UUID
) -> None:
    """The control is who is none of these."""
    clock.move(days=1)
    change(clock, left_at=clock())
    assert refusal(clock, asked) is not None
    change(clock, left_at=None, email=None)
    assert refusal(clock, asked) is not None
    change(clock, email="bo@contoso.example")
    assert refusal(clock, asked) is None
    with making(clock()) as work:
        make_link(work, work.session.query(Person).one())
    assert refusal(clock, asked) is not None


def test_of_four_at_once_one_is_sent(app: Flask, clock: StillClock, asked: UUID) -> None:
    clock.move(days=1)
    done = race(app, [partial(again, clock, asked)] * 4)
    assert len(winners(done)) == 1
    with making(clock()) as work:
        assert work.session.query(OutboxMessage).count() == 2
