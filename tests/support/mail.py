"""A real SMTP server on loopback, which takes, refuses or drops what it is sent."""

from __future__ import annotations

import email
import email.policy
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Postbox:
    """What the server was sent; `answer` is what it says to the next mails (250 takes)."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.answer = "250 OK"
        self.recipient_answer = "250 OK"
        self.tried_count = 0
        self._lock = threading.Lock()

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        with self._lock:
            self.tried_count += 1
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.answer == "drop":
            server.transport.close()
            return "421 gone"
        if self.answer.startswith("250"):
            with self._lock:
                self.raw.append(envelope.content)
                parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
                assert isinstance(parsed, EmailMessage)
                self.mails.append(parsed)
        return self.answer


def text_of(mail: EmailMessage, form: str = "plain") -> str:
    """What a mail says, as `plain` text or as `html`."""
    part = mail.get_body((form,))
    assert part is not None
    return str(part.get_content())


def unused_port() -> int:
    """A port on 127.0.0.1 where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def open_postbox() -> Iterator[tuple[Postbox, int]]:
    """The postbox and the port on 127.0.0.1 where it is."""
    postbox = Postbox()
    port = unused_port()
    controller = Controller(postbox, hostname="127.0.0.1", port=port, ready_timeout=10)
    controller.start()
    try:
        yield postbox, port
    finally:
        controller.stop()
