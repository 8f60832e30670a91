"""Forms of moving in, and of entitlements."""

from __future__ import annotations

from wtforms import HiddenField
from wtforms.validators import ValidationError

from vlms.core.reading import read_day, read_whole
from vlms.core.text import _
from vlms.planning.rules.opening_sheets import LARGEST
from vlms.web.forms import DayField, Form, LongTextField, TextField, YesField
from vlms.web.uploads import UploadField

_NUMERIC = {"inputmode": "numeric", "maxlength": 10}


class WorkbookForm(Form):
    """The workbook to be looked at."""

    file = UploadField(
        _("Workbook (.xlsx)"), _("The filled-in template, with as many of its sheets as you need.")
    )


class SignForm(Form):
    """The signature under an opening balance."""

    mails = YesField(
        _("Mail holders who have not claimed their code"),
        _("Leave it unticked if they were told before: then nobody gets a mail."),
    )
    signs = YesField(_("I sign that this is how things stand"))

    def validate_signs(self, field: YesField) -> None:
        if not field.data:
            raise ValidationError(str(_("Tick it to sign: nothing is written without that.")))


class EntitlementForm(Form):
    """What of an entitlement is used, and until when it lasts."""

    quantity = TextField(_("Quantity"), read_whole(0, LARGEST), render_kw=_NUMERIC)
    used = TextField(_("Used"), read_whole(0, LARGEST), render_kw=_NUMERIC)
    ends_on = DayField(_("Last day"), read_day)
    note = LongTextField(_("Note"), 500)
    version = HiddenField(default="0")

    @property
    def shown_version(self) -> int:
        """That of the page; what was tampered with is none."""
        typed = self.version.data or ""
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else 0
