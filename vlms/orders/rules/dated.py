"""Numbers of rules as dated data: the entry that is in effect on a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar


class Dated(Protocol):
    """Anything that holds from a day until another entry takes over."""

    @property
    def effective_from(self) -> date: ...


Entry = TypeVar("Entry", bound=Dated)


def in_effect(entries: Iterable[Entry], day: date) -> Entry:
    """The latest entry that began on `day` or before; LookupError when none had begun."""
    begun = [entry for entry in entries if entry.effective_from <= day]
    if not begun:
        raise LookupError(f"nothing is in effect on {day}")
    return max(begun, key=lambda entry: entry.effective_from)
