"""Reading what people upload: lists as .xlsx or .csv, zips of CSV, however hostile."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import IO, BinaryIO

from vlms.core.text import _
from vlms.core.uploads import Upload
from vlms.exports.raw_rows import RawSheet
from vlms.exports.sheets import Limits, Problem, Row, Sheet, refusal
from vlms.exports.wire import load, load_raw, load_sheets, load_tables
from vlms.exports.zip_tables import TextTable
from vlms.resources import PACKAGE

__all__ = [
    "Limits",
    "Problem",
    "Row",
    "Sheet",
    "read_raw",
    "read_rows",
    "read_sheets",
    "read_tables",
    "read_upload",
]

WALL_SECONDS = 15
_CHUNK = 1 << 16


def read_rows(stream: BinaryIO, filename: str, limits: Limits | None = None) -> Sheet:
    """The first visible sheet of an uploaded file.

    It is parsed in a child process with 512 MiB and 10 seconds, which has none of this
    one's settings. Raises BadInput for a file that cannot be used at all; what is wrong
    with single rows and cells stands in the sheet's `problems`.
    """
    return load(_answer(stream, {"filename": filename}, limits or Limits()))


def read_sheets(stream: BinaryIO, filename: str, limits: Limits) -> dict[str, Sheet]:
    """Every visible sheet of an uploaded workbook by its name, parsed in such a child too.

    Raises BadInput for a file that cannot be used at all.
    """
    return load_sheets(_answer(stream, {"filename": filename, "sheets": True}, limits))


def read_tables(stream: BinaryIO, wanted: Sequence[str], limits: Limits) -> dict[str, TextTable]:
    """The wanted CSV files of an uploaded zip by name, parsed in such a child process too.

    Raises BadInput for a file that cannot be used at all.
    """
    return load_tables(_answer(stream, {"tables": list(wanted)}, limits))


def read_raw(
    stream: BinaryIO, filename: str, limits: Limits, encoding: str | None = None
) -> RawSheet:
    """The rows of an uploaded file as they stand, parsed in such a child process too.

    Raises BadInput for a file that cannot be used at all.
    """
    return load_raw(_answer(stream, {"filename": filename, "raw": encoding}, limits))


def _answer(stream: BinaryIO, asked: Mapping[str, object], limits: Limits) -> str:
    with tempfile.TemporaryFile() as body, tempfile.TemporaryFile() as answer:
        _copy(stream, body, limits.body_bytes + 1)
        body.seek(0)
        _run_child(body, answer, json.dumps({**asked, "limits": asdict(limits)}))
        answer.seek(0)
        return answer.read().decode()


def read_upload(upload: Upload, limits: Limits | None = None) -> Sheet:
    """The same of a file that is kept until somebody has confirmed it."""
    return read_rows(upload.stream(), upload.filename, limits)


def _copy(source: BinaryIO, target: IO[bytes], most: int) -> None:
    while most > 0 and (chunk := source.read(min(_CHUNK, most))):
        target.write(chunk)
        most -= len(chunk)


def _run_child(body: IO[bytes], answer: IO[bytes], asked: str) -> None:
    try:
        subprocess.run(
            [sys.executable, "-m", "vlms.exports.reading_child", asked],
            stdin=body,
            stdout=answer,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(PACKAGE.parent), "PYTHONIOENCODING": "utf-8"},
            cwd="/",
            timeout=WALL_SECONDS,
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        # Stopped by a limit, or worse: the file is to blame in each case.
        raise refusal(
            "too_costly",
            _("The file takes too much time or memory to read."),
            _("Copy the list's values into a new workbook, or divide it into several files."),
        ) from error
