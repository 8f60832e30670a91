"""Lets several threads do something at the same moment, each with its own connection."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from vlms.core.attempts import retrying
from vlms.core.errors import DomainError

Action = Callable[[], object]


def race(app: Flask, actions: Sequence[Action]) -> list[object]:
    """Start all actions together; what each returned, or the refusal that it ran into.

    Whoever finds the database held by others tries again, as a job does.
    """
    meeting = threading.Barrier(len(actions), timeout=30)

    def run(action: Action) -> object:
        with app.app_context():
            meeting.wait()
            try:
                return retrying(action)
            except DomainError as refusal:
                return refusal

    with ThreadPoolExecutor(len(actions)) as threads:
        return list(threads.map(run, actions))


def winners(results: Sequence[object]) -> list[object]:
    """What was not refused."""
    return [result for result in results if not isinstance(result, DomainError)]
