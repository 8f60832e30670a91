"""Long work in pieces: each a unit of work of its own, written down together with its result.

Whoever goes on after a crash takes up where the last piece that was kept has ended.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from vlms.core.attempts import OpenWork, in_work, retrying
from vlms.core.work import Work
from vlms.jobs.held import HeldJob


class Progress(NamedTuple):
    """Of how many things the turn is over, and of how many in all."""

    done: int
    total: int

    @property
    def is_over(self) -> bool:
        return self.done >= self.total


TakeNext = Callable[[Work], Progress]


def take_all_pieces(open_work: OpenWork, take_next: TakeNext) -> None:
    """One piece after the other, while somebody waits for it."""
    while not in_work(open_work, take_next).is_over:
        pass


def work_off(held: HeldJob, take_next: TakeNext, result: Callable[[Work], dict[str, Any]]) -> None:
    """The same by a job, in the name of who asked; `result` is the job's when all is over."""

    def take_piece() -> bool:
        with held.work(held.asker) as work:
            progress = take_next(work)
            held.tell_progress(work, *progress)
            if progress.is_over:
                held.finish(work, result(work))
        return progress.is_over

    while not retrying(take_piece):
        pass
