"""Who takes on an agreement's orders from which day until which (O4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from vlms.core.errors import BadInput
from vlms.core.term import ONE_DAY
from vlms.core.text import _


@dataclass(frozen=True, slots=True)
class Change:
    """From a day on another reseller; by name, None for no reseller."""

    first_day: date
    former: str | None
    reseller: str | None


@dataclass(frozen=True, slots=True)
class ResellerTerm:
    """A reseller's days with an agreement, both included."""

    reseller: str | None
    first_day: date
    last_day: date


def reseller_terms(
    first_day: date, last_day: date, now: str | None, changes: Sequence[Change]
) -> list[ResellerTerm]:
    """The agreement's term in parts, one a reseller; `changes` by their day.

    `now` is whose it is where nothing ever changed. A part without a day is left out: who
    took it on and gave it up before the agreement began.
    """
    starts = [(first_day, changes[0].former if changes else now)]
    starts += [(max(change.first_day, first_day), change.reseller) for change in changes]
    ends = [start - ONE_DAY for start, _name in starts[1:]] + [last_day]
    parts = (
        ResellerTerm(name, start, end) for (start, name), end in zip(starts, ends, strict=True)
    )
    return [part for part in parts if part.first_day <= part.last_day]


def check_first_day(first_day: date, today: date, last_day: date) -> None:
    """Raises BadInput for a day that has passed, or after the agreement."""
    if first_day < today:
        raise BadInput(
            "O4",
            _("This day has passed: what was ordered until today stays as it is."),
            reason="day_passed",
            field="first_day",
            way_out=_("Enter %(today)s or a later day.", today=today),
        )
    if first_day > last_day:
        raise BadInput(
            "O4",
            _("The agreement ends on %(end)s, before this day.", end=last_day),
            reason="after_the_agreement",
            field="first_day",
            way_out=_("Enter a day of the agreement."),
        )
