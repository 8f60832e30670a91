"""Hands mails to the mail server: each quickly, or not at all, over one connection a run."""

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
# Servers close what has been open for long; a connection is changed before they do.
MOST_MAILS = 100


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


class Line:
    """A connection to the server for several mails, opened when the first one goes.

    One that the server has closed meanwhile is opened again; a mail that failed on it for any
    reason but its own is not sent again here, as nobody knows how far it came.
    """

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self._smtp: smtplib.SMTP | None = None
        self._sent_count = 0

    def send(self, mail: EmailMessage) -> Failure | None:
        """Send the mail; None when the server has taken it."""
        try:
            with self._watched() as smtp:
                smtp.send_message(mail)
            self._sent_count += 1
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _said in refused.recipients.values()]
            return Failure(f"recipient refused {codes[0]}", all(code >= 500 for code in codes))
        except smtplib.SMTPDataError as refused:
            return Failure(f"mail refused {refused.smtp_code}", refused.smtp_code >= 500)
        except smtplib.SMTPResponseException as refused:
            # What ails the sender or the sign-in is for the operator to mend: try again.
            self.hang_up()
            return Failure(f"{type(refused).__name__} {refused.smtp_code}", False)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self.hang_up()
            return Failure(type(error).__name__, False)
        return None

    def hang_up(self) -> None:
        """Say good-bye where somebody is still there."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()
            smtp.close()

    @contextmanager
    def _watched(self) -> Iterator[smtplib.SMTP]:
        """The open connection; a server that drips its answers is cut off."""
        if self._smtp is not None and not self._is_alive(self._smtp):
            self.hang_up()
        smtp = self._smtp or smtplib.SMTP(timeout=CONNECT_SECONDS, local_hostname="localhost")
        # smtplib's time-out is for each answer.
        watch = Timer(self.server.total_seconds, _cut, [smtp])
        watch.daemon = True
        watch.start()
        try:
            if self._smtp is None:
                self._open(smtp)
            yield smtp
        except BaseException:
            if self._smtp is None:
                smtp.close()
            raise
        finally:
            watch.cancel()

    def _is_alive(self, smtp: smtplib.SMTP) -> bool:
        if self._sent_count >= MOST_MAILS:
            return False
        try:
            smtp.rset()
        except (smtplib.SMTPException, OSError):
            return False
        return True

    def _open(self, smtp: smtplib.SMTP) -> None:
        server = self.server
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
        self._smtp, self._sent_count = smtp, 0


def _cut(smtp: smtplib.SMTP) -> None:
    if smtp.sock is not None:
        with suppress(OSError):
            smtp.sock.shutdown(socket.SHUT_RDWR)
