"""What a workbook says about its sheets: names, parts, shared strings, styles of dates."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zipfile import ZipFile

from defusedxml.ElementTree import fromstring
from lxml import etree

from vlms.core.text import _
from vlms.exports.sheets import refusal

_BOOK = "xl/workbook.xml"
_PHONETIC = "rPh"


@dataclass(frozen=True)
class Book:
    """A sheet's part, and what is needed to read its cells."""

    part: str
    ignored_sheets: list[str]
    strings: list[str]
    date_styles: frozenset[int]
    epoch: datetime


def read_book(archive: ZipFile) -> Book:
    """Raises BadInput when no sheet is visible; any error when the parts do not fit."""
    return next(iter(read_books(archive).values()))


def read_books(archive: ZipFile) -> dict[str, Book]:
    """The same for every visible sheet, by its name in the workbook's order."""
    book = fromstring(archive.read(_BOOK), forbid_dtd=True)
    parts = _parts(archive)
    shown, names = _visible(book, {key: path for key, (kind, path) in parts.items()})
    by_kind = {kind: path for kind, path in parts.values()}
    strings = list(_strings(archive, by_kind.get("sharedStrings")))
    styles = _date_styles(archive, by_kind.get("styles"))
    # Loading this library takes longer than reading a list: only workbooks need it.
    from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

    epoch = MAC_EPOCH if _is_from_1904(book) else WINDOWS_EPOCH
    return {
        name: Book(part, [other for other in names if other != name], strings, styles, epoch)
        for name, part in shown.items()
    }


def local(tag: object) -> str:
    """An XML name without its namespace: workbooks come with two of them."""
    return str(tag).rpartition("}")[2]


def is_true(element: Any, name: str) -> bool:
    return element.get(name) in ("1", "true")


def rich_text(element: Any) -> str:
    """The text of a string with or without runs, its phonetic guides left out."""
    parts = []
    for child in element:
        if local(child.tag) == "t":
            parts.append(child.text or "")
        elif local(child.tag) != _PHONETIC:
            parts.append(rich_text(child))
    return "".join(parts)


def _parts(archive: ZipFile) -> dict[str, tuple[str, str]]:
    """Kind and path of the workbook's parts that are there, by relation."""
    links = fromstring(archive.read("xl/_rels/workbook.xml.rels"), forbid_dtd=True)
    names = set(archive.namelist())
    found = {}
    for link in links:
        path = posixpath.normpath(posixpath.join("/xl", link.get("Target", "")))[1:]
        if path in names:
            kind = link.get("Type", "").rpartition("/")[2]
            found[link.get("Id", "")] = (kind, path)
    return found


def _visible(book: Any, paths: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """The parts of the visible sheets by name, and the names of all."""
    sheets = [element for element in book.iter() if local(element.tag) == "sheet"]
    found: dict[str, str] = {}
    for sheet in sheets:
        key = next((value for name, value in sheet.items() if local(name) == "id"), "")
        part = paths.get(key, "")
        # Sheets of charts and dialogues hold no rows.
        if "/worksheets/" in part and sheet.get("state", "visible") == "visible":
            found.setdefault(sheet.get("name", ""), part)
    if not found:
        sentence = _("The workbook has no visible sheet with rows.")
        raise refusal("empty", sentence, _("Show the sheet that holds the list."))
    return found, [sheet.get("name", "") for sheet in sheets]


def _is_from_1904(book: Any) -> bool:
    return any(local(e.tag) == "workbookPr" and is_true(e, "date1904") for e in book.iter())


def _strings(archive: ZipFile, path: str | None) -> Iterator[str]:
    if path:
        with archive.open(path) as source:
            for _event, element in etree.iterparse(source, tag="{*}si", resolve_entities=False):
                yield rich_text(element)
                element.clear()


def _date_styles(archive: ZipFile, path: str | None) -> frozenset[int]:
    """The places of the cell formats that show a number as a day or time."""
    if not path:
        return frozenset()
    from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

    styles = fromstring(archive.read(path), forbid_dtd=True)
    codes = dict(BUILTIN_FORMATS)
    formats: list[int] = []
    for group in styles:
        if local(group.tag) == "numFmts":
            codes.update({int(e.get("numFmtId", "0")): e.get("formatCode", "") for e in group})
        elif local(group.tag) == "cellXfs":
            formats = [int(e.get("numFmtId", "0")) for e in group]
    return frozenset(
        place for place, key in enumerate(formats) if is_date_format(codes.get(key, "General"))
    )
