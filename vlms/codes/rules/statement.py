"""What a holder says of an exam's result (C3): a note, which decides nothing."""

from __future__ import annotations

from datetime import date

from vlms.core.errors import BadInput, DomainError
from vlms.core.text import _


class StatementRefused(DomainError):
    """A result that its holder cannot state of this appointment."""

    reason = "statement_refused"


def check_statement(appointment_day: date, stated_on: date, today: date, *, is_lost: bool) -> None:
    """Whether a result of this day may be noted; the days are those of the holder's zone.

    Raises StatementRefused for an appointment that was cancelled or missed, or is still to
    come; BadInput for a day before it or in the future.
    """
    if is_lost:
        raise StatementRefused(
            "C3",
            _("This appointment was cancelled or missed, so that it has no result."),
            way_out=_("If you did sit the exam, let the exam provider correct the record."),
        )
    if appointment_day > today:
        raise StatementRefused(
            "C3",
            _("The appointment is still to come."),
            way_out=_("Note the result once you have sat the exam."),
        )
    if not appointment_day <= stated_on <= today:
        raise BadInput(
            "C3",
            _("The day lies before the appointment or in the future."),
            field="stated_on",
            way_out=_("Enter the day on which you sat the exam."),
        )
