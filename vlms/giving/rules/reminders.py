"""When the holder of a code is reminded, and when no more (F8, F10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from vlms.agreements.rules.ladder import LADDER
from vlms.codes.rules.lifecycle import State

# A person gets at most so many reminders that can wait in a week.
WEEKLY_CAP = 2
AFTER_DAYS = (3, 10, 25)
BEFORE_DAYS = (90, 30, 7, 1)
# An organisation's holders are reminded from this hour of its day on, not at night.
FROM_HOUR = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """An organisation's plan: days after assigning, days before the last day, the week's cap."""

    after_days: tuple[int, ...] = AFTER_DAYS
    before_days: tuple[int, ...] = BEFORE_DAYS
    weekly_cap: int = WEEKLY_CAP
    ladder: tuple[int, ...] = LADDER
    is_on: bool = True
    has_digest: bool = True


class Silence(StrEnum):
    """Why nobody is reminded of a code any more, or not yet."""

    NOT_ASSIGNED = "not_assigned"
    BOOKED = "booked"
    USED = "used"
    FORFEITED = "forfeited"
    VOID = "void"
    EXPIRED = "expired"
    LEFT = "left"
    NO_ADDRESS = "no_address"
    BOUNCED = "bounced"


_OF_STATES = {
    State.AVAILABLE: Silence.NOT_ASSIGNED,
    State.RESERVED: Silence.NOT_ASSIGNED,
    State.REGISTERED: Silence.BOOKED,
    State.USED: Silence.USED,
    State.ACTIVATED: Silence.USED,
    State.FORFEITED: Silence.FORFEITED,
    State.VOID: Silence.VOID,
}


@dataclass(frozen=True, slots=True)
class Held:
    """A code and its holder, as they stand; days are days of the code's zone."""

    state: State
    assigned_on: date | None
    is_claimed: bool
    last_day: date
    is_expired: bool = False
    has_left: bool = False
    has_address: bool = True
    has_bounced: bool = False
    # Nobody is reminded here of what lay before the code moved in.
    moved_in_on: date | None = None


@dataclass(frozen=True, slots=True)
class Nudge:
    """A planned reminder: so many days after assigning, or before the last day."""

    day: date
    is_before: bool
    days: int

    @property
    def occasion(self) -> str:
        """Its name: of each code it is sent once."""
        return f"{'before' if self.is_before else 'after'}-{self.days}"


def why_silent(held: Held) -> Silence | None:
    """Why the holder is not reminded; None: they may be."""
    if held.state in _OF_STATES:
        return _OF_STATES[held.state]
    if held.is_expired:
        return Silence.EXPIRED
    if held.has_left:
        return Silence.LEFT
    if not held.has_address:
        return Silence.NO_ADDRESS
    return Silence.BOUNCED if held.has_bounced else None


def nudge_due(plan: Plan, held: Held, today: date) -> Nudge | None:
    """The latest planned reminder whose day has come; earlier ones are never caught up with.

    A claim ends those after assigning; those before the last day go on until it is used.
    """
    if not plan.is_on or why_silent(held) is not None:
        return None
    come = [nudge for nudge in planned(plan, held) if nudge.day <= today <= held.last_day]
    return max(come, key=lambda nudge: (nudge.day, nudge.is_before, -nudge.days), default=None)


def planned(plan: Plan, held: Held) -> list[Nudge]:
    """All reminders of a code that the plan knows while it stands as it does, by their day.

    None of the days before the last one lies before the code was assigned.
    """
    if held.assigned_on is None:
        return []
    given = held.assigned_on
    known_on = max(given, held.moved_in_on or given)
    after = () if held.is_claimed else plan.after_days
    found = [Nudge(given + timedelta(days=days), False, days) for days in after]
    found += [Nudge(held.last_day - timedelta(days=days), True, days) for days in plan.before_days]
    return sorted(
        (nudge for nudge in found if nudge.day > known_on),
        key=lambda nudge: (nudge.day, nudge.days),
    )


def week_of(day: date) -> str:
    """The week in which a reminder counts: "2026-W47"."""
    year, week, _day = day.isocalendar()
    return f"{year}-W{week:02d}"
