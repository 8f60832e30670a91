"""A message that cannot be written out is given up, and holds up no other."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.mail import unused_port
from tests.support.making import making
from vlms.core.language import Language
from vlms.core.tokens import new_id
from vlms.notices import smtp
from vlms.notices.delivery import Delivered, Post, deliver_due
from vlms.notices.models import MessageState, OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post


def write(clock: StillClock, once_key: str, last_day: str) -> None:
    facts = {"product_en": "x", "product_zh": "x", "organisation": "x", "zone": "UTC"}
    mail = Mail("code_assigned", new_id(), once_key, facts={**facts, "last_day": last_day})
    with making(clock()) as work:
        post(work, mail, Recipient("Ann", "ann@contoso.example", Language.ENGLISH))


def test_a_message_that_cannot_be_written_out_is_given_up_and_holds_up_no_other(
    app: Flask, clock: StillClock
) -> None:
    write(clock, "broken", "no day")
    write(clock, "sound", "2026-06-30")
    server = smtp.MailServer("127.0.0.1", unused_port(), tls=False, total_seconds=1.0)
    office = Post(server, "vlms@operator.example", "https://vlms.example")
    assert deliver_due(office, lambda: making(clock())) == Delivered(0, 2)
    with making(clock()) as work:
        messages = work.session.scalars(select(OutboxMessage))
        found = {message.once_key: (message.state, message.last_error) for message in messages}
    assert found["broken"] == (MessageState.DEAD, "ValueError")
    assert found["sound"] == (MessageState.WAITING, "ConnectionRefusedError")
