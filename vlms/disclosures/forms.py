"""Forms of disclosures."""

from __future__ import annotations

from vlms.core.text import _
from vlms.web.forms import ChoiceField, Form, LongTextField

_KEPT = _("The journal keeps it, with your name.")


class RevealForm(Form):
    """For what one code is looked at (C8)."""

    reason = LongTextField(_("What the code is needed for"), 500, _KEPT)


class ExportForm(Form):
    """For what codes are taken out, and as which file (C8)."""

    reason = LongTextField(_("What the codes are taken out for"), 500, _KEPT)
    form = ChoiceField(_("Format"), [("xlsx", "Excel"), ("csv", "CSV"), ("pdf", "PDF")])


class PressForm(Form):
    """A button that does its work once."""


class DeclineForm(Form):
    """Why no file is to be made; whoever asked reads it."""

    reason = LongTextField(_("Why not"), 500, _("Whoever asked reads it."))


class VoidForm(Form):
    """Why the codes of an export are made void."""

    reason = LongTextField(_("Why they are made void"), 500, _KEPT)
