"""The journal's words for claims, views, appointments and replacements."""

from __future__ import annotations

from vlms.codes.models import Outcome
from vlms.core.text import _

HOLDER_ACTION_WORDS = {
    "code.claim": _("Code claimed"),
    "code.terms_accepted": _("Terms accepted"),
    "code.revealed": _("Code shown to its holder"),
    "code.checked": _("Code checked at the exam desk"),
    "code.register": _("Registered for an exam"),
    "code.move": _("Appointment moved"),
    "code.cancel_in_time": _("Appointment cancelled in time"),
    "code.late_cancel": _("Appointment cancelled too late"),
    "code.provider_cancel": _("Appointment cancelled by the provider"),
    "code.no_show": _("Appointment missed"),
    "code.start_exam": _("Exam started"),
    "code.activate": _("Library opened"),
    "code.replace": _("Voided as defective and replaced"),
    "code.given_as_replacement": _("Given as a replacement"),
    "registration.made": _("Appointment made"),
    "registration.moved": _("Registration moved to another appointment"),
    "registration.ended": _("Appointment ended"),
    "person.claimed": _("Claimed by the person"),
}
HOLDER_COLUMN_WORDS = {
    "claimed_at": _("Claimed at"),
    "terms_accepted_at": _("Terms accepted at"),
    "replaces_id": _("Replaces"),
    "exam_number": _("Exam"),
    "site": _("Site"),
    "starts_at": _("Starts at"),
    "is_open": _("Not over yet"),
    "outcome": _("Outcome"),
    "outcome_at": _("Happened at"),
}
HOLDER_VALUE_WORDS = {
    "outcome": {
        Outcome.CANCELLED_IN_TIME: _("Cancelled in time"),
        Outcome.CANCELLED_LATE: _("Cancelled too late"),
        Outcome.CANCELLED_BY_PROVIDER: _("Cancelled by the provider"),
        Outcome.NO_SHOW: _("Missed"),
        Outcome.USED: _("Exam started"),
    }
}
