"""When somebody may sit an exam again, from the seats that they had (A4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from vlms.academy.errors import SeatRefused
from vlms.catalog.rules.retake import Retake, RetakeTerms, next_retake
from vlms.core.text import _


@dataclass(frozen=True)
class Attempt:
    """An exam that was started; without a result `has_passed` is None."""

    at: datetime
    has_passed: bool | None


def retake_after(attempts: Sequence[Attempt], zone: str, terms: RetakeTerms) -> Retake | None:
    """When the next attempt may be; None where none was made, or the last was passed.

    An attempt without a result counts as failed until it has one: the wait only gets shorter.
    """
    ordered = sorted(attempts, key=lambda one: one.at)
    if not ordered or ordered[-1].has_passed:
        return None
    return next_retake([one.at for one in ordered if not one.has_passed], zone, terms)


def check_retake(
    attempts: Sequence[Attempt], starts_at: datetime, zone: str, terms: RetakeTerms
) -> None:
    """Raises SeatRefused with the next possible day for a sitting that comes too early.

    Attempts after the sitting do not count.
    """
    earlier = [one for one in attempts if one.at < starts_at]
    retake = retake_after(earlier, zone, terms)
    if retake is None or starts_at >= retake.allowed_at:
        return
    allowed = retake.allowed_at.astimezone(ZoneInfo(zone))
    raise SeatRefused(
        "A4",
        _(
            "The exam may be taken again from %(day)s, %(time)s on, at the earliest.",
            day=allowed.date(),
            time=f"{allowed:%H:%M}",
        ),
        reason="retake_limit" if retake.is_held_by_limit else "retake_wait",
        way_out=_("Choose a later sitting for this candidate."),
        facts={"allowed_at": retake.allowed_at},
    )
