"""A form and a refusal for the page that shows every part."""

from __future__ import annotations

from vlms.core.errors import Conflict, Topic
from vlms.core.reading import optional, read_day, read_whole
from vlms.core.text import _
from vlms.web.forms import ChoiceField, DayField, Form, LongTextField, TextField, YesField

REFUSAL = Conflict(
    "C2",
    _("This code was assigned, so it cannot be given to another person."),
    way_out=_("Choose a code that is free."),
    ask=Topic.CODES,
)


class SampleForm(Form):
    """A field of each sort."""

    quantity = TextField(_("Quantity"), read_whole(1, 1000), hint=_("A whole number."))
    wanted_on = DayField(_("Day"), optional(read_day))
    state = ChoiceField(_("State"), [("", _("All")), ("draft", _("Draft"))], validate_choice=False)
    reason = LongTextField(_("Reason"), 200)
    is_final = YesField(_("I understand that this is final"))
