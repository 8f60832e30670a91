"""Text files of unknown make, read in a stream: how they are encoded and divided, their rows."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from vlms.core.text import _
from vlms.exports.sheets import refusal

DELIMITERS = ",;\t|"
ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp950", "big5hkscs", "cp1252")
SAMPLE_LINES = 60
_CHUNK = 1 << 20
_FIELD = 1 << 20
_SAVE_AGAIN = _("Save it in Excel as “CSV UTF-8”, or as a workbook (.xlsx).")


def encoding_of(stream: BinaryIO) -> str:
    """The encoding in which all of `stream` is text. Raises BadInput when it is none.

    Bytes that are Chinese in Big5 may be Western letters too: they are taken for Chinese
    where most of them are characters of everyday use.
    """
    stream.seek(0)
    head = stream.read(4096)
    for encoding in _possible(head):
        if _is_text(stream, encoding):
            return encoding
    raise refusal("not_text", _("The file is not readable as text."), _SAVE_AGAIN)


def _possible(head: bytes) -> Sequence[str]:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    if b"\0" in head:
        # Without a byte-order mark: the high byte of a digit or comma is the NUL.
        return ("utf-16-be",) if head[::2].count(0) > head[1::2].count(0) else ("utf-16-le",)
    return ("utf-8-sig", "cp950", "big5hkscs", "cp1252")


def _is_text(stream: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    stream.seek(0)
    western = chinese = 0
    try:
        while True:
            chunk = stream.read(_CHUNK)
            text = decoder.decode(chunk, final=not chunk)
            if "\0" in text:
                return False
            if encoding in ("cp950", "big5hkscs"):
                common = _everyday_count(text)
                chinese += common
                western += sum(not c.isascii() for c in text) - common
            if not chunk:
                return chinese >= western
    except UnicodeDecodeError:
        return False


def _everyday_count(text: str) -> int:
    """How many characters stand in the part of Big5 that everyday writing uses."""
    found = "".join(c for c in text if not c.isascii()).encode("cp950", "replace")
    return sum(0xA1 <= lead <= 0xC6 for lead in found[::2])


def delimiter_of(sample: str) -> str:
    """Comma, semicolon, tab or bar: the one that divides most lines into as many fields."""
    return max(DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: str, delimiter: str) -> tuple[int, int]:
    lines = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        widths = Counter(len(fields) for fields in lines)
    except csv.Error:
        # Its rows are refused when they are read.
        return 0, 0
    del widths[0], widths[1]
    if not widths:
        return 0, 0
    width, count = max(widths.items(), key=lambda found: (found[1], found[0]))
    return count, width


def sample_of(stream: BinaryIO, encoding: str) -> str:
    """The first lines of a text, to find out how it is divided."""
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    try:
        return "".join(text.readline(_FIELD) for _number in range(SAMPLE_LINES))
    finally:
        text.detach()


def text_rows(
    stream: BinaryIO, encoding: str, delimiter: str
) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows with their number as a person counts them, one after the other; empty ones too.

    Raises BadInput where quotation marks do not match.
    """
    stream.seek(0)
    csv.field_size_limit(_FIELD)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    number = 0
    try:
        for number, fields in enumerate(csv.reader(text, delimiter=delimiter, strict=True), 1):
            yield number, fields
    except csv.Error as error:
        raise refusal(
            "bad_quotes",
            _("The file's quotation marks do not match after row %(row)s.", row=number),
            _SAVE_AGAIN,
        ) from error
    finally:
        text.detach()
