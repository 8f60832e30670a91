"""Mail leaves over a real SMTP server, once, whole, and in its recipient's language."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import timedelta
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr
from uuid import UUID

import pytest
from flask import Flask

from tests.support.clock import StillClock
from tests.support.mail import Postbox, open_postbox, text_of, unused_port
from tests.support.making import make_organisation, make_user, making
from vlms.accounts.links import end_links
from vlms.accounts.models import LinkPurpose, User
from vlms.accounts.service import create_user, send_link
from vlms.core.backoff import PAUSES
from vlms.core.language import Language
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.notices import smtp
from vlms.notices.delivery import Delivered, Post, deliver_due, post_of
from vlms.notices.models import MessageState, OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post

NAMES = (
    "王小明",
    "محمد علي",
    "👩‍👩‍👧 Family",
    'O\'Brien, "Bob" <b@x.example>',
    "=cmd()",
    "x" * 200,
    "王" * 200,
)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Postbox, int]]:
    with open_postbox() as opened:
        yield opened


@pytest.fixture
def postbox(server: tuple[Postbox, int]) -> Postbox:
    box = server[0]
    box.mails.clear()
    box.raw.clear()
    box.answer = box.recipient_answer = "250 OK"
    box.tried_count = 0
    return box


@pytest.fixture
def office(server: tuple[Postbox, int]) -> Post:
    return post_to(server[1])


def post_to(port: int, total_seconds: float = 5.0) -> Post:
    server = smtp.MailServer("127.0.0.1", port, tls=False, total_seconds=total_seconds)
    return Post(server, "vlms@operator.example", "https://vlms.example")


def deliver(office: Post, clock: StillClock) -> Delivered:
    def opening() -> AbstractContextManager[Work]:
        return making(clock())

    return deliver_due(office, opening)


def invite(
    clock: StillClock,
    name: str = "Bob",
    address: str = "bob@contoso.example",
    language: Language = Language.ENGLISH,
) -> User:
    with making(clock()) as work:
        organisation = make_organisation(work, f"org-{new_id().hex[-12:]}", name="Contoso")
        user = create_user(work, address, name, language)
        send_link(work, user, organisation)
    return user


def write(clock: StillClock, name: str, address: str) -> UUID:
    """A message without a link."""
    with making(clock()) as work:
        facts = {"organisation": "Contoso", "email": address}
        mail = Mail("invitation", new_id(), str(new_id()), facts=facts)
        message = post(work, mail, Recipient(name, address, Language.ENGLISH))
        assert message is not None
        return message.id


def only_message(clock: StillClock) -> OutboxMessage:
    with making(clock()) as work:
        message = work.session.query(OutboxMessage).one()
        work.session.expunge(message)
        return message


def test_an_invitation_arrives_with_a_link_that_works(
    app: Flask, clock: StillClock, postbox: Postbox, office: Post
) -> None:
    invite(clock)
    assert deliver(office, clock) == Delivered(1, 0)
    (mail,) = postbox.mails
    link = re.search(r"https://vlms\.example(/welcome/\S+)", text_of(mail))
    assert link is not None
    assert app.test_client().get(link[1]).status_code == 200
    assert mail["Subject"] == "You can now work for Contoso in VLMS"
    assert mail["From"] == "vlms@operator.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    message = only_message(clock)
    assert mail["Message-ID"] == f"<{message.id}@operator.example>"
    assert (message.state, message.sent_at, message.attempts) == (
        MessageState.SENT,
        clock(),
        1,
    )
    assert deliver(office, clock) == Delivered(0, 0)


def test_the_language_is_the_recipients(
    app: Flask, clock: StillClock, postbox: Postbox, office: Post
) -> None:
    invite(clock, "王小明", language=Language.TRADITIONAL_CHINESE)
    deliver(office, clock)
    assert postbox.mails[0]["Content-Language"] == "zh-Hant-TW"
    assert "王小明" in text_of(postbox.mails[0])


@pytest.mark.parametrize("name", NAMES)
def test_a_name_arrives_whole_in_header_and_text(
    app: Flask, clock: StillClock, postbox: Postbox, office: Post, name: str
) -> None:
    invite(clock, name)
    deliver(office, clock)
    (mail,) = postbox.mails
    assert _address(postbox.raw[0]) == (name, "bob@contoso.example")
    assert name in text_of(mail)
    assert len(mail.defects) == 0
    assert max(map(len, postbox.raw[0].split(b"\r\n"))) <= 998
    postbox.raw[0].decode("ascii")


def _address(raw: bytes) -> tuple[str, str]:
    """Read as older mail programs do; Python's newer parser puts spaces into long names."""
    header = message_from_bytes(raw)["To"]
    name, address = parseaddr(header)
    return str(make_header(decode_header(name))), address


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\x0b", "\u2028", "\x85"])
def test_a_line_break_in_a_name_begins_no_header(
    app: Flask, clock: StillClock, postbox: Postbox, office: Post, break_: str
) -> None:
    write(clock, f"Bob{break_}Bcc: all@contoso.example", "bob@contoso.example")
    deliver(office, clock)
    (mail,) = postbox.mails
    assert mail["Bcc"] is None
    assert mail["To"].addresses[0].addr_spec == "bob@contoso.example"
    assert mail["To"].addresses[0].display_name == "Bob Bcc: all@contoso.example"


@pytest.mark.parametrize(
    "address", ["a@b.example\r\nBcc: c@d.example", "nobody", "", "é@x.example"]
)
def test_an_address_that_is_none_is_given_up_at_once(
    app: Flask, clock: StillClock, postbox: Postbox, office: Post, address: str
) -> None:
    write(clock, "Bob", address)
    assert deliver(office, clock) == Delivered(0, 1)
    assert only_message(clock).state is MessageState.DEAD
    assert postbox.tried_count == 0


def test_a_refused_recipient_is_given_up_and_not_named(
    app: Flask, clock: StillClock, postbox: Postbox, office: Post
) -> None:
    postbox.recipient_answer = "550 no bob@contoso.example here"
    invite(clock)
    assert deliver(office, clock) == Delivered(0, 1)
    message = only_message(clock)
    assert (message.state, message.last_error) == (MessageState.DEAD, "recipient refused 550")


@pytest.mark.parametrize(
    ("answer", "word"),
    [("451 later", "mail refused 451"), ("drop", "SMTPServerDisconnected")],
)
def test_what_fails_for_now_is_tried_again_with_the_same_message_id(
    app: Flask, clock: StillClock, postbox: Postbox, office: Post, answer: str, word: str
) -> None:
    invite(clock)
    postbox.answer = answer
    assert deliver(office, clock) == Delivered(0, 1)
    assert only_message(clock).last_error == word
    assert deliver(office, clock) == Delivered(0, 0)
    clock.set(clock() + PAUSES[0])
    postbox.answer = "250 OK"
    assert deliver(office, clock) == Delivered(1, 0)
    assert postbox.mails[0]["Message-ID"].startswith(f"<{only_message(clock).id}@")


def test_a_server_that_is_not_there_is_tried_ever_later_then_given_up(
    app: Flask, clock: StillClock
) -> None:
    invite(clock)
    nobody = post_to(unused_port())
    for pause in PAUSES:
        assert deliver(nobody, clock) == Delivered(0, 1)
        clock.set(clock() + pause - timedelta(seconds=1))
        assert deliver(nobody, clock) == Delivered(0, 0)
        clock.move(seconds=1)
    assert deliver(nobody, clock) == Delivered(0, 1)
    message = only_message(clock)
    assert (message.state, message.last_error) == (MessageState.DEAD, "ConnectionRefusedError")


def test_a_server_that_drips_its_answers_is_cut_off(app: Flask, clock: StillClock) -> None:
    invite(clock)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stop = threading.Event()
        dripping = threading.Thread(target=_drip, args=(listener, stop))
        dripping.start()
        begun = time.monotonic()
        slow = post_to(listener.getsockname()[1], total_seconds=0.5)
        assert deliver(slow, clock) == Delivered(0, 1)
        assert time.monotonic() - begun < 4
        stop.set()
        dripping.join(10)
    assert only_message(clock).state is MessageState.WAITING


def _drip(listener: socket.socket, stop: threading.Event) -> None:
    connection, _address = listener.accept()
    with connection:
        while not stop.wait(0.05):
            try:
                connection.sendall(b"2")
            except OSError:
                return


def test_two_workers_send_nothing_twice(
    app: Flask, clock: StillClock, postbox: Postbox, office: Post
) -> None:
    for number in range(12):
        write(clock, "Bob", f"bob{number}@contoso.example")
    barrier = threading.Barrier(2)

    def work_off() -> None:
        with app.app_context():
            barrier.wait()
            for _again in range(3):
                deliver(office, clock)

    threads = [threading.Thread(target=work_off) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    addresses = [str(mail["To"].addresses[0].addr_spec) for mail in postbox.mails]
    assert sorted(addresses) == sorted({f"bob{number}@contoso.example" for number in range(12)})


def test_a_link_that_has_ended_is_not_sent(
    app: Flask, clock: StillClock, postbox: Postbox, office: Post
) -> None:
    user = invite(clock)
    with making(clock()) as work:
        end_links(work, user.id, LinkPurpose.SET_PASSWORD)
    assert deliver(office, clock) == Delivered(0, 1)
    assert postbox.tried_count == 0
    message = only_message(clock)
    assert (message.state, message.last_error) == (MessageState.DEAD, "its link has ended")


def test_mail_to_a_user_with_a_password_names_no_organisation_twice(
    app: Flask, clock: StillClock, postbox: Postbox, office: Post
) -> None:
    with making(clock()) as work:
        send_link(work, make_user(work, "ann@contoso.example", "Ann"))
    deliver(office, clock)
    assert postbox.mails[0]["Subject"] == "Choose a new password for VLMS"


def test_without_a_server_nothing_is_sent(app: Flask) -> None:
    assert post_of(app.config["SETTINGS"]) is None
