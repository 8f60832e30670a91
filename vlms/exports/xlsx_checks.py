"""What an uploaded workbook must not be: a bomb, another format, or alive.

All of it is found before anything is given to a spreadsheet library.
"""

from __future__ import annotations

import io
import re
import zlib
from zipfile import BadZipFile, ZipFile, ZipInfo

from defusedxml.ElementTree import ParseError, fromstring

from vlms.core.text import Text, _
from vlms.exports.sheets import Limits, refusal
from vlms.exports.zip_checks import has_doubles, is_bomb, is_encrypted, unpacked

_SAVE_AGAIN = _("Open it in Excel and save it as an Excel workbook (.xlsx).")
_BARE = _("Copy the list's values into a new workbook and choose that.")
_UNREADABLE = (
    BadZipFile,
    ParseError,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
    zlib.error,
)
_ACTIVE = re.compile(
    r"vbaproject|/macrosheets/|/dialogsheets/|/activex/|/ctrlprops/|^customui/", re.IGNORECASE
)
_OUTSIDE = re.compile(r"/externallinks/|xl/connections\.xml|/querytables/", re.IGNORECASE)
_EMBEDDED = re.compile(r"/embeddings/|\.(zip|xls[xmb]?|docx?|bin\.gz|gz|7z|rar)$", re.IGNORECASE)
_ENCODING = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([^\"']*)")
_ENCRYPTED_OLE = "EncryptedPackage".encode("utf-16-le")


def check_kind(body: bytes, extension: str) -> None:
    """Raises BadInput unless the content is what the name's ending (".xlsx") says."""
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not body.strip(b"\xef\xbb\xbf\0 \t\r\n"):
        raise refusal("empty", _("The file is empty."), _("Choose a file with rows."))
    if extension not in (".xlsx", ".csv"):
        sentence = _("Files that end in “%(ending)s” are not read.", ending=extension[:10])
        raise refusal("wrong_kind", sentence, _SAVE_AGAIN)
    if body.startswith(b"\xd0\xcf\x11\xe0"):
        raise _old_or_encrypted(body)
    is_zip = body.startswith(b"PK\x03\x04")
    if is_zip != (extension == ".xlsx") or start.startswith((b"%pdf", b"<!doctype", b"<html")):
        sentence = _("The file is named %(ending)s but is something else.", ending=extension)
        raise refusal("wrong_kind", sentence, _SAVE_AGAIN)


def check_workbook(body: bytes, limits: Limits) -> None:
    """Raises BadInput for a zip bomb, another kind of document, or anything active."""
    try:
        with ZipFile(io.BytesIO(body)) as archive:
            _check_sizes(archive.infolist(), limits)
            _check_names(archive.namelist())
            for entry in archive.infolist():
                _check_entry(archive, entry)
    except _UNREADABLE as error:
        raise refusal("damaged", _("The workbook is damaged."), _SAVE_AGAIN) from error


def _old_or_encrypted(body: bytes) -> Exception:
    if _ENCRYPTED_OLE in body:
        sentence = _("The workbook is protected by a password.")
        return refusal("encrypted", sentence, _("Save it without a password."))
    return refusal("wrong_kind", _("The file is in an old Excel format."), _SAVE_AGAIN)


def _check_sizes(entries: list[ZipInfo], limits: Limits) -> None:
    if is_bomb(entries, limits):
        raise _bomb()


def _bomb() -> Exception:
    return refusal("too_large", _("The workbook is too large once it is unpacked."), _BARE)


def _check_names(names: list[str]) -> None:
    if has_doubles(names):
        raise refusal("damaged", _("The workbook is damaged."), _SAVE_AGAIN)
    if "xl/workbook.xml" not in names:
        sentence = _("The file is named .xlsx but is not an Excel workbook.")
        raise refusal("wrong_kind", sentence, _SAVE_AGAIN)
    for pattern, reason, sentence in _FORBIDDEN:
        if any(pattern.search(name) for name in names):
            raise refusal(reason, sentence, _BARE)


_LINKED = _("The workbook takes data from elsewhere.")
_FORBIDDEN: tuple[tuple[re.Pattern[str], str, Text], ...] = (
    (_ACTIVE, "macros", _("The workbook holds macros or controls.")),
    (_OUTSIDE, "external_links", _LINKED),
    (_EMBEDDED, "embedded_files", _("The workbook holds other files.")),
)


def _check_entry(archive: ZipFile, entry: ZipInfo) -> None:
    if is_encrypted(entry):
        sentence = _("The workbook is protected by a password.")
        raise refusal("encrypted", sentence, _("Save it without a password."))
    content = unpacked(archive, entry)
    if entry.filename.endswith((".xml", ".rels", ".vml")):
        _check_xml(content)
    if entry.filename.endswith(".rels") and _has_outside_relation(content):
        raise refusal("external_links", _LINKED, _BARE)
    if entry.filename == "[Content_Types].xml" and b"macroEnabled" in content:
        raise refusal("macros", _("The workbook holds macros or controls."), _BARE)


def _check_xml(content: bytes) -> None:
    """No document types, and no encoding that could hide one."""
    encoding = _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf"))
    is_plain = not encoding or encoding[1].lower() in (b"utf-8", b"us-ascii")
    if not is_plain or b"\0" in content or b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise refusal("damaged", _("The workbook is damaged."), _SAVE_AGAIN)


def _has_outside_relation(content: bytes) -> bool:
    """Whether a part is fetched from elsewhere; a link that somebody may click is not."""
    return any(
        relation.get("TargetMode") == "External"
        and not relation.get("Type", "").endswith("/relationships/hyperlink")
        for relation in fromstring(content, forbid_dtd=True).iter()
    )
