"""Uploaded zips of CSV files, as rosters come: read line by line, each fault with its place.

A damaged line spoils itself alone, so a value has no line breaks in it.
"""

from __future__ import annotations

import csv
import io
import re
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from vlms.core.text import Text, _
from vlms.exports.sheets import (
    Limits,
    refusal,
    too_many_columns,
    too_many_rows,
    too_much_text,
)
from vlms.exports.zip_checks import has_doubles, is_bomb, is_encrypted, unpacked

_UNREADABLE = (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError, zlib.error)
_NESTED = re.compile(r"\.(zip|xls[xmb]?|docx?|gz|bz2|xz|7z|rar|tar|tgz)$", re.IGNORECASE)
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_SOUND_FIELD = re.compile(r'(?:"(?:[^"]|"")*"|[^",][^,]*|),')
_EXPORT_AGAIN = _("Let the source system export the files again.")
_MOST_FAULTS = 1_000
Line = tuple[int, tuple[str, ...]]
"""A line's number in the file, from 1, and its values, one for each heading."""


@dataclass(frozen=True)
class LineFault:
    """What is wrong with a line; `field` is its column's heading."""

    line: int
    field: str
    sentence: Text
    way_out: Text | None = None


@dataclass(frozen=True)
class TextTable:
    """One file: headings, the lines that can be read, and what is wrong with the others.

    `spoiled` are the first values of lines that cannot be read, as far as they can be told.
    """

    headers: tuple[str, ...]
    lines: Sequence[Line]
    faults: Sequence[LineFault] = ()
    spoiled: frozenset[str] = frozenset()


def parse_tables(body: bytes, wanted: Collection[str], limits: Limits) -> dict[str, TextTable]:
    """The wanted files of a zip by their names; those that are not in it are left out.

    Raises BadInput for what is no zip, or one that nobody should unpack.
    """
    if len(body) > limits.body_bytes:
        sentence = _("The file is larger than %(limit)s MiB.", limit=limits.body_bytes >> 20)
        raise refusal("too_large", sentence, _("Divide it into several files."))
    if not body.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise refusal("wrong_kind", _("The file is not a zip."), _EXPORT_AGAIN)
    try:
        with ZipFile(io.BytesIO(body)) as archive:
            entries = _entries(archive, limits)
            return {
                name: _table(unpacked(archive, entry), limits)
                for name, entry in entries.items()
                if name in wanted
            }
    except _UNREADABLE as error:
        raise refusal("damaged", _("The zip is damaged."), _EXPORT_AGAIN) from error


def _entries(archive: ZipFile, limits: Limits) -> Mapping[str, ZipInfo]:
    """The files by their bare names; nothing is ever written where a name points to."""
    infos = [info for info in archive.infolist() if not _is_extra(info)]
    if is_bomb(archive.infolist(), limits):
        raise refusal("too_large", _("The zip is too large once it is unpacked."), _EXPORT_AGAIN)
    names = [PurePosixPath(info.filename).name for info in infos]
    if has_doubles(names):
        raise refusal("damaged", _("A file stands in the zip twice."), _EXPORT_AGAIN)
    if any(_NESTED.search(name) for name in names):
        sentence = _("The zip holds other archives or workbooks.")
        raise refusal("nested", sentence, _("Put the CSV files themselves into one zip."))
    if any(map(is_encrypted, infos)):
        sentence = _("The zip is protected by a password.")
        raise refusal("encrypted", sentence, _("Save it without a password."))
    return dict(zip(names, infos, strict=True))


def _is_extra(info: ZipInfo) -> bool:
    """Folders, and what macOS adds beside each file."""
    return info.is_dir() or info.filename.startswith("__MACOSX/")


def _table(body: bytes, limits: Limits) -> TextTable:
    text = body.decode("utf-8-sig", errors="surrogateescape")
    if len(text) > limits.text_characters:
        raise too_much_text(limits)
    lines = text.split("\n")
    if len(lines) > limits.rows + 2:
        raise too_many_rows(limits)
    headers = _headings(lines[0].rstrip("\r"))
    if len(headers) > limits.columns:
        raise too_many_columns(limits)
    reader = _Reader(headers, limits)
    for number, line in enumerate(lines[1:], 2):
        if line and line != "\r":
            reader.take(number, line.rstrip("\r"))
    return TextTable(headers, reader.lines, reader.faults, frozenset(reader.spoiled))


def _headings(line: str) -> tuple[str, ...]:
    fields = _fields(line)
    return tuple(field.strip() for field in (line.split(",") if fields is None else fields))


def _fields(line: str) -> Sequence[str] | None:
    """The values of one line; None where its quotation marks do not match."""
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader([line], strict=True), [])
    except csv.Error:
        return None


class _Reader:
    """Takes a file's lines one by one."""

    def __init__(self, headers: tuple[str, ...], limits: Limits) -> None:
        self.headers, self.longest = headers, limits.cell_characters
        self.lines: list[Line] = []
        self.faults: list[LineFault] = []
        self.spoiled: set[str] = set()

    def take(self, number: int, line: str) -> None:
        fields = _fields(line)
        if fields is None:
            self._refuse_quotes(number, line)
        elif len(fields) != len(self.headers):
            self._refuse_count(number, fields)
        elif _UNSEEN.search(line) or len(line) > self.longest:
            self._refuse_value(number, fields)
        else:
            self.lines.append((number, tuple(fields)))

    def _refuse_quotes(self, number: int, line: str) -> None:
        place = end = 0
        while (field := _SOUND_FIELD.match(line, end)) is not None:
            place, end = place + 1, field.end()
        sentence = _("The line's quotation marks do not match.")
        self._spoil(number, line.split(",")[0].strip('"'), place, sentence)

    def _refuse_count(self, number: int, fields: Sequence[str]) -> None:
        sentence = _(
            "The line has %(found)s values for %(expected)s headings.",
            found=len(fields),
            expected=len(self.headers),
        )
        self._spoil(number, fields[0] if fields else "", len(fields), sentence)

    def _refuse_value(self, number: int, fields: Sequence[str]) -> None:
        for place, field in enumerate(fields):
            if _UNSEEN.search(field):
                sentence = _("The value holds characters that cannot be read or seen.")
                self._spoil(number, fields[0], place, sentence)
                return
        longest = max(range(len(fields)), key=lambda place: len(fields[place]))
        self._spoil(number, fields[0], longest, _("The value is too long."))

    def _spoil(self, number: int, first: str, place: int, sentence: Text) -> None:
        self.spoiled.add(first.strip())
        if len(self.faults) < _MOST_FAULTS:
            field = self.headers[min(place, len(self.headers) - 1)]
            self.faults.append(LineFault(number, field, sentence, _EXPORT_AGAIN))
