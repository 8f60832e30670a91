"""The demo's data in a test's database, and the tests' clock set to its moment."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from tests.support.clock import StillClock
from vlms.demo.academy import play_academy
from vlms.demo.cli import set_stage
from vlms.demo.codes import play_codes
from vlms.demo.orders import Stage, play_orders


@dataclass(frozen=True)
class Played:
    """The demo as it stands, its orders by their names in the story."""

    stage: Stage
    orders: dict[str, UUID]


def play_demo(clock: StillClock) -> Played:
    """Everything that `vlms demo` makes, around the clock's instant."""
    stage = set_stage(clock())
    orders = play_orders(stage)
    play_codes(stage, orders)
    play_academy(stage)
    return Played(stage, orders)
