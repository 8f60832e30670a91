"""Commands and jobs try again when the database was held by others; a request does not."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from sqlalchemy.exc import OperationalError

from vlms.core.work import Work

Result = TypeVar("Result")
OpenWork = Callable[[], AbstractContextManager[Work]]

_PAUSES = (0.05, 0.2, 0.8, 2.0)


def retrying(attempt: Callable[[], Result]) -> Result:
    """The result of `attempt`, which opens its own unit of work each time; five tries.

    Raises the last OperationalError (deadlock, serialization failure, busy) if none worked.
    """
    for pause in _PAUSES:
        try:
            return attempt()
        except OperationalError:
            time.sleep(pause)
    return attempt()


def in_work(open_work: OpenWork, act: Callable[[Work], Result]) -> Result:
    """The result of `act` in a unit of work of its own, which is tried again so."""

    def attempt() -> Result:
        with open_work() as work:
            return act(work)

    return retrying(attempt)
