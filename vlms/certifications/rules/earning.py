"""When passed exams make a certification (R1, R4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date


def earned_on(
    exams: Sequence[str], passes: Mapping[str, Sequence[date]], after: date | None
) -> date | None:
    """The day on which the last of the exams was passed; None while one is missing.

    `after` is the last day of the same certification when it has expired: what has expired is
    earned again by passes behind that day (R4). Without exams nothing is earned by itself.
    """
    firsts = []
    for number in exams:
        days = [day for day in passes.get(number, ()) if after is None or day > after]
        if not days:
            return None
        firsts.append(min(days))
    return max(firsts, default=None)
