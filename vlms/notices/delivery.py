"""Delivers what waits in the outbox, each message by one worker at a time."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from flask import current_app

from vlms.core.attempts import retrying
from vlms.core.errors import Conflict
from vlms.core.work import Work
from vlms.jobs.service import HeldJob
from vlms.notices import smtp
from vlms.notices.directory import directory
from vlms.notices.models import OutboxMessage
from vlms.notices.rendering import make_mail, write_letter
from vlms.notices.service import ClaimedMessage, claim_message, note_failure, note_sent
from vlms.settings import Settings

Opening = Callable[[], AbstractContextManager[Work]]
"""Opens a unit of work for all organisations."""


@dataclass
class Delivered:
    """How a run went."""

    sent_count: int = 0
    failed_count: int = 0


@dataclass(frozen=True)
class Post:
    """From where and through which server mail goes, and to which site its links lead."""

    server: smtp.MailServer
    sender: str
    base_url: str


def post_of(settings: Settings) -> Post | None:
    """None where no mail server is set: messages then wait."""
    if settings.smtp_host is None:
        return None
    server = smtp.MailServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_user,
        settings.smtp_password,
        settings.smtp_tls,
    )
    return Post(server, settings.mail_from, settings.base_url)


def deliver_mail(held: HeldJob) -> None:
    """The job: send all that is due. Each step prolongs the job's lease."""
    post = post_of(current_app.config["SETTINGS"])
    if post is not None:
        deliver_due(post, held.work)


def deliver_due(post: Post, opening: Opening) -> Delivered:
    """Send every message that is due. Nobody waits for a slow server but this worker."""
    run = Delivered()
    while (claimed := retrying(lambda: _claim(opening))) is not None:
        failure = _deliver(post, claimed, opening)
        _keep(opening, claimed, failure)
        run.sent_count += failure is None
        run.failed_count += failure is not None
    return run


def _claim(opening: Opening) -> ClaimedMessage | None:
    with opening() as work:
        return claim_message(work)


def _deliver(post: Post, claimed: ClaimedMessage, opening: Opening) -> smtp.Failure | None:
    message = claimed.message
    link = ""
    if message.link_id is not None:
        found = _open_link(opening, message)
        if found is None:
            return smtp.Failure("its link has ended", True)
        link = post.base_url + found
    try:
        mail = make_mail(message, write_letter(message, link), post.sender)
    except Exception as error:
        # Whatever is wrong with one message, the others are not to wait for it.
        return smtp.Failure(type(error).__name__, True)
    return smtp.send(post.server, mail)


def _open_link(opening: Opening, message: OutboxMessage) -> str | None:
    with opening() as work:
        assert message.link_id is not None
        found = directory().find_open_link(work.session, message.link_id, work.now)
        return found.path if found else None


def _keep(opening: Opening, claimed: ClaimedMessage, failure: smtp.Failure | None) -> None:
    def attempt() -> None:
        with opening() as work:
            if failure is None:
                note_sent(work, claimed)
            else:
                note_failure(work, claimed, failure.word, is_final=failure.is_final)

    try:
        retrying(attempt)
    except Conflict:
        # It took longer than a claim lasts, or was replaced: the other's word counts.
        return
