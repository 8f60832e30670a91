"""Workers that give and take back handouts, killed in the middle of it again and again."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from threading import Event
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from tests.support.making import making
from tests.support.making_handouts import (
    Giver,
    count_in,
    holder_counts,
    make_giver,
    paste,
)
from tests.support.worker_yard import Yard, open_yard, serve
from vlms.codes.rules.lifecycle import State
from vlms.core.clock import system_clock
from vlms.core.db import reading
from vlms.core.scope import System
from vlms.giving.handout_job import GIVE, HANDOUT_JOBS, TAKE_BACK, plan_handout
from vlms.giving.models.handouts import Handout, HandoutRow
from vlms.giving.rules.handouts import Act, Outcome
from vlms.giving.service.handout_confirming import begin_undo, confirm
from vlms.giving.service.handout_making import Wishes
from vlms.jobs.worker import run_due

WORKERS = 2


@contextmanager
def handout_yard(app: Flask) -> Iterator[Yard]:
    with open_yard(app, "tests.support.handout_workers", {}) as opened:
        yield opened


def plan_giving(now: datetime, giver: Giver, text: str) -> UUID:
    """A handout, confirmed and left to a job."""
    handout_id = paste(now, giver, text, Wishes(act=Act.RESERVE))
    with making(now) as work:
        handout = work.session.get_one(Handout, handout_id)
        confirm(work, handout)
        plan_handout(work, handout, GIVE)
    return handout_id


def plan_undo(now: datetime, handout_id: UUID) -> None:
    with making(now) as work:
        handout = work.session.get_one(Handout, handout_id)
        begin_undo(work, handout)
        plan_handout(work, handout, TAKE_BACK)


class Slaughter:
    """Kills the workers of a yard in the middle of their work, as long as there is any."""

    def __init__(self, yard: Yard, most: int) -> None:
        self.yard, self.most = yard, most
        self.starts = self.struck = 0

    def work_off(self, handout_id: UUID, end: Outcome) -> None:
        """Until every row has come to this end; not more kills than wanted."""
        while self.struck < self.most and (done := self._done(handout_id, end)) is not None:
            self._kill_at_work(handout_id, end, done)
        self._start()
        self.yard.wait()
        assert self._done(handout_id, end) is None, "rows are left over"

    def _kill_at_work(self, handout_id: UUID, end: Outcome, done: int) -> None:
        pids = self._start()
        patience = time.monotonic() + 20
        while self._done(handout_id, end) == done and time.monotonic() < patience:
            time.sleep(0.001)
        # Not always at the same step of a piece.
        time.sleep((self.starts % 9) * 0.011)
        is_at_work = self._done(handout_id, end) is not None
        for pid in pids:
            # One that found nothing left to do may have ended by itself.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.yard.wait()
        self.struck += is_at_work

    def _start(self) -> list[int]:
        self.starts += 1
        return self.yard.start(WORKERS, 3 * self.starts)

    @staticmethod
    def _done(handout_id: UUID, end: Outcome) -> int | None:
        """How many rows have come to the end; None when all have."""
        own = (HandoutRow.handout_id == handout_id, HandoutRow.outcome == end)
        with reading(System("test")) as session:
            count = session.scalar(select(func.count(HandoutRow.id)).where(*own)) or 0
            total = session.get_one(Handout, handout_id).row_count
        return None if count == total else int(count)


def give_and_take_back(app: Flask, count: int, kills: int, turns: int) -> int:
    """Give to so many and take back, in turns, under kills; how often a worker was struck."""
    names = [f"p{place:04}" for place in range(count)]
    giver = make_giver(system_clock(), names, count)
    text = "\n".join(f"{name}@contoso.example" for name in names)
    with handout_yard(app) as yard:
        slaughter = Slaughter(yard, kills)
        for _turn in range(turns):
            handout_id = plan_giving(system_clock(), giver, text)
            slaughter.work_off(handout_id, Outcome.GIVEN)
            assert holder_counts() == [1] * count
            plan_undo(system_clock(), handout_id)
            slaughter.work_off(handout_id, Outcome.UNDONE)
            assert count_in(State.AVAILABLE) == count
            if slaughter.struck >= kills:
                break
    return slaughter.struck


def _work(_app: Flask, ahead: timedelta) -> None:
    run_due(HANDOUT_JOBS, lambda: system_clock() + ahead, Event())


if __name__ == "__main__":
    serve(_work)
