"""How people's certifications stand at an instant: state, window, days left, next attempt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.certifications.models import HeldCertification
from vlms.certifications.queries.transcripts import failures_of, list_held
from vlms.certifications.rules.renewal import ZONE, RenewalState, next_attempt, state_at, window
from vlms.certifications.terms import renewal_terms
from vlms.core.clock import local_day


@dataclass(frozen=True)
class Standing:
    """A certification at an instant; the days are days in UTC (R2).

    `days` are those until the window opens, or those that are left in it. `next_attempt_at` is
    the earliest instant of an attempt, None where none can renew any more (R3, R4).
    """

    held: HeldCertification
    state: RenewalState
    opens_on: date | None = None
    days: int = 0
    next_attempt_at: datetime | None = None

    @property
    def can_renew(self) -> bool:
        return self.state in (RenewalState.WINDOW_OPEN, RenewalState.DUE)


def standing_of(held: HeldCertification, failures: Sequence[datetime], now: datetime) -> Standing:
    """`failures` are the failed attempts of its present window, in order."""
    today = local_day(now, ZONE)
    terms = renewal_terms(today).terms
    state = state_at(held.expires_on, now, terms)
    if held.expires_on is None:
        return Standing(held, state)
    opens_on = window(held.expires_on, terms).opens_on
    edge = opens_on if state is RenewalState.VALID else held.expires_on
    at = next_attempt(held.expires_on, failures, now, terms)
    return Standing(held, state, opens_on, (edge - today).days, at)


def list_standings(session: Session, person_ids: Sequence[UUID], now: datetime) -> list[Standing]:
    """Of these people; what ends first comes first, what never ends last."""
    held = list_held(session, person_ids)
    failed = failures_of(session, held)
    return [standing_of(one, failed.get(one.id, ()), now) for one in held]
