"""The form by which a reason is given for taking something back."""

from __future__ import annotations

from vlms.core.reading import read_text
from vlms.core.text import _
from vlms.web.forms import Form, TextField

LONGEST = 300


class ReasonForm(Form):
    reason = TextField(
        _("Reason for taking it back"), read_text(LONGEST), _("The journal keeps it.")
    )
