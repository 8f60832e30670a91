"""What is known of the candidates of a sitting, and what is still missing (A2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from vlms.academy.models.sittings import ExamSeat, Sitting
from vlms.academy.rules.identity import (
    Identity,
    check_identity,
    check_own_account,
    who_shares,
)
from vlms.academy.rules.seat_state import OPEN

Sharers = Mapping[UUID, str]


def identity_of(seat: ExamSeat) -> Identity:
    return Identity(seat.legal_name, seat.provider_account, seat.is_minor, seat.consent_on)


def sharers_in(sitting: Sitting, changes: Mapping[UUID, Identity] | None = None) -> Sharers:
    """By seat: the name of another candidate with the same account.

    `changes` are by seat, and count instead of what is known.
    """
    known = {seat.id: identity_of(seat) for seat in sitting.seats if seat.state in OPEN}
    known |= changes or {}
    names = {seat.id: seat.person.name for seat in sitting.seats}
    return who_shares({key: (names[key], one.provider_account) for key, one in known.items()})


def check_candidate(seat: ExamSeat, day: date, sharers: Sharers) -> None:
    """Raises SeatRefused for the first that keeps a candidate's exam from starting on a day."""
    check_identity(identity_of(seat), day)
    check_own_account(seat.provider_account, sharers.get(seat.id))
