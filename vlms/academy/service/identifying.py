"""How the test provider knows the candidates of a sitting, and who consented (A2)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from vlms.academy.models.sittings import ExamSeat, Sitting
from vlms.academy.rules.identity import Identity, check_latin, check_own_account
from vlms.academy.rules.seat_state import SeatStep, next_seat_state
from vlms.academy.service.candidates import identity_of, sharers_in
from vlms.academy.service.seats import chosen, get_deliverable, require_each, take
from vlms.core.work import Work


def correct(work: Work, sitting_id: UUID, identities: Mapping[UUID, Identity]) -> Sitting:
    """Say how the test provider knows the candidates, and who consented; by seat.

    Two of a sitting have no account in common (A2).
    Raises SomeRefused, SeatRefused, Forbidden, NotFound.
    """
    sitting = get_deliverable(work, sitting_id)
    seats = chosen(sitting, list(identities))
    changed = [seat for seat in seats if identity_of(seat) != identities[seat.id]]
    sharers = sharers_in(sitting, identities)

    def check(seat: ExamSeat) -> None:
        next_seat_state(seat.state, SeatStep.CORRECT)
        check_latin(identities[seat.id].legal_name or "")
        check_own_account(identities[seat.id].provider_account, sharers.get(seat.id))

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
