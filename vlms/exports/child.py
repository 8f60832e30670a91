"""A process of its own for what opens foreign files: little memory, little time, no settings."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from typing import IO

from vlms.core.text import _
from vlms.exports.sheets import refusal
from vlms.resources import PACKAGE

WALL_SECONDS = 15
MEMORY_BYTES = 512 * 1024**2
CPU_SECONDS = 10
ANSWER_BYTES = 100 * 1024**2


def ask_child(module: str, body: IO[bytes], asked: str) -> str:
    """What the module prints when it is run with `asked` as its argument and `body` on stdin.

    Raises BadInput where it does not end well: the file is to blame.
    """
    with tempfile.TemporaryFile() as answer:
        try:
            subprocess.run(
                [sys.executable, "-m", module, asked],
                stdin=body,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env={"PYTHONPATH": str(PACKAGE.parent), "PYTHONIOENCODING": "utf-8"},
                cwd="/",
                timeout=WALL_SECONDS,
                check=True,
            )
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
            # Stopped by a limit, or worse.
            raise refusal(
                "too_costly",
                _("The file takes too much time or memory to read."),
                _("Copy the list's values into a new workbook, or divide it into several files."),
            ) from error
        answer.seek(0)
        return answer.read().decode()


def live_within_limits() -> None:
    """What such a module does first."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (ANSWER_BYTES, ANSWER_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
