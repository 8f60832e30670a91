"""Workers that seal anew, killed in the middle of it again and again."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from datetime import timedelta
from functools import partial
from uuid import UUID

from flask import Flask

from tests.support.making import making
from tests.support.making_sealed import Texts, keys_of, opened, owner_of
from tests.support.worker_yard import Yard, split_yard
from vlms.core.attempts import in_work
from vlms.core.clock import system_clock
from vlms.core.db import reading
from vlms.core.scope import System
from vlms.keys.queries import Span, count_in
from vlms.keys.service.resealing import Pace, reseal
from vlms.keys.service.rotating import rotate

# Small, so that there are many moments between two pieces.
PIECE = 5


def rotate_under_kills(app: Flask, texts: Texts, kills: int) -> int:
    """Seal the texts anew, turn after turn, under kills; how often a worker was struck."""
    with making(system_clock()) as work:
        owner_id = owner_of(work, texts)
    struck = 0
    with split_yard(app, _work) as yard:
        while struck < kills:
            span = _turn(owner_id)
            # Not always at the same step of a piece.
            while struck < kills and _strike(yard, span, (struck % 9) * 0.004):
                struck += 1
                assert opened(system_clock(), texts) == texts
            yard.start(1, 0)
            yard.wait()
            assert _left(span) == 0
            assert opened(system_clock(), texts) == texts
    return struck


def _turn(owner_id: UUID) -> Span:
    """What is to be sealed anew first: the rest of a release, then what the last key sealed."""
    if _left(Span(None)):
        return Span(None)
    with making(system_clock()) as work:
        retired = keys_of(work, owner_id)[-1].id
    in_work(partial(making, system_clock()), lambda work: rotate(work, owner_id, "test"))
    return Span(retired)


def _strike(yard: Yard, span: Span, pause: float) -> bool:
    """Kill a worker after its first piece; whether it had more to do."""
    left = _left(span)
    (pid,) = yard.start(1, 0)
    patience = time.monotonic() + 20
    while _left(span) == left and time.monotonic() < patience:
        time.sleep(0.001)
    time.sleep(pause)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    yard.wait()
    return _left(span) > 0


def _left(span: Span) -> int:
    with reading(System("test")) as session:
        return count_in(session, span)


def _work(_app: Flask, _ahead: timedelta) -> None:
    reseal(partial(making, system_clock()), Pace(PIECE))
