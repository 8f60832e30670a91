"""Many keys a few at a time: no statement names more than a database takes at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

Item = TypeVar("Item")
AT_ONCE = 500


def in_parts(items: Iterable[Item], size: int = AT_ONCE) -> Iterator[Sequence[Item]]:
    """The items in their order, at most so many together."""
    waiting = list(items)
    for first in range(0, len(waiting), size):
        yield waiting[first : first + size]
