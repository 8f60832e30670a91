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
from typing import IO, NoReturn

from flask import Flask

from tests.support.owning import owner_engine
from vlms.app import create_app
from vlms.core.db import db
from vlms.settings import read_settings

ROOT = Path(__file__).parents[2]
Labour = Callable[[Flask, timedelta], object]


class Yard:
    """Starts workers from one process that has the application ready."""

    def __init__(self, orders: IO[str], answers: IO[str]) -> None:
        self.orders, self.answers = orders, answers

    def start(self, count: int, minutes_ahead: int) -> list[int]:
        """Their process ids."""
        self.orders.write(f"{count} {minutes_ahead}\n")
        self.orders.flush()
        return [int(word) for word in self._line().split()]

    def wait(self) -> None:
        """Until all workers have ended, killed or not."""
        assert self._line() == "\n"

    def _line(self) -> str:
        line = self.answers.readline()
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
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Yard(process.stdin, process.stdout)
        finally:
            process.stdin.close()
            process.wait(60)


@contextmanager
def split_yard(app: Flask, labour: Labour) -> Iterator[Yard]:
    """A yard that is this very process, split in two: at once, with the settings of the tests.

    Its workers are processes as all others, and killed as these are.
    """
    _let_go()
    (orders_out, orders_in), (answers_out, answers_in) = os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        _be_yard(app, labour, (orders_out, answers_in), (orders_in, answers_out))
    os.close(orders_out)
    os.close(answers_in)
    with open(answers_out, encoding="ascii") as answers:
        try:
            with open(orders_in, "w", encoding="ascii") as orders:
                yield Yard(orders, answers)
        finally:
            os.waitpid(pid, 0)


def _let_go() -> None:
    """No connection is open that two processes would have then."""
    db.session.remove()
    for engine in (db.engine, owner_engine()):
        engine.dispose()


def _be_yard(app: Flask, labour: Labour, own: tuple[int, int], others: tuple[int, int]) -> NoReturn:
    try:
        for end in others:
            os.close(end)
        with open(own[0], encoding="ascii") as orders, open(own[1], "w", encoding="ascii") as out:
            _answer(app, labour, orders, out)
    finally:
        os._exit(0)


def serve(labour: Labour) -> None:
    """Answer the lines on standard input, until it ends."""
    app = create_app(read_settings(os.environ))
    with app.app_context():
        _answer(app, labour, sys.stdin, sys.stdout)


def _answer(app: Flask, labour: Labour, orders: IO[str], answers: IO[str]) -> None:
    for line in orders:
        count, minutes = map(int, line.split())
        pids = [_fork(app, timedelta(minutes=minutes), labour) for _each in range(count)]
        print(*pids, flush=True, file=answers)
        for pid in pids:
            os.waitpid(pid, 0)
        print(flush=True, file=answers)


def _fork(app: Flask, ahead: timedelta, labour: Labour) -> int:
    """A worker; this process has no thread and no connection that it could inherit."""
    assert threading.active_count() == 1
    db.engine.dispose()
    pid = os.fork()
    if pid == 0:
        labour(app, ahead)
        os._exit(0)
    return pid
