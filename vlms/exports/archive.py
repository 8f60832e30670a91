"""Workbooks saved so that the same content gives the same bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from os import PathLike
from shutil import copyfileobj
from typing import Any, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

_EARLIEST = (1980, 1, 1, 0, 0, 0)


class _DatelessZip(ZipFile):
    """A zip file whose entries all have the format's first day."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *rest: Any, **named: Any) -> None:
        super().writestr(_entry(str(zinfo_or_arcname)), data)

    def write(
        self, filename: str | PathLike[str], arcname: Any = None, *rest: Any, **named: Any
    ) -> None:
        # Sheets may pass 2 GiB before they are compressed.
        with (
            open(filename, "rb") as source,
            self.open(_entry(str(arcname or filename)), "w", force_zip64=True) as target,
        ):
            copyfileobj(source, target, 1 << 20)


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _EARLIEST)
    entry.compress_type = ZIP_DEFLATED
    return entry


def save(book: Workbook, out: BinaryIO, made_at: datetime) -> None:
    """Save `book` to `out` as made at an instant (aware); `out` need not be seekable."""
    stamp = made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.properties.creator = "VLMS"
    book.properties.created = stamp
    book.properties.modified = stamp
    book.calculation.fullCalcOnLoad = True
    ExcelWriter(book, _DatelessZip(out, "w", ZIP_DEFLATED, allowZip64=True)).save()


def discard(book: Workbook) -> None:
    """Close a write-only book that will not be saved, and remove its temporary files."""
    for sheet in book.worksheets:
        unfinished = cast(Any, sheet)
        unfinished.close()
        unfinished._writer.cleanup()
