"""How people's certifications stand at an instant: state, window, days left, next attempt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.certifications.errors import RenewalRefused
from vlms.certifications.models import HeldCertification
from vlms.certifications.queries.needs import life_of
from vlms.certifications.queries.transcripts import failures_of, list_held
from vlms.certifications.rules.activity import check_active
from vlms.certifications.rules.renewal import (
    ZONE,
    RenewalState,
    RenewalTerms,
    check_attempt,
    next_attempt,
    state_at,
    window,
)
from vlms.certifications.terms import renewal_terms
from vlms.core.clock import local_day
from vlms.core.versions import Version


@dataclass(frozen=True)
class Standing:
    """A certification at an instant; the days are days in UTC (R2).

    `days` are those until the window opens, or those that are left in it. `next_attempt_at` is
    the earliest instant of an attempt, None where none can renew any more (R3, R4). `inactive`
    is why nobody can renew it now (R1), `why_not` why its holder cannot at this instant;
    `again_on` is when the same was earned again (R4).
    """

    held: HeldCertification
    state: RenewalState
    opens_on: date | None = None
    days: int = 0
    next_attempt_at: datetime | None = None
    inactive: RenewalRefused | None = None
    why_not: RenewalRefused | None = None
    again_on: date | None = None

    @property
    def can_renew(self) -> bool:
        is_open = self.state in (RenewalState.WINDOW_OPEN, RenewalState.DUE)
        return is_open and self.inactive is None


def standing_of(held: HeldCertification, failures: Sequence[datetime], now: datetime) -> Standing:
    """`failures` are the failed attempts of its present window, in order."""
    today = local_day(now, ZONE)
    version = renewal_terms(today)
    state = state_at(held.expires_on, now, version.terms)
    if held.expires_on is None:
        return Standing(held, state)
    opens_on = window(held.expires_on, version.terms).opens_on
    edge = opens_on if state is RenewalState.VALID else held.expires_on
    inactive = _inactive(held, today, version)
    at = next_attempt(held.expires_on, failures, now, version.terms) if inactive is None else None
    why_not = inactive or _why_not(held.expires_on, failures, now, version)
    return Standing(held, state, opens_on, (edge - today).days, at, inactive, why_not)


def _inactive(
    held: HeldCertification, today: date, version: Version[RenewalTerms]
) -> RenewalRefused | None:
    try:
        check_active(life_of(held.certification), today, version)
    except RenewalRefused as refusal:
        return refusal
    return None


def _why_not(
    last_day: date, failures: Sequence[datetime], now: datetime, version: Version[RenewalTerms]
) -> RenewalRefused | None:
    try:
        check_attempt(last_day, failures, now, version)
    except RenewalRefused as refusal:
        return refusal
    return None


def list_standings(session: Session, person_ids: Sequence[UUID], now: datetime) -> list[Standing]:
    """Of these people; what ends first comes first, what never ends last."""
    held = list_held(session, person_ids)
    failed = failures_of(session, held)
    return [
        replace(standing_of(one, failed.get(one.id, ()), now), again_on=earned_again(one, held))
        for one in held
    ]


def earned_again(one: HeldCertification, held: Sequence[HeldCertification]) -> date | None:
    """When the same person earned the same next, of all that they hold."""
    whose = (one.person_id, one.certification_key)
    days = [
        other.earned_on
        for other in held
        if (other.person_id, other.certification_key) == whose and other.earned_on > one.earned_on
    ]
    return min(days, default=None)
