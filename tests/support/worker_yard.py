"""Workers in processes of their own that can be killed at any moment.

One process makes the application that the environment names, once. Each line on its standard
input asks for workers: how many, and by how many minutes their clock is ahead (a dead
worker's claim runs out so without waiting). It answers with their process ids, and with an
empty line when all of them have ended.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask import Flask

from vlms.app import create_app
from vlms.core.db import db
from vlms.settings import read_settings

ROOT = Path(__file__).parents[2]
Labour = Callable[[Flask, timedelta], object]


class Yard:
    """Starts workers from one process that has the application ready."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def start(self, count: int, minutes_ahead: int) -> list[int]:
        """Their process ids."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{count} {minutes_ahead}\n")
        self.process.stdin.flush()
        return [int(word) for word in self._line().split()]

    def wait(self) -> None:
        """Until all workers have ended, killed or not."""
        assert self._line() == "\n"

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "the yard is gone"
        return line


@contextmanager
def open_yard(app: Flask, module: str, also: Mapping[str, str]) -> Iterator[Yard]:
    """A yard for the same installation as `app`; the module runs `serve` with its labour."""
    settings = app.config["SETTINGS"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VLMS_")}
    environment = {
        **kept,
        "VLMS_INSTANCE": str(settings.instance),
        "VLMS_DATABASE_URL": settings.database_url,
        **also,
    }
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=environment,
        stdin=pipe,
        stdout=pipe,
        text=True,
    ) as process:
        try:
            yield Yard(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(60)


def serve(labour: Labour) -> None:
    """Answer the lines on standard input, until it ends."""
    app = create_app(read_settings(os.environ))
    with app.app_context():
        for line in sys.stdin:
            count, minutes = map(int, line.split())
            pids = [_fork(app, timedelta(minutes=minutes), labour) for _each in range(count)]
            print(*pids, flush=True)
            for pid in pids:
                os.waitpid(pid, 0)
            print(flush=True)


def _fork(app: Flask, ahead: timedelta, labour: Labour) -> int:
    """A worker; this process has no thread and no connection that it could inherit."""
    assert threading.active_count() == 1
    db.engine.dispose()
    pid = os.fork()
    if pid == 0:
        labour(app, ahead)
        os._exit(0)
    return pid
