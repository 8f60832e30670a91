"""How the test provider knows the candidates of a sitting, and who consented (A2)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from vlms.academy.models.sittings import ExamSeat, Sitting
from vlms.academy.rules.identity import Identity, check_latin
from vlms.academy.rules.seat_state import SeatStep, next_seat_state
from vlms.academy.service.seats import chosen, get_deliverable, identity_of, require_each, take
from vlms.core.work import Work


def correct(work: Work, sitting_id: UUID, identities: Mapping[UUID, Identity]) -> Sitting:
    """Say how the test provider knows the candidates, and who consented; by seat.

    Raises SomeRefused, SeatRefused, Forbidden, NotFound.
    """
    sitting = get_deliverable(work, sitting_id)
    seats = chosen(sitting, list(identities))
    changed = [seat for seat in seats if identity_of(seat) != identities[seat.id]]

    def check(seat: ExamSeat) -> None:
        next_seat_state(seat.state, SeatStep.CORRECT)
        check_latin(identities[seat.id].legal_name or "")

    require_each(changed, check)
    for seat in changed:
        identity = identities[seat.id]
        values = {
            "legal_name": identity.legal_name,
            "provider_account": identity.provider_account,
            "is_minor": identity.is_minor,
            "consent_on": identity.consent_on,
        }
        take(work, [seat], SeatStep.CORRECT, values)
    return sitting
