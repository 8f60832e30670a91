"""One occasion writes one mail, whoever tells of it again."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import make_academy
from tests.support.racing import race
from vlms.core.language import Language
from vlms.notices.models import OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post

TO = Recipient("Nora", "nora@example.org", Language.ENGLISH)


def test_a_school_that_sees_no_mail_tells_an_occasion_once(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        academy = make_academy(work)
    mail = Mail("order_placed", academy.pack.id, "once", academy.organisation.id)
    with academy.coordinating(clock()) as work:
        assert post(work, mail, TO) is not None
    with academy.coordinating(clock()) as work:
        assert post(work, mail, TO) is None
    with making(clock()) as work:
        told = select(OutboxMessage.id).where(OutboxMessage.once_key == "once")
        assert len(work.session.scalars(told).all()) == 1


def test_an_occasion_that_many_tell_of_at_once_is_told_once(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        academy = make_academy(work)

    def telling() -> bool:
        with academy.administering(clock()) as work:
            mail = Mail("order_placed", academy.pack.id, "at once", academy.organisation.id)
            return post(work, mail, TO) is not None

    for number in range(5):
        results = race(app, [telling] * 8)
        assert sorted(map(bool, results)) == [False] * (7 if number == 0 else 8) + [True] * (
            number == 0
        )
