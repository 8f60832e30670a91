"""Forms of holders, claim links and the exam desk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import PasswordField

from vlms.authentication.forms import password_hint
from vlms.authentication.rules.passwords import SHORTEST_ALONE
from vlms.catalog.models import Exam
from vlms.codes.models import Registration
from vlms.codes.service.registering import Booking
from vlms.core.errors import BadInput
from vlms.core.reading import optional, read_moment, read_text
from vlms.core.text import Text, _, sentences
from vlms.core.zones import zone_name
from vlms.web.forms import ChoiceField, Form, MomentField, TextField, YesField
from vlms.web.locales import name_of

SITE_LENGTH = 200
TYPED_LENGTH = 300


class ClaimForm(Form):
    """Takes a code for the user who is signed in."""


class PasswordForm(Form):
    """A first password, set through a claim link."""

    password = PasswordField(
        _("Password"),
        description=password_hint(SHORTEST_ALONE),
        render_kw={"autocomplete": "new-password"},
    )


class TermsForm(Form):
    accepts = YesField(_("I have read the terms and accept them."))


class BookingForm(Form):
    """An appointment as the exam provider confirmed it; times are of `zone`."""

    exam_number = ChoiceField(_("Exam"))
    site = TextField(
        _("Site"), read_text(SITE_LENGTH), _("Where the exam is taken: test centre, or online.")
    )
    starts_at = MomentField(_("Starts at"), read_text(40))

    def __init__(self, exams: Sequence[Exam], zone: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.exam_number.choices = [(e.number, f"{e.number} {name_of(e)}") for e in exams]
        read_times(self.starts_at, zone)

    def booking(self) -> Booking:
        return Booking(self.exam_number.value, self.site.value, self.starts_at.value)


class MoveForm(Form):
    """Another date for an appointment; an empty site stays what it was."""

    starts_at = MomentField(_("New start"), read_text(40))
    site = TextField(_("Site"), read_text(SITE_LENGTH))

    def __init__(self, registration: Registration | None, zone: str, **kwargs: Any) -> None:
        super().__init__(data={"site": registration.site if registration else ""}, **kwargs)
        read_times(self.starts_at, zone)


class CancelForm(Form):
    """`accepts_loss` is asked for once a cancellation forfeits the code (C3)."""

    accepts_loss = YesField(_("I know that the voucher is forfeited."))


class DeskCancelForm(CancelForm):
    happened_at = MomentField(_("Cancelled at"), read_text(40), _("Leave it empty for just now."))

    def __init__(self, zone: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        read_times(self.happened_at, zone, is_optional=True)


class ActivateForm(Form):
    accepts = YesField(_("I accept the terms and want to open the library now."))


class CheckForm(Form):
    """A code as it was typed or scanned; it travels by POST only."""

    code = TextField(
        _("Code"),
        lambda typed, label: typed,
        _("Spaces, hyphens and small letters do not matter; O counts as 0."),
        render_kw={"autocomplete": "off", "spellcheck": "false", "autofocus": True},
    )


class OutcomeForm(Form):
    outcome = ChoiceField(_("What happened"))
    happened_at = MomentField(
        _("When it happened"),
        read_text(40),
        _("Empty: just now; for somebody who did not come, the start of the appointment."),
    )

    def __init__(self, choices: Sequence[tuple[str, Text]], zone: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.outcome.choices = [("", _("Choose what happened")), *choices]
        read_times(self.happened_at, zone, is_optional=True)


class ReplaceForm(Form):
    case_number = TextField(
        _("Provider's case number"),
        read_text(60),
        _("Under which the exam provider calls the code defective (C6)."),
    )


def read_times(field: MomentField, zone: str, *, is_optional: bool = False) -> None:
    """Let a field read local times of a zone, and name it in the hint."""
    reader = read_moment(zone)
    field.reader = optional(reader) if is_optional else reader
    named = _("In %(zone)s.", zone=zone_name(zone))
    field.description = sentences(named, field.description or "")


def check_ticked(field: YesField) -> None:
    """Raises BadInput unless a tick that the step needs was set."""
    if not field.data:
        raise BadInput(
            "C4",
            _("The terms of this code have not been accepted."),
            reason="terms_not_accepted",
            field=field.name,
            way_out=_("Read them and set the tick."),
        )
