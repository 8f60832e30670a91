"""The form by which the result of a renewal assessment is stated."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wtforms.validators import ValidationError

from vlms.core.reading import optional, read_moment, read_text
from vlms.core.text import _
from vlms.core.zones import zone_name
from vlms.web.forms import ChoiceField, Form, MomentField

PASSED, FAILED = "passed", "failed"


class ResultForm(Form):
    """When an assessment was taken, in a zone, and how it went."""

    attempted_at = MomentField(_("Taken at"), read_text(40))
    outcome = ChoiceField(
        _("Result"),
        [("", _("Choose what happened")), (PASSED, _("Passed")), (FAILED, _("Not passed"))],
    )

    def __init__(self, zone: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.attempted_at.reader = optional(read_moment(zone))
        self.attempted_at.description = _(
            "In %(zone)s. Leave it empty for just now.", zone=zone_name(zone)
        )

    def validate_outcome(self, field: ChoiceField) -> None:
        if not field.data:
            raise ValidationError(str(_("Choose one from the list.")))

    def tried(self, now: datetime) -> tuple[datetime, bool]:
        return self.attempted_at.value or now, self.outcome.value == PASSED
