"""The words for sittings and seats: their states, and what the journal says of them."""

from __future__ import annotations

from collections.abc import Mapping

from vlms.academy.models.sittings import SittingState
from vlms.academy.rules.seat_state import SeatOutcome, SeatState
from vlms.core.text import Text, _

SITTING_WORDS: dict[str, Text] = {
    SittingState.SCHEDULED.value: _("Scheduled"),
    SittingState.CLOSED.value: _("Over"),
    SittingState.CANCELLED.value: _("Cancelled"),
}
SEAT_WORDS: dict[str, Text] = {
    SeatState.RESERVED.value: _("Reserved"),
    SeatState.STARTED.value: _("Started"),
    SeatState.NO_SHOW.value: _("No-show"),
    SeatState.CANCELLED.value: _("Cancelled"),
    SeatState.REVERSED.value: _("Reversed"),
}
OUTCOME_WORDS: dict[str, Text] = {
    SeatOutcome.COMING.value: _("Coming"),
    SeatOutcome.AWAITED.value: _("Taken, no result yet"),
    SeatOutcome.PASSED.value: _("Passed"),
    SeatOutcome.FAILED.value: _("Failed"),
    SeatOutcome.NO_SHOW.value: _("No-show"),
    SeatOutcome.CANCELLED.value: _("Cancelled"),
    SeatOutcome.REVERSED.value: _("Does not count: started by mistake"),
}
PASS_WORDS: dict[bool, Text] = {True: _("Passed"), False: _("Failed")}

ACTION_WORDS: dict[str, Text] = {
    "sitting.scheduled": _("Sitting scheduled"),
    "sitting.candidates_added": _("Candidates added"),
    "sitting.moved": _("Sitting moved"),
    "sitting.staffed": _("Proctor or room changed"),
    "sitting.cancelled": _("Sitting cancelled"),
    "sitting.closed": _("Sitting over"),
    "exam_seat.correct": _("Candidate corrected"),
    "exam_seat.start": _("Exam started at a sitting"),
    "exam_seat.no_show": _("No-show recorded"),
    "exam_seat.cancel": _("Seat cancelled"),
    "exam_seat.record": _("Result recorded"),
    "exam_seat.reverse": _("Start reversed"),
}
COLUMN_WORDS: dict[str, Text] = {
    "exam_number": _("Exam"),
    "site_id": _("Site"),
    "room": _("Room"),
    "proctor_id": _("Proctor"),
    "substitute_id": _("Substitute"),
    "exam_seat.legal_name": _("Legal name"),
    "provider_account": _("Account with the test provider"),
    "is_minor": _("Minor"),
    "consent_on": _("Guardian's consent"),
    "started_at": _("Started"),
    "score": _("Score"),
    "has_passed": _("Passed"),
}
VALUE_WORDS: dict[str, Mapping[str, Text]] = {
    "sitting.state": SITTING_WORDS,
    "exam_seat.state": SEAT_WORDS,
}
