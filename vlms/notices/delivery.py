"""Delivers what waits in the outbox, each message by one worker at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from uuid import UUID

from flask import current_app

from vlms.core.attempts import retrying
from vlms.core.errors import Conflict
from vlms.core.links import SWITCH_OFF, sign_link
from vlms.core.work import Work, key_ring
from vlms.jobs.service import HeldJob
from vlms.notices import smtp
from vlms.notices.directory import directory
from vlms.notices.kinds import is_compulsory
from vlms.notices.models import LetterVersion, OutboxMessage
from vlms.notices.queries import find_wording
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
    with _line(post) as line:
        while (taken := retrying(lambda: _claim(opening))) is not None:
            failure = _deliver(post, line, taken)
            _keep(opening, taken.claimed, failure)
            run.sent_count += failure is None
            run.failed_count += failure is not None
    return run


@contextmanager
def _line(post: Post) -> Iterator[smtp.Line]:
    line = smtp.Line(post.server)
    try:
        yield line
    finally:
        line.hang_up()


@dataclass(frozen=True)
class _Taken:
    """A claimed message and what is written into it: its link's path, its own wording."""

    claimed: ClaimedMessage
    path: str | None
    wording: LetterVersion | None


def _claim(opening: Opening) -> _Taken | None:
    with opening() as work:
        claimed = claim_message(work)
        if claimed is None:
            return None
        message = claimed.message
        path = _open_path(work, message.link_id) if message.link_id else ""
        return _Taken(claimed, path, find_wording(work.session, message))


def _open_path(work: Work, link_id: UUID) -> str | None:
    found = directory().find_open_link(work.session, link_id, work.now)
    return found.path if found else None


def _deliver(post: Post, line: smtp.Line, taken: _Taken) -> smtp.Failure | None:
    if taken.path is None:
        return smtp.Failure("its link has ended", True)
    message = taken.claimed.message
    try:
        link = post.base_url + taken.path if taken.path else ""
        off = "" if is_compulsory(message.template) else post.base_url + switch_off_path(message)
        letter = write_letter(message, link, taken.wording, off)
        mail = make_mail(message, letter, post.sender, off)
    except Exception as error:
        # Whatever is wrong with one message, the others are not to wait for it.
        return smtp.Failure(type(error).__name__, True)
    return line.send(mail)


def switch_off_path(message: OutboxMessage) -> str:
    """Where its recipient declines such messages, without signing in."""
    return f"/notices/off/{sign_link(key_ring().link, message.id, SWITCH_OFF)}"


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
