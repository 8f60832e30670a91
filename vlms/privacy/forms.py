"""Forms of erasing."""

from __future__ import annotations

from vlms.core.reading import read_email, read_text
from vlms.core.text import _
from vlms.privacy.service import Decision
from vlms.web.forms import Form, TextField, YesField


class ErasureForm(Form):
    typed = TextField(
        _("Name of whom you erase"), read_text(200), _("Type it exactly as it is shown.")
    )
    reason = TextField(
        _("Why"), read_text(500), _("The journal keeps it: name nobody and no address in it.")
    )
    lets_codes_lapse = YesField(
        _("Their codes that can still be used lapse unused"), _("They pass to nobody (C2).")
    )

    def decision(self) -> Decision:
        lapses = self._fields.get("lets_codes_lapse")
        return Decision(self.typed.value, self.reason.value, bool(lapses and lapses.data))


class FindUserForm(Form):
    email = TextField(_("E-mail address"), read_email, _("Of the user who is to be erased."))
