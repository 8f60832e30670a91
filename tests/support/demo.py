"""The demo's data in a test's database, and the tests' clock set to its moment."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tests.support.clock import StillClock
from vlms.demo.cli import play, set_stage
from vlms.demo.orders import Stage


@dataclass(frozen=True)
class Played:
    """The demo as it stands, its orders by their names in the story."""

    stage: Stage
    orders: dict[str, UUID]


def play_demo(clock: StillClock) -> Played:
    """Everything that `vlms demo` makes, around the clock's instant."""
    stage = set_stage(clock())
    return Played(stage, play(stage))
