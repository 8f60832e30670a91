"""Files made to harm, or chosen by mistake, get a sentence and a way out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.exports.uploads import (
    MAIN,
    RELATIONS,
    XML,
    inline,
    with_declared_size,
    with_flag,
    with_parts,
    with_sheet,
    with_strings,
    with_twin,
    workbook,
    zipped,
)
from vlms.core.errors import BadInput
from vlms.exports.parsing import parse
from vlms.exports.sheets import Limits

SOUND = workbook([["Name", "Count"], ["王小明", 1]])
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = f'{XML}<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet {MAIN}/>'
OUTSIDE_ENTITY = f'{XML}<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet {MAIN}/>'


def relation(kind: str, mode: str = "External") -> str:
    return (
        f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/{kind}" Target="http://x.example/" '
        f'TargetMode="{mode}"/></Relationships>'
    )


WORKBOOKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "empty"),
    "only NULs": (lambda: bytes(5_000), "empty"),
    "no rows": (lambda: workbook([]), "empty"),
    "all hidden": (lambda: _all_hidden(), "empty"),
    "truncated": (lambda: SOUND[: len(SOUND) // 2], "damaged"),
    "only its beginning": (lambda: SOUND[:4], "damaged"),
    "old Excel": (lambda: OLE, "wrong_kind"),
    "encrypted": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    "encrypted part": (lambda: with_flag(SOUND, SHEET, 1), "encrypted"),
    "PDF": (lambda: b"%PDF-1.7\n...", "wrong_kind"),
    "web page": (lambda: b"<html><table><tr><td>1</td></tr></table></html>", "wrong_kind"),
    "CSV": (lambda: b"Name,Count\na,1\n", "wrong_kind"),
    "Word": (lambda: zipped({"word/document.xml": "<x/>"}), "wrong_kind"),
    "zip in zip": (lambda: with_parts(SOUND, {"a.zip": SOUND}), "embedded_files"),
    "embedded": (
        lambda: with_parts(SOUND, {"xl/embeddings/oleObject1.bin": b"x"}),
        "embedded_files",
    ),
    "macros": (lambda: with_parts(SOUND, {"xl/vbaProject.bin": b"x"}), "macros"),
    "macro sheet": (lambda: with_parts(SOUND, {"xl/macrosheets/sheet1.xml": "<x/>"}), "macros"),
    "macro type": (
        lambda: with_parts(SOUND, {"[Content_Types].xml": "<x a='macroEnabled.main'/>"}),
        "macros",
    ),
    "external link": (
        lambda: with_parts(SOUND, {"xl/externalLinks/externalLink1.xml": "<x/>"}),
        "external_links",
    ),
    "connection": (lambda: with_parts(SOUND, {"xl/connections.xml": "<x/>"}), "external_links"),
    "outside picture": (
        lambda: with_parts(SOUND, {"xl/worksheets/_rels/sheet1.xml.rels": relation("image")}),
        "external_links",
    ),
    "outside picture in disguise": (
        lambda: with_parts(
            SOUND, {"xl/worksheets/_rels/sheet1.xml.rels": relation("image", "&#69;xternal")}
        ),
        "external_links",
    ),
    "bomb": (lambda: with_parts(SOUND, {"xl/bomb.xml": b" " * 40_000_000}), "too_large"),
    "dense bomb": (lambda: with_parts(SOUND, {"xl/bomb.xml": b" " * 2_000_000}), "too_large"),
    "many entries": (
        lambda: with_parts(SOUND, {f"xl/{n}.xml": "<x/>" for n in range(250)}),
        "too_large",
    ),
    "size too small": (lambda: with_declared_size(SOUND, SHEET, 10), "damaged"),
    "size too large": (lambda: with_declared_size(SOUND, SHEET, 9_999), "damaged"),
    "two parts of a name": (lambda: with_twin(SOUND, SHEET), "damaged"),
    "wrong checksum": (lambda: _with_wrong_checksum(), "damaged"),
    "laughs": (lambda: with_parts(SOUND, {SHEET: LAUGHS}), "damaged"),
    "outside entity": (lambda: with_parts(SOUND, {SHEET: OUTSIDE_ENTITY}), "damaged"),
    "entity in UTF-16": (lambda: with_parts(SOUND, {SHEET: LAUGHS.encode("utf-16")}), "damaged"),
    "entity in UTF-7": (
        lambda: with_parts(SOUND, {SHEET: '<?xml version="1.0" encoding="utf-7"?><x/>'}),
        "damaged",
    ),
    "entity in strings": (lambda: with_parts(SOUND, {"xl/styles.xml": LAUGHS}), "damaged"),
    "no XML": (lambda: with_parts(SOUND, {SHEET: "hello"}), "damaged"),
    "no workbook XML": (lambda: with_parts(SOUND, {"xl/workbook.xml": "<"}), "damaged"),
    "string that is not there": (
        lambda: with_sheet('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'),
        "damaged",
    ),
    "rows that go back": (
        lambda: with_sheet(
            f'<row r="2">{inline("A2", "x")}</row><row r="1">{inline("A1", "y")}</row>'
        ),
        "damaged",
    ),
    "two cells of one place": (
        lambda: with_sheet(f'<row r="1">{inline("A1", "x")}{inline("A1", "y")}</row>'),
        "damaged",
    ),
    "string before the first": (
        lambda: with_strings(
            with_sheet('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'), "<si><t>x</t></si>"
        ),
        "damaged",
    ),
    "cell of another row": (
        lambda: with_sheet(f'<row r="1">{inline("A9", "x")}</row>'),
        "damaged",
    ),
    "row 999999999": (
        lambda: with_sheet(f'<row r="999999999">{inline("A999999999", "x")}</row>'),
        "damaged",
    ),
    "last row": (
        lambda: with_sheet(f'<row r="1048576">{inline("A1048576", "x")}</row>'),
        "too_many_rows",
    ),
    "last column": (
        lambda: with_sheet(f'<row r="1">{inline("XFD1", "x")}</row>'),
        "too_many_columns",
    ),
    "one string 4,000 times": (lambda: _amplified(), "too_much_text"),
}

TEXTS: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "empty"),
    "a mark only": (b"\xef\xbb\xbf", "empty"),
    "blank lines": (b"\n\n ,,\n", "empty"),
    "a workbook": (SOUND, "wrong_kind"),
    "a web page": (b"<!DOCTYPE html><p>", "wrong_kind"),
    "NULs": (b"a,b\n\0,c\n", "not_text"),
    "UTF-16 without mark": ("Name,b\n".encode("utf-16-le"), "not_text"),
    "half a UTF-16 character": (b"\xff\xfea", "not_text"),
    "noise": (bytes(range(128, 256)) * 3, "not_text"),
    "open quote": (b'a,b\n"c,d\n', "bad_quotes"),
    "text after quote": (b'a,b\n"c"x,d\n', "bad_quotes"),
    "many columns": (b"a," * 51 + b"a\n", "too_many_columns"),
    "many rows": (b"a\n" * 10_002, "too_many_rows"),
}


def _all_hidden() -> bytes:
    return with_parts(
        SOUND,
        {
            "xl/workbook.xml": f'{XML}<workbook {MAIN} xmlns:r="{RELATIONS}"><sheets>'
            '<sheet name="S" sheetId="1" state="veryHidden" r:id="rId1"/></sheets></workbook>'
        },
    )


def _with_wrong_checksum() -> bytes:
    body = bytearray(zipped({"xl/workbook.xml": "<x/>", SHEET: "<x/>"}))
    body[14] ^= 0xFF  # the first entry's checksum, also in the central directory:
    place = body.index(b"PK\x01\x02") + 16
    body[place] ^= 0xFF
    return bytes(body)


def _amplified() -> bytes:
    strings = f"<si><t>{'x' * 32_000}</t></si>"
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 4_000))
    return with_strings(with_sheet(cells), strings)


def refusal(body: bytes, filename: str) -> BadInput:
    with pytest.raises(BadInput) as refused:
        parse(body, filename, Limits())
    return refused.value


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_hostile_workbook_is_refused_with_a_way_out(name: str) -> None:
    make, reason = WORKBOOKS[name]
    found = refusal(make(), "list.xlsx")
    assert (found.reason, found.field) == (reason, "file")
    assert str(found.way_out)


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text_file_is_refused_with_a_way_out(name: str) -> None:
    body, reason = TEXTS[name]
    found = refusal(body, "list.csv")
    assert (found.reason, found.field) == (reason, "file")
    assert str(found.way_out)


@pytest.mark.parametrize(
    "filename", ["list.xls", "list.xlsm", "list.ods", "list", "list.csv.exe", ""]
)
def test_other_endings_are_refused(filename: str) -> None:
    assert refusal(SOUND, filename).reason == "wrong_kind"


def test_the_sound_workbook_of_these_tests_is_read() -> None:
    assert parse(SOUND, "LIST.XLSX", Limits()).headers == ("Name", "Count")


def outcome(body: bytes, filename: str) -> object:
    """The sheet, or the way out of the refusal; any other error fails the test."""
    try:
        return parse(body, filename, Limits())
    except BadInput as refused:
        return refused.way_out


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(SOUND) - 1), st.binary(min_size=1, max_size=8))
def test_a_workbook_with_wrong_bytes_is_read_or_refused(place: int, wrong: bytes) -> None:
    assert outcome(SOUND[:place] + wrong + SOUND[place + len(wrong) :], "list.xlsx")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_named_csv_are_read_or_refused(body: bytes) -> None:
    assert outcome(body, "list.csv")
