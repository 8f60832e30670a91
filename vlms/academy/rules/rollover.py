"""What goes from one term to the next, and what stays where it is (A2, F11)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from vlms.academy.errors import QuotaRefused
from vlms.core.text import _


class Fate(StrEnum):
    """What becomes of a quota of the term that is over; reserved and used exams never move."""

    MOVES = "moves"
    NOTHING_FREE = "nothing_free"
    PACK_ENDS = "pack_ends"
    SCHOOL_LEFT = "school_left"


def fate_of(
    free: int, pack_last_day: date, next_first_day: date, today: date, *, is_covered: bool = True
) -> Fate:
    """What is free moves, unless its pack ends before the next term begins or is over.

    Of a school that has left the agreement (not `is_covered`) it stays, to be moved by hand.
    """
    if not free:
        return Fate.NOTHING_FREE
    if not is_covered:
        return Fate.SCHOOL_LEFT
    ends = pack_last_day < next_first_day or pack_last_day < today
    return Fate.PACK_ENDS if ends else Fate.MOVES


def check_terms(old_days: tuple[date, date], new_days: tuple[date, date], today: date) -> None:
    """Raises QuotaRefused unless the old term is over and the other comes after it."""
    if new_days[0] <= old_days[1]:
        raise QuotaRefused(
            "A2",
            _("The next term must begin after the term that is over."),
            reason="terms_overlap",
            field="to",
            way_out=_("Choose a term that begins after %(day)s.", day=old_days[1]),
        )
    if today <= old_days[1]:
        raise QuotaRefused(
            "A2",
            _("The term still runs until %(day)s.", day=old_days[1]),
            reason="term_runs",
            field="from",
            way_out=_("Carry over once it has ended; single quotas can be moved before."),
        )
    if new_days[1] < today:
        raise QuotaRefused(
            "A2",
            _("The next term ended on %(day)s.", day=new_days[1]),
            reason="term_over",
            field="to",
            way_out=_("Choose a term that is still to be used."),
        )
