"""Mail that came back is noted once, from a folder of reports or a provider's signed post."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from tests.support.bounces import post_of_bounce, report_of, signed
from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.pages import CheckingClient
from tests.support.racing import race
from vlms.audit.queries import list_entries
from vlms.core.errors import Conflict
from vlms.core.language import Language
from vlms.core.tokens import new_id
from vlms.notices.bouncing import Looked, look_for_bounces, note_bounce
from vlms.notices.cli import messages
from vlms.notices.events import MailBounced
from vlms.notices.models import MessageState, OutboxMessage
from vlms.notices.outbox import Mail, Recipient, post
from vlms.notices.rules.bounce_event import LARGEST_POST
from vlms.notices.rules.delivery_report import Bounce
from vlms.settings import SettingsRefused, read_settings

KEY = b"a shared secret of thirty-two by"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@pytest.fixture
def with_provider(app: Flask) -> Iterator[None]:
    """The settings of an installation whose mail provider posts."""
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, bounce_secret=SECRET)
    yield
    app.config["SETTINGS"] = settings


def make_sent(clock: StillClock, state: MessageState = MessageState.SENT) -> OutboxMessage:
    facts = {"organisation": "Contoso", "email": "ann@contoso.example"}
    with making(clock()) as work:
        mail = Mail("invitation", new_id(), str(new_id()), facts=facts)
        message = post(work, mail, Recipient("Ann", "ann@contoso.example", Language.ENGLISH))
        assert message is not None
        message.state, message.attempts = state, 1
        message.sent_at = clock() if state is MessageState.SENT else None
    return message


def bounced(clock: StillClock, message: OutboxMessage) -> tuple[str | None, MessageState] | None:
    """What the server said, and the state; None for a mail that did not come back."""
    with making(clock()) as work:
        found = work.session.get_one(OutboxMessage, message.id)
        return (found.bounce_note, found.state) if found.bounced_at else None


def id_of(message: OutboxMessage) -> str:
    return f"<{message.id}@operator.example>"


def make_folder(path: Path, *reports: bytes) -> Path:
    for name in ("new", "cur", "tmp"):
        (path / name).mkdir(parents=True)
    for number, report in enumerate(reports):
        (path / "new" / f"{number}.host").write_bytes(report)
    return path


def test_a_folder_of_reports_is_read_once(app: Flask, clock: StillClock, tmp_path: Path) -> None:
    gone, fine, late = make_sent(clock), make_sent(clock), make_sent(clock)
    folder = make_folder(
        tmp_path / "box",
        report_of(id_of(gone)),
        report_of(id_of(late), action="delayed", status="4.4.1"),
        b"\xff garbage",
        report_of(f"<{new_id()}@operator.example>"),
        report_of(id_of(gone)),
    )
    (folder / "new" / "link").symlink_to(folder / "cur")
    assert look_for_bounces(folder, lambda: making(clock())) == Looked(5, 1)
    assert bounced(clock, gone) == ("5.1.1 smtp; 550 5.1.1 no such user", MessageState.SENT)
    assert (bounced(clock, fine), bounced(clock, late)) == (None, None)
    assert len(list((folder / "cur").iterdir())) == 5
    assert look_for_bounces(folder, lambda: making(clock())) == Looked(0, 0)
    with making(clock()) as work:
        told = [entry.action for entry in list_entries(work.session, gone.id)]
    assert told.count("message.bounced") == 1


def test_a_folder_that_is_none_is_said(app: Flask, clock: StillClock, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match="no maildir"):
        look_for_bounces(tmp_path, lambda: making(clock()))


def test_what_came_back_is_told_once_however_often_and_at_once(
    app: Flask, clock: StillClock
) -> None:
    message = make_sent(clock)
    with making(clock()) as work:
        assert note_bounce(work, Bounce(message.id, "x")) is True
        (event,) = work.events
        assert event == MailBounced(message.id, message.subject_id, None)
    with making(clock()) as work:
        assert note_bounce(work, Bounce(message.id, "y")) is False
        assert work.events == []
    other = make_sent(clock)

    def noting() -> bool:
        with making(clock()) as work:
            return note_bounce(work, Bounce(other.id, "x"))

    results = race(app, [noting] * 8)
    assert sorted(map(bool, results)) == [False] * 7 + [True]


def test_what_never_left_cannot_come_back(app: Flask, clock: StillClock) -> None:
    dead, unsent = make_sent(clock, MessageState.DEAD), make_sent(clock, MessageState.WAITING)
    with making(clock()) as work:
        assert note_bounce(work, Bounce(dead.id, "x")) is False
    with making(clock()) as work:
        work.session.get_one(OutboxMessage, unsent.id).attempts = 0
    with making(clock()) as work:
        assert note_bounce(work, Bounce(unsent.id, "x")) is False
        assert note_bounce(work, Bounce(new_id(), "x")) is False


def test_one_whose_worker_died_before_noting_it_sent_is_not_sent_again(
    app: Flask, clock: StillClock
) -> None:
    message = make_sent(clock, MessageState.WAITING)
    with making(clock()) as work:
        assert note_bounce(work, Bounce(message.id, "x")) is True
    assert bounced(clock, message) == ("x", MessageState.SENT)


def send(client: CheckingClient, body: bytes, headers: dict[str, str]) -> int:
    return client.post(
        "/hooks/bounces", data=body, headers=headers, content_type="application/json"
    ).status_code


def test_a_provider_posts_a_bounce_and_the_same_again_changes_nothing(
    client: CheckingClient, clock: StillClock, with_provider: None
) -> None:
    message = make_sent(clock)
    body = post_of_bounce(id_of(message), reason="550 <script>\x00")
    headers = signed(KEY, body, clock())
    assert send(client, body, headers) == 204
    assert bounced(clock, message) == ("550 <script>", MessageState.SENT)
    assert send(client, body, headers) == 204
    other = post_of_bounce(id_of(message), reason="later")
    assert send(client, other, signed(KEY, other, clock(), "msg_2")) == 204
    assert bounced(clock, message) == ("550 <script>", MessageState.SENT)


def test_what_is_not_signed_or_too_old_changes_nothing(
    client: CheckingClient, clock: StillClock, with_provider: None
) -> None:
    message = make_sent(clock)
    body = post_of_bounce(id_of(message))
    good = signed(KEY, body, clock())
    assert send(client, body, {}) == 401
    assert send(client, body, signed(b"x" * 32, body, clock())) == 401
    assert send(client, body + b" ", good) == 401
    clock.move(seconds=301)
    assert send(client, body, good) == 401
    assert bounced(clock, message) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        b"[]",
        b"{}",
        b"[" * 60_000,
        b'{"type": 1}',
        b"\xff\xfe",
        b"NaN",
        b'{"type": "message.bounced"}',
        b'{"type": "message.bounced", "data": {"message_id": 1}}',
    ],
)
def test_what_is_no_event_is_refused(
    client: CheckingClient, clock: StillClock, with_provider: None, body: bytes
) -> None:
    # What is no JSON that every reader takes alike is refused at the gate already.
    assert send(client, body, signed(KEY, body, clock())) in (400, 422)


def test_other_events_and_foreign_mails_are_taken_and_mean_nothing(
    client: CheckingClient, clock: StillClock, with_provider: None
) -> None:
    message = make_sent(clock)
    bodies = [
        json.dumps({"type": "message.opened", "data": {"message_id": id_of(message)}}).encode(),
        post_of_bounce(id_of(message), is_permanent=False),
        post_of_bounce(id_of(message), is_permanent="yes"),
        post_of_bounce("<else@where.example>"),
        post_of_bounce(f"<{new_id()}@operator.example>"),
    ]
    for body in bodies:
        assert send(client, body, signed(KEY, body, clock())) == 204
    assert bounced(clock, message) is None


def test_a_post_that_is_too_large_is_not_read(
    client: CheckingClient, clock: StillClock, with_provider: None
) -> None:
    body = b" " * (LARGEST_POST + 1)
    assert send(client, body, signed(KEY, body, clock())) == 413


def test_without_a_secret_nothing_is_taken(client: CheckingClient, clock: StillClock) -> None:
    body = post_of_bounce(id_of(make_sent(clock)))
    assert send(client, body, signed(KEY, body, clock())) == 404


def test_on_the_command_line(app: Flask, clock: StillClock, tmp_path: Path) -> None:
    first, second = make_sent(clock), make_sent(clock)

    def run(*words: str) -> str:
        result = CliRunner().invoke(messages, words, obj=lambda: app)
        assert result.exit_code == 0, (result.output, result.exception)
        return result.stdout.strip()

    assert run("bounced", str(first.id), "no such user") == "Noted."
    assert run("bounced", str(first.id)) == "It never left, or was noted before."
    assert "No folder" in run("read-bounces")
    settings = app.config["SETTINGS"]
    folder = make_folder(tmp_path / "box", report_of(id_of(second)))
    app.config["SETTINGS"] = replace(settings, bounce_mailbox=f"maildir:{folder}")
    try:
        assert run("read-bounces") == "1 read, 1 came back."
    finally:
        app.config["SETTINGS"] = settings


@pytest.mark.parametrize(
    "setting",
    [
        {"VLMS_BOUNCE_MAILBOX": "imap://x"},
        {"VLMS_BOUNCE_MAILBOX": "maildir:relative"},
        {"VLMS_BOUNCE_SECRET": "short"},
    ],
)
def test_settings_that_could_not_work_are_refused(setting: dict[str, str]) -> None:
    with pytest.raises(SettingsRefused, match=next(iter(setting))):
        read_settings(setting)
