"""Forms about benefits."""

from __future__ import annotations

from vlms.academy.service.benefits import CODE_LENGTH
from vlms.core.reading import read_text
from vlms.core.text import _
from vlms.web.forms import ChoiceField, Form, LongTextField, TextField


class TakeForm(Form):
    """A benefit for a person."""

    benefit = ChoiceField(_("Benefit"))
    person = TextField(
        _("Person"),
        read_text(200),
        _("E-mail address or number of a member of faculty or staff."),
    )
    note = LongTextField(_("What it is for"), 500, _("May be left empty."))


class AnswerForm(Form):
    """The programme's answer with its code."""

    code = TextField(
        _("The programme's code"),
        read_text(CODE_LENGTH),
        _("Kept sealed; only who asked sees it."),
        render_kw={"autocomplete": "off"},
    )
    answer = LongTextField(_("How it is used"), 500, _("May be left empty. No code here."))


class RefusalForm(Form):
    """The programme's refusal."""

    answer = LongTextField(_("Why it is refused"), 500)
