"""Between which last days a certification stands how, on one day (R1, R2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from vlms.certifications.rules.renewal import RenewalState, RenewalTerms, window
from vlms.core.term import ONE_DAY, add_months

# A month's end is up to three days later than the window's first day, counted forward.
_CLAMPED = timedelta(days=3)


@dataclass(frozen=True)
class Edges:
    """What ends before `today` has lapsed; until `due_until` it is due, until `open_until` its
    window is open, later it is valid."""

    today: date
    due_until: date
    open_until: date

    def span_of(self, state: RenewalState) -> tuple[date, date] | None:
        """The first and the last of the last days that stand so; None: those without any."""
        return {
            RenewalState.LAPSED: (date.min, self.today - ONE_DAY),
            RenewalState.DUE: (self.today, self.due_until),
            RenewalState.WINDOW_OPEN: (self.due_until + ONE_DAY, self.open_until),
            RenewalState.VALID: (self.open_until + ONE_DAY, date.max),
            RenewalState.NEVER_EXPIRES: None,
        }[state]


def edges_on(today: date, terms: RenewalTerms) -> Edges:
    """By the terms of that day, in UTC."""
    latest = add_months(today, terms.window_months) + _CLAMPED
    while window(latest, terms).opens_on > today:
        latest -= ONE_DAY
    return Edges(today, min(today + terms.due, latest), latest)
