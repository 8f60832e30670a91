"""Numbers of a rule as dated data: each version holds from a day on and names its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

Terms = TypeVar("Terms")


@dataclass(frozen=True)
class Version(Generic[Terms]):
    """The terms that hold from a day on; None: from the beginning, as far back as anybody asks."""

    name: str
    valid_from: date | None
    source: str
    terms: Terms


def in_force(versions: Sequence[Version[Terms]], day: date) -> Version[Terms]:
    """The version of that day, so that the past is judged by the rule of its time.

    Raises LookupError when none held yet: the first version should have no first day.
    """
    held = [one for one in versions if one.valid_from is None or one.valid_from <= day]
    if not held:
        raise LookupError(f"no version holds on {day}")
    return max(held, key=lambda one: one.valid_from or date.min)
