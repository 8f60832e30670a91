"""Workers in processes of their own that deliver mail, and can be killed at any moment."""

from __future__ import annotations

import os
import re
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask

from tests.support.mail import unused_port
from tests.support.making import EVERY_ROLE, make_user, making
from tests.support.worker_yard import Yard, open_yard, serve
from vlms.accounts.models import LinkPurpose, OneTimeLink
from vlms.core.clock import system_clock
from vlms.core.language import Language
from vlms.core.scope import System
from vlms.core.scoping import bulk_insert
from vlms.core.tokens import new_id
from vlms.core.work import Work, working
from vlms.notices.delivery import deliver_due, post_of
from vlms.notices.models import Mailing, MessageState, OutboxMessage

ROOT = Path(__file__).parents[2]
_MESSAGE_ID = re.compile(rb"^Message-ID: (<[^>]+>)", re.MULTILINE)


class Tally:
    """A mail server that only counts: which mail came how often, and to whom."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()
        self.addresses: dict[str, str] = {}

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        found = _MESSAGE_ID.search(envelope.content)
        assert found is not None
        message_id = found[1].decode()
        self.seen[message_id] += 1
        self.addresses[message_id] = envelope.rcpt_tos[0]
        return "250 OK"


@contextmanager
def counting_server() -> Iterator[tuple[Tally, int]]:
    """The counter, and the port on 127.0.0.1 where it is."""
    counter, port = Tally(), unused_port()
    controller = Controller(counter, hostname="127.0.0.1", port=port, ready_timeout=10)
    controller.start()
    try:
        yield counter, port
    finally:
        controller.stop()


def make_mails(now: datetime, count: int) -> None:
    """So many mails in the outbox, each with a link of its own to somebody of its own."""
    with making(now) as work:
        user = make_user(work, "ann@contoso.example")
        links = [new_id() for _each in range(count)]
        bulk_insert(work.session, OneTimeLink, [_link(work, one, user.id) for one in links])
        rows = [_message(work, number, one) for number, one in enumerate(links)]
        bulk_insert(work.session, OutboxMessage, rows)


def _link(work: Work, link_id: Any, subject_id: Any) -> dict[str, Any]:
    return {
        "id": link_id,
        "organisation_id": None,
        "purpose": LinkPurpose.SET_PASSWORD,
        "subject_id": subject_id,
        "person_id": None,
        "created_at": work.now,
        "expires_at": work.now + timedelta(days=10_000),
        "used_at": None,
        "ended_at": None,
    }


def _message(work: Work, number: int, link_id: Any) -> dict[str, Any]:
    return {
        "id": new_id(),
        "organisation_id": None,
        "agreement_id": None,
        "subject_id": new_id(),
        "person_id": None,
        "template": "password_link",
        "facts": {},
        "link_id": link_id,
        "to_name": f"Person {number}",
        "to_address": f"p{number}@contoso.example",
        "language": Language.ENGLISH,
        "once_key": f"many:{number}",
        "state": MessageState.WAITING,
        "attempts": 0,
        "next_at": work.now,
        "created_at": work.now,
        "sent_at": None,
        "last_error": None,
        "bounced_at": None,
        "bounce_note": None,
        "mailing": Mailing.NOW,
        "read_at": None,
        "letter_version_id": None,
    }


@contextmanager
def yard(app: Flask, port: int) -> Iterator[Yard]:
    """A yard for the same installation as `app`, which mails to this port."""
    mail = {
        "VLMS_SMTP_HOST": "127.0.0.1",
        "VLMS_SMTP_PORT": str(port),
        "VLMS_SMTP_TLS": "0",
    }
    with open_yard(app, "tests.support.mailing", mail) as opened:
        yield opened


def deliver_with_kills(yard_: Yard, counter: Tally, kills: int, workers: int) -> int:
    """Kill the workers so often in the middle of their work; how often they were at work then."""
    struck = 0
    for turn in range(kills):
        before = sum(counter.seen.values())
        pids = yard_.start(workers, 3 * turn)
        patience = time.monotonic() + 30
        while sum(counter.seen.values()) < before + 1 + turn % 4 and time.monotonic() < patience:
            time.sleep(0.0005)
        # Not always at the same step of a mail: between the server's word and the note of it too.
        time.sleep((turn % 7) * 0.0007)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        yard_.wait()
        struck += sum(counter.seen.values()) > before
    yard_.start(workers, 3 * kills + 3)
    yard_.wait()
    return struck


def check_nothing_is_lost_or_doubled(counter: Tally, count: int, most_repeats: int) -> None:
    """Everybody got one mail; one that its worker could not note goes again, known as the same."""
    with making(system_clock()) as work:
        messages = work.session.query(OutboxMessage).all()
        assert {message.state for message in messages} == {MessageState.SENT}
        ids = {str(message.id): message.to_address for message in messages}
    assert len(ids) == count
    reached = {mail.strip("<>").split("@")[0]: to for mail, to in counter.addresses.items()}
    assert reached == ids
    assert sum(counter.seen.values()) - count <= most_repeats


def _deliver(app: Flask, ahead: timedelta) -> None:
    office = post_of(app.config["SETTINGS"])
    assert office is not None
    scope = System("worker")
    deliver_due(office, lambda: working(EVERY_ROLE, scope, system_clock() + ahead))


if __name__ == "__main__":
    serve(_deliver)
