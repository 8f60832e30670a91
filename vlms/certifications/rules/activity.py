"""Whether a certification can be renewed at all: it is active, and has existed long enough (R1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from vlms.certifications.errors import RenewalRefused
from vlms.certifications.rules.renewal import RenewalTerms, window
from vlms.core.term import ONE_DAY, add_months
from vlms.core.text import _
from vlms.core.versions import Version


@dataclass(frozen=True)
class Life:
    """The first and the last day on which a certification is offered; None: not known."""

    available_from: date | None = None
    retires_on: date | None = None


def renewable_from(life: Life, terms: RenewalTerms) -> date | None:
    """The first day on which it has existed for more months than R1 asks; None: at any time."""
    if life.available_from is None:
        return None
    return add_months(life.available_from, terms.existence_months) + ONE_DAY


def first_renewal(expiry: date, life: Life, terms: RenewalTerms) -> date | None:
    """The day on which its renewal begins: the window's first one, or when it is old enough.

    None where it is retired by then, or lapses before (R1, R2).
    """
    first = max(window(expiry, terms).opens_on, renewable_from(life, terms) or date.min)
    is_retired = life.retires_on is not None and first > life.retires_on
    return None if is_retired or first > expiry else first


def tells_on(expiry: date, life: Life, terms: RenewalTerms, today: date) -> date | None:
    """The day on which a holder who was not told yet is told of the window; None: never (R5)."""
    first = first_renewal(expiry, life, terms)
    if first is None:
        return None
    day = max(first, today)
    ends = (expiry, life.retires_on)
    return None if any(last is not None and day > last for last in ends) else day


def check_active(life: Life, day: date, version: Version[RenewalTerms]) -> None:
    """Raises RenewalRefused where nobody can renew it on this day, in UTC (R1)."""
    facts = {"version": version.name, "source": version.source}
    if life.retires_on is not None and day > life.retires_on:
        raise RenewalRefused(
            "R1",
            _(
                "This certification was retired on %(day)s and cannot be renewed any more, by "
                "version %(version)s of the terms.",
                day=life.retires_on,
                version=version.name,
            ),
            reason="retired",
            way_out=_("It stays valid until its last day. Earn the one that has followed it."),
            facts={**facts, "retired_on": life.retires_on},
        )
    first = renewable_from(life, version.terms)
    if first is not None and day < first:
        raise RenewalRefused(
            "R1",
            _(
                "This certification is too new to be renewed: by version %(version)s of the terms "
                "that begins on %(day)s.",
                day=first,
                version=version.name,
            ),
            reason="too_new",
            way_out=_("Take the renewal assessment from that day on."),
            facts={**facts, "renewable_from": first},
        )
