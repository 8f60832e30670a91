"""Reads reports of what could not be delivered (RFC 3464), as mail servers send them back.

They come from anywhere and may be anything: what is no report, or names no mail of ours, is
nothing. Only what failed for good counts; a delay may still end well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from uuid import UUID

LONGEST_REPORT = 1024 * 1024
LONGEST_NOTE = 300

_OURS = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")
_FOR_GOOD = re.compile(r"5\.[0-9]{1,3}\.[0-9]{1,3}")
_UNFIT = re.compile(r"[^\x20-\x7e]+")


@dataclass(frozen=True)
class Bounce:
    """A mail that came back for good: its message's id, and what the server said of it."""

    message_id: UUID
    note: str


def read_report(raw: bytes) -> Bounce | None:
    """What a report tells of a mail of ours; None for everything else, however broken."""
    try:
        return _read(BytesParser(policy=compat32).parsebytes(raw[:LONGEST_REPORT]))
    except Exception:
        # The standard library's parser raises many things on mails made to break it, and one
        # such mail is not to hold up the others.
        return None


def read_message_id(text: str) -> UUID | None:
    """The message's id in a Message-ID that we gave; None for another's."""
    found = _OURS.search(text)
    return UUID(found[1]) if found else None


def short_note(text: str) -> str:
    """What a foreign server said, fit for a line: short, and with nothing unseen in it."""
    return _UNFIT.sub(" ", text).strip()[:LONGEST_NOTE]


def _read(report: Message) -> Bounce | None:
    if report.get_content_type() != "multipart/report":
        return None
    note = next(_failures(report), None)
    message_id = next(_originals(report), None)
    return Bounce(message_id, note) if note is not None and message_id else None


def _failures(report: Message) -> Iterator[str]:
    """Of each recipient that failed for good: the status and the reason."""
    for part in _parts(report):
        if part.get_content_type() not in _STATUS:
            continue
        for block in part.get_payload():
            # What is no block of header lines tells nothing.
            if isinstance(block, Message) and _is_final(block):
                yield short_note(f"{block['Status']} {block.get('Diagnostic-Code', '')}")


_STATUS = ("message/delivery-status", "message/global-delivery-status")


def _is_final(block: Message) -> bool:
    action = str(block.get("Action", "")).strip().lower()
    status = str(block.get("Status", "")).strip()
    return action == "failed" and bool(_FOR_GOOD.match(status))


def _originals(report: Message) -> Iterator[UUID]:
    """The ids of the mails that are given back, whole or as their header lines."""
    for part in _parts(report):
        message_id = read_message_id(_given_back(part))
        if message_id is not None:
            yield message_id


def _given_back(part: Message) -> str:
    kind, content = part.get_content_type(), part.get_payload()
    if kind in ("message/rfc822", "message/global") and isinstance(content, list):
        mails = [mail for mail in content if isinstance(mail, Message)]
        return str(mails[0].get("Message-ID", "")) if mails else ""
    if kind in ("text/rfc822-headers", "message/global-headers"):
        return _message_id_line(part)
    return ""


def _message_id_line(part: Message) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    return str(BytesParser(policy=compat32).parsebytes(raw, headersonly=True).get("Message-ID", ""))


def _parts(report: Message) -> list[Message]:
    """The report's own parts; what lies deeper is of the mail that it gives back."""
    content = report.get_payload()
    return [part for part in content if isinstance(part, Message)] if report.is_multipart() else []
