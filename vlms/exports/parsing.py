"""Uploaded bytes to a sheet, in this process, with every failure a refusal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import TypeVar

from vlms.core.errors import BadInput
from vlms.core.text import _
from vlms.exports.csv_reading import read_csv
from vlms.exports.sheets import Limits, Sheet, refusal
from vlms.exports.xlsx_checks import check_kind
from vlms.exports.xlsx_reading import damaged, read_sheets, read_xlsx

Read = TypeVar("Read")


def parse(body: bytes, filename: str, limits: Limits) -> Sheet:
    """The first visible sheet of `body`. Raises BadInput, and nothing else, for bad files.

    It runs in a child process of its own (see `reading`), since a hostile file may still
    cost more memory or time than its size tells.
    """
    if _checked_kind(body, filename, limits) == ".csv":
        return read_csv(body, limits)
    return _read_soundly(lambda: read_xlsx(body, limits))


def parse_sheets(body: bytes, filename: str, limits: Limits) -> dict[str, Sheet]:
    """Every visible sheet of a workbook by its name; raises as `parse` does."""
    if _checked_kind(body, filename, limits) == ".csv":
        sentence = _("A CSV file holds one sheet only, and several are needed.")
        raise refusal("wrong_kind", sentence, _("Choose an Excel workbook (.xlsx)."))
    return _read_soundly(lambda: read_sheets(body, limits))


def _checked_kind(body: bytes, filename: str, limits: Limits) -> str:
    if len(body) > limits.body_bytes:
        sentence = _("The file is larger than %(limit)s MiB.", limit=limits.body_bytes >> 20)
        raise refusal("too_large", sentence, _("Divide it into several files."))
    extension = PurePath(filename).suffix.lower()
    check_kind(body, extension)
    return extension


def _read_soundly(read: Callable[[], Read]) -> Read:
    try:
        return read()
    except (BadInput, MemoryError, RecursionError):
        raise
    except Exception as error:
        # What damaged parts raise in XML and number parsers has no common class.
        raise damaged() from error
