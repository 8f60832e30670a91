"""Writes a message of the outbox out, in its recipient's language.

The standard text is a template `templates/mail/<name>.txt`: its subject on one line, then an
empty line, then the text. It is given `facts`, `to_name` and `link` (an address, or empty), and
`day_of` and `moment_of` for the ISO texts that facts hold: `{{ day_of(facts.last_day)|day }}`.
An organisation's own wording is never a template: its placeholders are filled in, once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from flask import current_app, render_template
from flask_babel import force_locale
from markupsafe import Markup, escape

from vlms.core.errors import DomainError
from vlms.core.language import Language
from vlms.core.text import _
from vlms.notices.models import LetterVersion, OutboxMessage
from vlms.notices.rules.letter_text import fill
from vlms.web.locales import show_day, show_minor, show_number, show_zone

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# A full stop behind an address, of either script, is none of it.
_ADDRESS = re.compile(r"https?://[!#-&(-;=?-~]*[#-&*+/-9=@-Z_a-z~-]")
_TAGS = {Language.ENGLISH: "en", Language.TRADITIONAL_CHINESE: "zh-Hant-TW"}


class Unsendable(DomainError):
    """This message cannot become a mail, today or later."""

    reason = "unsendable"


@dataclass(frozen=True)
class Letter:
    """A message as it is read: subject and text, its link filled in."""

    subject: str
    text: str
    reply_name: str | None = None

    @property
    def html(self) -> Markup:
        """The text as paragraphs, its addresses as links; everything else escaped."""
        parts = re.split(r"\n\s*\n", self.text.strip())
        return Markup("\n").join(Markup("<p>{}</p>").format(_lines(part)) for part in parts)


def _lines(part: str) -> Markup:
    return Markup("<br>\n").join(_linked(line) for line in part.strip().split("\n"))


def _linked(line: str) -> Markup:
    written, begins = Markup(""), 0
    for found in _ADDRESS.finditer(line):
        written += escape(line[begins : found.start()])
        written += Markup('<a href="{0}">{0}</a>').format(found[0])
        begins = found.end()
    return written + escape(line[begins:])


def write_letter(
    message: OutboxMessage, link: str, wording: LetterVersion | None = None, off: str = ""
) -> Letter:
    """The message's subject and text with this link; an empty one where it has none.

    `wording` is the organisation's own, if it is written in one; `off` the address under
    which its recipient can switch such messages off.
    """
    with force_locale(message.language.value):
        letter = _own(message, link, wording) if wording else _standard(message, link)
        if message.facts.get("is_trial"):
            subject = str(_("Trial: %(subject)s", subject=letter.subject))
            letter = Letter(subject, letter.text, letter.reply_name)
        if not off:
            return letter
        last_line = _("You do not want such messages? Switch them off: %(address)s", address=off)
        return Letter(letter.subject, f"{letter.text}\n{last_line}\n", letter.reply_name)


def _standard(message: OutboxMessage, link: str) -> Letter:
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


def _own(message: OutboxMessage, link: str, wording: LetterVersion) -> Letter:
    values = _values(message, link)
    parts = [fill(part, values).strip() for part in (wording.text, wording.signature or "")]
    text = "\n\n".join(part for part in parts if part) + "\n"
    return Letter(one_line(fill(wording.subject, values)), text, wording.reply_name)


def _values(message: OutboxMessage, link: str) -> Mapping[str, str]:
    """What each placeholder stands for; names of others that hold line breaks lose them."""
    facts = message.facts
    found = {name: one_line(str(facts[name])) for name in _AS_THEY_ARE if name in facts}
    found["name"] = one_line(message.to_name)
    found["link"] = link or current_app.config["SETTINGS"].base_url + facts.get("path", "")
    is_english = message.language is Language.ENGLISH
    found["product"] = one_line(facts.get("product_en" if is_english else "product_zh", ""))
    if "last_day" in facts:
        found["last_day"] = show_day(date.fromisoformat(facts["last_day"]))
        found["zone"] = show_zone(facts["zone"])
    if "count" in facts:
        found["count"] = show_number(facts["count"])
    if "total_minor" in facts:
        found["total"] = show_minor(facts["total_minor"], facts["currency"])
    return found


_AS_THEY_ARE = ("organisation", "order", "agreement", "batch", "pack")


def one_line(text: str) -> str:
    """The text without what could begin another line, and so another header."""
    return _CONTROLS.sub(" ", text).strip()


def message_id_of(message: OutboxMessage, sender: str) -> str:
    """Always the same, so that a mail sent twice is known for one."""
    return f"<{message.id}@{sender.partition('@')[2]}>"


def make_mail(message: OutboxMessage, letter: Letter, sender: str, off: str = "") -> EmailMessage:
    """The mail to be sent, as text and as HTML. Raises Unsendable for an impossible address.

    With `off`, an address that a POST switches such messages off at, mail programs offer it
    (RFC 8058).
    """
    mail = EmailMessage(policy=SMTP)
    try:
        mail["From"] = Address(one_line(letter.reply_name or ""), addr_spec=sender)
        mail["To"] = Address(one_line(message.to_name), addr_spec=message.to_address)
    except (ValueError, IndexError) as error:
        raise Unsendable(None, _("This e-mail address cannot be used.")) from error
    if letter.reply_name:
        mail["Reply-To"] = Address(one_line(letter.reply_name), addr_spec=sender)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = message_id_of(message, sender)
    mail["Auto-Submitted"] = "auto-generated"
    if off:
        mail["List-Unsubscribe"] = f"<{off}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.text, cte="base64")
    mail.add_alternative(_page(message, letter), subtype="html", cte="base64")
    # Set before, it would go to the first part alone.
    mail["Content-Language"] = _TAGS[message.language]
    return mail


def _page(message: OutboxMessage, letter: Letter) -> str:
    return Markup(
        '<!doctype html>\n<html lang="{}"><head><meta charset="utf-8"><title>{}</title></head>\n'
        "<body>\n{}\n</body></html>\n"
    ).format(_TAGS[message.language], letter.subject, letter.html)
