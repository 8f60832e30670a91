"""Hands one mail to the mail server: quickly, or not at all."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from threading import Timer

CONNECT_SECONDS = 5.0
TOTAL_SECONDS = 30.0


@dataclass(frozen=True)
class MailServer:
    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = True
    total_seconds: float = TOTAL_SECONDS


@dataclass(frozen=True)
class Failure:
    """Why a mail was not taken. `word` names it without an address or a text in it."""

    word: str
    is_final: bool


def send(server: MailServer, mail: EmailMessage) -> Failure | None:
    """Send the mail; None when the server has taken it."""
    try:
        with _connected(server) as smtp:
            smtp.send_message(mail)
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _said in refused.recipients.values()]
        return Failure(f"recipient refused {codes[0]}", all(code >= 500 for code in codes))
    except smtplib.SMTPDataError as refused:
        return Failure(f"mail refused {refused.smtp_code}", refused.smtp_code >= 500)
    except smtplib.SMTPResponseException as refused:
        # What ails the sender or the sign-in is for the operator to mend: try again.
        return Failure(f"{type(refused).__name__} {refused.smtp_code}", False)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        return Failure(type(error).__name__, False)
    return None


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    smtp = smtplib.SMTP(timeout=CONNECT_SECONDS, local_hostname="localhost")
    # smtplib's time-out is for each answer; a server that drips them is cut off here.
    watch = Timer(server.total_seconds, _cut, [smtp])
    watch.daemon = True
    watch.start()
    try:
        code, said = smtp.connect(server.host, server.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, said)
        if smtp.sock is not None:
            smtp.sock.settimeout(server.total_seconds)
        if server.tls:
            # Without the host's name its certificate could not be checked.
            smtp._host = server.host  # type: ignore[attr-defined]
            smtp.starttls(context=ssl.create_default_context())
        if server.user and server.password:
            smtp.login(server.user, server.password)
        yield smtp
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
    finally:
        watch.cancel()
        smtp.close()


def _cut(smtp: smtplib.SMTP) -> None:
    if smtp.sock is not None:
        with suppress(OSError):
            smtp.sock.shutdown(socket.SHUT_RDWR)
