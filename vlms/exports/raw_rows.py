"""Rows of a file as they stand there, whatever stands above the heading: .csv and .xlsx."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from vlms.core.errors import BadInput
from vlms.core.text import _
from vlms.exports.sheets import Limits, RawRow, refusal, too_many_columns, too_many_rows
from vlms.exports.text_files import delimiter_of, encoding_of, sample_of, text_rows
from vlms.exports.xlsx_checks import check_kind
from vlms.exports.xlsx_reading import book_rows, damaged

_HEAD = 4096


@dataclass(frozen=True)
class RawSheet:
    """The same read already, by a process of its own."""

    read: Sequence[RawRow]
    encoding: str | None
    delimiter: str | None

    def rows(self) -> Iterator[RawRow]:
        return iter(self.read)


@dataclass(frozen=True)
class RawFile:
    """A file whose make is known: its rows may be run through as often as is needed.

    `encoding` and `delimiter` are None of a workbook.
    """

    stream: BinaryIO
    limits: Limits
    encoding: str | None = None
    delimiter: str | None = None

    def rows(self) -> Iterator[RawRow]:
        """The filled rows, one after the other. Raises BadInput."""
        found = self._book() if self.encoding is None else self._text()
        for count, row in enumerate(found, 1):
            if count > self.limits.rows:
                raise too_many_rows(self.limits)
            if len(row.values) > self.limits.columns:
                raise too_many_columns(self.limits)
            yield row

    def _text(self) -> Iterator[RawRow]:
        for number, fields in text_rows(self.stream, self.encoding or "", self.delimiter or ","):
            if any(fields):
                yield RawRow(number, fields)

    def _book(self) -> Iterator[RawRow]:
        try:
            yield from book_rows(self.stream, self.limits)
        except (BadInput, MemoryError, RecursionError):
            raise
        except Exception as error:
            # What damaged parts raise in XML and number parsers has no common class.
            raise damaged() from error


def open_raw(stream: BinaryIO, filename: str, limits: Limits, encoding: str | None) -> RawFile:
    """Find out how a file is made; `encoding` where somebody knows it better.

    Raises BadInput for a file that cannot be used at all.
    """
    extension = PurePath(filename).suffix.lower()
    if stream.seek(0, io.SEEK_END) > limits.body_bytes:
        sentence = _("The file is larger than %(limit)s MiB.", limit=limits.body_bytes >> 20)
        raise refusal("too_large", sentence, _("Divide it into several files."))
    stream.seek(0)
    check_kind(stream.read(_HEAD), extension)
    if extension == ".xlsx":
        return RawFile(stream, limits)
    found = encoding or encoding_of(stream)
    return RawFile(stream, limits, found, delimiter_of(sample_of(stream, found)))
