"""One thing that waits for somebody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from vlms.core.text import Text


@dataclass(frozen=True)
class Task:
    """Something that waits: the sentence says what to do, the address where.

    `level` is red for what is late or lost soon, orange for what waits, blue for what can wait.
    `is_list` says that the address is a list of just as many.
    """

    key: str
    count: int
    sentence: Text
    endpoint: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    level: str = "orange"
    picture: str = "hourglass"
    is_list: bool = True


@dataclass(frozen=True)
class FirstStep:
    """What somebody new does first, and whether it is done."""

    sentence: Text
    endpoint: str
    is_done: bool
