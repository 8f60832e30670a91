"""Forms of letters."""

from __future__ import annotations

from wtforms import HiddenField

from vlms.core.reading import optional, read_text
from vlms.core.text import _
from vlms.notices.kinds import TITLES
from vlms.notices.rules.letter_text import (
    LETTERS,
    LONGEST_REPLY_NAME,
    LONGEST_SIGNATURE,
    LONGEST_SUBJECT,
    LONGEST_TEXT,
    Wording,
)
from vlms.web.forms import ChoiceField, Form, LongTextField, TextField, YesField


class NewLetterForm(Form):
    template = ChoiceField(
        _("Kind of message"), [(template, TITLES[template]) for template in LETTERS]
    )
    name = TextField(
        _("Name of the letter"), read_text(80), _("For choosing it; nobody else reads it.")
    )
    is_usual = YesField(_("Take it wherever no letter is chosen"))


class WordingForm(Form):
    """One letter in one language; `base` is the version that is being changed."""

    subject = TextField(_("Subject"), read_text(LONGEST_SUBJECT))
    text = LongTextField(_("Text"), LONGEST_TEXT, render_kw={"rows": 14})
    signature = LongTextField(
        _("Signature"), LONGEST_SIGNATURE, _("Stands below the text."), render_kw={"rows": 4}
    )
    reply_name = TextField(
        _("Name of the sender"),
        optional(read_text(LONGEST_REPLY_NAME)),
        _("Stands beside the address that the mail comes from, and that answers go to."),
    )
    base = HiddenField(default="0")

    def wording(self) -> Wording:
        """What was typed; line ends as every mail has them."""
        return Wording(
            self.subject.value,
            _lines(self.text.value) or "",
            _lines(self.signature.value),
            self.reply_name.value,
        )

    def base_number(self) -> int:
        """The version that was opened; one that was tampered with is none."""
        text = self.base.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1


def _lines(text: str | None) -> str | None:
    return text.replace("\r\n", "\n").replace("\r", "\n") if text else None
