"""Commands and jobs try again when the database was held by others; a request does not."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import OperationalError

Result = TypeVar("Result")

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
