"""Uploaded files, sound and hostile, made from nothing."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterable
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(
    rows: Iterable[Iterable[Any]], change: Callable[[Workbook], None] | None = None
) -> bytes:
    """A workbook as openpyxl saves it, after `change` has had it."""
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(list(row))
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_parts(body: bytes, parts: dict[str, bytes | str]) -> bytes:
    """The zip file with parts added or replaced."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(body)) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename not in parts:
                new.writestr(entry, old.read(entry))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def with_sheet(sheet_data: str, before: str = "", after: str = "") -> bytes:
    """A workbook whose only sheet has this XML."""
    xml = f"{XML}<worksheet {MAIN}>{before}<sheetData>{sheet_data}</sheetData>{after}</worksheet>"
    return with_parts(workbook([["A"]]), {"xl/worksheets/sheet1.xml": xml})


def with_strings(body: bytes, strings: str) -> bytes:
    """The workbook with shared strings, as Excel writes them; `strings` are its items."""
    with ZipFile(io.BytesIO(body)) as archive:
        links = archive.read("xl/_rels/workbook.xml.rels").decode()
    link = f'<Relationship Id="s" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
    assert "sharedStrings" not in links
    return with_parts(
        body,
        {
            "xl/sharedStrings.xml": f"{XML}<sst {MAIN}>{strings}</sst>",
            "xl/_rels/workbook.xml.rels": links.replace(
                "</Relationships>", f"{link}</Relationships>"
            ),
        },
    )


def inline(address: str, text: str) -> str:
    return f'<c r="{address}" t="inlineStr"><is><t>{text}</t></is></c>'


def zipped(parts: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_declared_size(body: bytes, name: str, size: int) -> bytes:
    """The zip file with a part's unpacked size declared wrongly, in both of its places."""
    with ZipFile(io.BytesIO(body)) as archive:
        entry = archive.getinfo(name)
    changed = bytearray(body)
    central = body.rindex(name.encode()) - 46
    for place in (entry.header_offset + 22, central + 24):
        changed[place : place + 4] = size.to_bytes(4, "little")
    return bytes(changed)


def with_twin(body: bytes, name: str) -> bytes:
    """The zip file with two parts of one name."""
    out = io.BytesIO(body)
    with warnings.catch_warnings(), ZipFile(out, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(name, b"<x/>")
    return out.getvalue()


def with_flag(body: bytes, name: str, flag: int) -> bytes:
    """The zip file with a general-purpose flag set on a part."""
    with ZipFile(io.BytesIO(body)) as archive:
        offset = archive.getinfo(name).header_offset
    changed = bytearray(body)
    for place in (offset + 6, body.rindex(name.encode()) - 46 + 8):
        changed[place] |= flag
    return bytes(changed)
