"""When a certification expires, when it can be renewed, and when it may be tried again (R1-R4).

All days are days in UTC (R2), each certification is looked at by itself (R4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from vlms.certifications.errors import RenewalRefused
from vlms.core.clock import local_day
from vlms.core.term import add_months, end_of_day, start_of_day
from vlms.core.text import _
from vlms.core.versions import Version

ZONE = "UTC"


class RenewalState(StrEnum):
    """How a certification stands at an instant."""

    VALID = "valid"
    WINDOW_OPEN = "window_open"
    DUE = "due"
    LAPSED = "lapsed"
    NEVER_EXPIRES = "never_expires"


@dataclass(frozen=True)
class RenewalTerms:
    """The numbers of R1-R3, and which kinds expire and are renewed; the others never expire.

    `due` is our decision: so long before the end it is urgent.
    """

    renewed_kinds: tuple[str, ...]
    existence_months: int
    validity_months: int
    window_months: int
    due: timedelta
    renewed_months: int
    second_wait: timedelta
    later_wait: timedelta


@dataclass(frozen=True)
class Window:
    """From the first instant of one day in UTC until the end of another (R2)."""

    opens_on: date
    last_day: date

    @property
    def opens_at(self) -> datetime:
        return start_of_day(self.opens_on, ZONE)

    @property
    def ends_at(self) -> datetime:
        """The first instant at which it is too late."""
        return end_of_day(self.last_day, ZONE)

    def holds(self, at: datetime) -> bool:
        return self.opens_at <= at < self.ends_at


def is_renewed(kind: str, terms: RenewalTerms) -> bool:
    """R1: whether certifications of this kind expire, by the terms of the day they were earned."""
    return kind in terms.renewed_kinds


def never_expires(version: Version[RenewalTerms]) -> RenewalRefused:
    """R1: the refusal of an attempt to renew what does not expire by this version."""
    return RenewalRefused(
        "R1",
        _(
            "This kind of certification never expires, by version %(version)s of the terms: there "
            "is nothing to renew.",
            version=version.name,
        ),
        reason="never_expires",
        way_out=_("Leave out the attempts."),
        facts={"version": version.name, "source": version.source},
    )


def expires_on(earned_on: date, terms: RenewalTerms) -> date:
    """R1: the last day of what was earned on a day, by the terms of that day.

    Raises OverflowError beyond the calendar.
    """
    return add_months(earned_on, terms.validity_months)


def renewed_until(expiry: date, terms: RenewalTerms) -> date:
    """R3: the last day after a pass; counted from the present one, not from the pass."""
    return add_months(expiry, terms.renewed_months)


def window(expiry: date, terms: RenewalTerms) -> Window:
    """R2: when a passed renewal assessment renews."""
    return Window(add_months(expiry, -terms.window_months), expiry)


def state_at(expiry: date | None, at: datetime, terms: RenewalTerms) -> RenewalState:
    """How it stands; without a last day it never expires (R1)."""
    if expiry is None:
        return RenewalState.NEVER_EXPIRES
    today = local_day(at, ZONE)
    if today > expiry:
        return RenewalState.LAPSED
    if today < window(expiry, terms).opens_on:
        return RenewalState.VALID
    return RenewalState.DUE if expiry - today <= terms.due else RenewalState.WINDOW_OPEN


def allowed_from(failures: Sequence[datetime], terms: RenewalTerms) -> datetime | None:
    """R3: when the waits after these failures, in their order, are over; None without any."""
    if not failures:
        return None
    return failures[-1] + (terms.second_wait if len(failures) == 1 else terms.later_wait)


def next_attempt(
    expiry: date, failures: Sequence[datetime], at: datetime, terms: RenewalTerms
) -> datetime | None:
    """The earliest instant from `at` on at which an attempt may begin; None: none any more."""
    open_days = window(expiry, terms)
    waited = allowed_from(failures, terms)
    found = max(at, open_days.opens_at, *([waited] if waited else []))
    return found if open_days.holds(found) else None


def check_attempt(
    expiry: date, failures: Sequence[datetime], at: datetime, version: Version[RenewalTerms]
) -> None:
    """Raises RenewalRefused for an attempt outside of the window or before its wait is over.

    `failures` are those of this window in their order.
    """
    open_days = window(expiry, version.terms)
    facts = {"version": version.name, "source": version.source}
    if at < open_days.opens_at:
        raise RenewalRefused(
            "R2",
            _(
                "Renewal begins on %(day)s, in UTC, by version %(version)s of the terms.",
                day=open_days.opens_on,
                version=version.name,
            ),
            reason="window_not_open",
            way_out=_("Take the renewal assessment from that day on."),
            facts={**facts, "opens_on": open_days.opens_on},
        )
    if at >= open_days.ends_at:
        raise RenewalRefused(
            "R4",
            _(
                "The certification expired at the end of %(day)s, in UTC, by version "
                "%(version)s of the terms.",
                day=open_days.last_day,
                version=version.name,
            ),
            reason="lapsed",
            way_out=_("It must be earned again by its exams."),
            facts={**facts, "expired_on": open_days.last_day},
        )
    _check_wait(failures, at, version)


def _check_wait(failures: Sequence[datetime], at: datetime, version: Version[RenewalTerms]) -> None:
    waited = allowed_from(failures, version.terms)
    if waited is None or at >= waited:
        return
    allowed = waited.astimezone(UTC)
    raise RenewalRefused(
        "R3",
        _(
            "The next attempt is possible on %(day)s, %(time)s UTC, at the earliest, by version "
            "%(version)s of the terms.",
            day=allowed.date(),
            time=f"{allowed:%H:%M}",
            version=version.name,
        ),
        reason="wait",
        way_out=_("Until then, go through the learning modules of the assessment."),
        facts={"version": version.name, "source": version.source, "allowed_at": allowed},
    )
