"""Zips of CSV files: each damaged line is told by its place, each hostile zip refused."""

from __future__ import annotations

import io
from zipfile import ZIP_STORED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.exports.uploads import with_declared_size, with_flag, with_twin, zipped
from vlms.core.errors import BadInput
from vlms.exports.reading import read_tables
from vlms.exports.sheets import Limits
from vlms.exports.zip_tables import TextTable, parse_tables

LIMITS = Limits()
HEADING = "sourcedId,name,title\n"


def table(text: str | bytes) -> TextTable:
    return parse_tables(zipped({"orgs.csv": text}), ["orgs.csv"], LIMITS)["orgs.csv"]


def places(text: str | bytes) -> list[tuple[int, str]]:
    return [(fault.line, fault.field) for fault in table(text).faults]


def test_lines_keep_their_numbers_and_values() -> None:
    found = table('\ufeffsourcedId,name,title\r\na,"x, y",1\r\n\r\nb,"say ""hi""",2\r\n')
    assert found.headers == ("sourcedId", "name", "title")
    assert found.lines == [(2, ("a", "x, y", "1")), (4, ("b", 'say "hi"', "2"))]
    assert not found.faults


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ('a,"x,1', "name"),
        ('a,x,"1"2', "title"),
        ("a", "name"),
        ("a,b", "title"),
        ("a,b,c,d", "title"),
        ("a,b\x07,c", "name"),
        ("a,b,c\x85", "title"),
        ("a," + "b" * 40_000 + ",c", "name"),
    ],
)
def test_a_damaged_line_spoils_itself_alone(line: str, field: str) -> None:
    text = f"{HEADING}first,b,c\n{line}\nlast,b,c\n"
    assert places(text) == [(3, field)]
    assert [number for number, _values in table(text).lines] == [2, 4]
    assert table(text).spoiled == {"a"}


def test_bytes_of_another_encoding_are_a_fault_of_their_value() -> None:
    assert places(HEADING.encode() + b"a,\xa4\xa4,c\nb,x,y\n") == [(2, "name")]


def bomb() -> bytes:
    return zipped({"orgs.csv": b"0" * 40_000_000})


def many() -> bytes:
    return zipped({f"{number}.csv": "" for number in range(201)})


def crossed() -> bytes:
    """A file twice, in two folders."""
    return zipped({"a/orgs.csv": HEADING, "b/orgs.csv": HEADING})


def broken() -> bytes:
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as archive:
        archive.writestr("orgs.csv", HEADING + "a,b,c\n")
    return out.getvalue().replace(b"a,b,c", b"a,b,d", 1)


SOUND = zipped({"orgs.csv": HEADING})


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "wrong_kind"),
        (b"sourcedId,name\n", "wrong_kind"),
        (SOUND[: len(SOUND) // 2], "damaged"),
        (bomb(), "too_large"),
        (many(), "too_large"),
        (zipped({"orgs.csv": HEADING, "inner.zip": SOUND}), "nested"),
        (zipped({"orgs.csv": HEADING, "list.xlsx": b"PK"}), "nested"),
        (crossed(), "damaged"),
        (with_twin(SOUND, "orgs.csv"), "damaged"),
        (with_flag(SOUND, "orgs.csv", 1), "encrypted"),
        (broken(), "damaged"),
        (with_declared_size(SOUND, "orgs.csv", 3), "damaged"),
        (b"PK\x03\x04" + bytes(6_000_000), "too_large"),
    ],
    # The bytes carry the moment at which they were made, so they name no test.
    ids=(
        *("empty", "text", "half", "bomb", "many", "zip_within", "workbook_within", "crossed"),
        *("twin", "flag", "broken", "declared_size", "long"),
    ),
)
def test_hostile_zips_are_refused_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(BadInput) as caught:
        parse_tables(body, ["orgs.csv"], LIMITS)
    assert caught.value.reason == reason
    assert caught.value.way_out


def test_too_many_lines_or_columns_are_refused() -> None:
    small = Limits(rows=3, columns=3)
    for text, reason in [
        (HEADING + "a,b,c\n" * 4, "too_many_rows"),
        ("a,b,c,d\n", "too_many_columns"),
    ]:
        with pytest.raises(BadInput) as caught:
            parse_tables(zipped({"orgs.csv": text}), ["orgs.csv"], small)
        assert caught.value.reason == reason


def test_the_child_process_gives_the_same_tables() -> None:
    body = zipped({"orgs.csv": HEADING + "a,王小明,c\nb\n", "note.txt": "hello"})
    found = read_tables(io.BytesIO(body), ["orgs.csv", "users.csv"], LIMITS)
    assert found == parse_tables(body, ["orgs.csv"], LIMITS)
    with pytest.raises(BadInput, match="zip"):
        read_tables(io.BytesIO(b"hello"), ["orgs.csv"], LIMITS)


@given(st.binary(max_size=300))
def test_no_bytes_bring_it_down(content: bytes) -> None:
    found = table(HEADING.encode() + content)
    assert all(len(values) == 3 for _number, values in found.lines)
