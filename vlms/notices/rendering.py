"""Writes a message of the outbox out, in its recipient's language, from templates/mail.

A template `templates/mail/<name>.txt` begins with its subject on one line, then an empty
line, then the text. It is given `facts`, `to_name` and `link` (an address, or empty), and
`day_of` and `moment_of` for the ISO texts that facts hold: `{{ day_of(facts.last_day)|day }}`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from flask import render_template
from flask_babel import force_locale

from vlms.core.errors import DomainError
from vlms.core.language import Language
from vlms.core.text import _
from vlms.notices.models import OutboxMessage

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TAGS = {Language.ENGLISH: "en", Language.TRADITIONAL_CHINESE: "zh-Hant-TW"}


class Unsendable(DomainError):
    """This message cannot become a mail, today or later."""

    reason = "unsendable"


@dataclass(frozen=True)
class Letter:
    """A message as it is read: subject and text, its link filled in."""

    subject: str
    text: str


def write_letter(message: OutboxMessage, link: str) -> Letter:
    """The message's subject and text with this link; an empty one where it has none."""
    with force_locale(message.language.value):
        written = render_template(
            f"mail/{message.template}.txt",
            facts=message.facts,
            to_name=one_line(message.to_name),
            link=link,
            day_of=date.fromisoformat,
            moment_of=datetime.fromisoformat,
        )
    subject, _newline, text = written.strip().partition("\n")
    return Letter(one_line(subject), text.strip() + "\n")


def one_line(text: str) -> str:
    """The text without what could begin another line, and so another header."""
    return _CONTROLS.sub(" ", text).strip()


def make_mail(message: OutboxMessage, letter: Letter, sender: str) -> EmailMessage:
    """The mail to be sent. Raises Unsendable when the address cannot be written.

    Its Message-ID is always the same, so that a mail sent twice is known for one.
    """
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"] = Address(addr_spec=sender)
        mail["To"] = Address(one_line(message.to_name), addr_spec=message.to_address)
    except (ValueError, IndexError) as error:
        raise Unsendable(None, _("This e-mail address cannot be used.")) from error
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<{message.id}@{sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text, cte="base64")
    mail["Content-Language"] = _TAGS[message.language]
    return mail
