"""Forms of disclosures."""

from __future__ import annotations

from vlms.core.text import _
from vlms.web.forms import Form, LongTextField


class RevealForm(Form):
    """For what one code is looked at (C8)."""

    reason = LongTextField(
        _("What the code is needed for"), 500, _("The journal keeps it, with your name.")
    )
