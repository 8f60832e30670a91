"""Forms in which a data key is changed or dropped."""

from __future__ import annotations

from vlms.core.reading import read_text
from vlms.core.text import _
from vlms.web.forms import Form, LongTextField, TextField


class KeyForm(Form):
    """Why a key is changed."""

    reason = LongTextField(_("Why"), 500, _("The journal keeps it, with your name."))


class ShredForm(KeyForm):
    """Why an organisation's keys are dropped, and its short name to confirm it."""

    confirm = TextField(
        _("The organisation's short name"), read_text(60), _("Typed to confirm: it is final.")
    )
