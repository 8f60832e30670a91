"""Reading what people upload: lists as .xlsx or .csv, zips of CSV, however hostile."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import IO, BinaryIO

from vlms.core.uploads import Upload
from vlms.exports.child import ask_child
from vlms.exports.raw_rows import RawSheet
from vlms.exports.sheets import Limits, Problem, Row, Sheet
from vlms.exports.wire import load, load_nothing, load_picture, load_raw, load_sheets, load_tables
from vlms.exports.zip_tables import TextTable

__all__ = [
    "Limits",
    "Problem",
    "Row",
    "Sheet",
    "check_workbook",
    "read_picture",
    "read_raw",
    "read_rows",
    "read_sheets",
    "read_tables",
    "read_upload",
]

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


def check_workbook(body: bytes, limits: Limits) -> None:
    """Raises BadInput for a workbook that is a bomb, damaged or alive; such a child looks."""
    load_nothing(_answer(io.BytesIO(body), {"check": True}, limits))


def read_picture(body: bytes) -> bytes:
    """A PNG or JPEG drawn anew, as PNG, in a child process with the same limits.

    Raises BadInput for anything else.
    """
    with tempfile.TemporaryFile() as sent:
        sent.write(body)
        sent.seek(0)
        return load_picture(ask_child("vlms.exports.picture_child", sent, ""))


def _answer(stream: BinaryIO, asked: Mapping[str, object], limits: Limits) -> str:
    with tempfile.TemporaryFile() as body:
        _copy(stream, body, limits.body_bytes + 1)
        body.seek(0)
        told = json.dumps({**asked, "limits": asdict(limits)})
        return ask_child("vlms.exports.reading_child", body, told)


def read_upload(upload: Upload, limits: Limits | None = None) -> Sheet:
    """The same of a file that is kept until somebody has confirmed it."""
    return read_rows(upload.stream(), upload.filename, limits)


def _copy(source: BinaryIO, target: IO[bytes], most: int) -> None:
    while most > 0 and (chunk := source.read(min(_CHUNK, most))):
        target.write(chunk)
        most -= len(chunk)
