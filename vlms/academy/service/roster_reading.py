"""Reads the files that rosters come in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import BinaryIO

from vlms.academy.rules.roster_list import COLUMNS, read_list
from vlms.academy.rules.roster_manifest import HEADINGS, MANIFEST_FILE, read_manifest
from vlms.academy.rules.roster_reading import blame_headings, read_part
from vlms.academy.rules.roster_rows import Roster, RosterFault, empty_parts
from vlms.academy.rules.roster_words import Kind, Mode
from vlms.core.text import _
from vlms.exports.mapping import Field, check_mapping, guess_mapping, value_in
from vlms.exports.reading import read_rows, read_tables
from vlms.exports.sheets import Limits, Sheet, value_text
from vlms.exports.zip_tables import TextTable

# A university of 20,000 with 60,000 enrolments, and room above it.
LIMITS = Limits(rows=200_000, text_characters=30 * 1024**2)
_FILES = {kind: f"{kind}.csv" for kind in Kind}
_LISTS = (".xlsx", ".csv")
FIELDS = (
    Field("number", _("Number"), ("學號", "員工編號", "編號", "Student number", "ID"), False),
    Field("name", _("Full name"), ("姓名", "Name", "中文姓名")),
    Field("latin_name", _("Name in Latin letters"), ("英文姓名", "Latin name"), False),
    Field("email", _("E-mail address"), ("Email", "E-mail", "電子郵件", "信箱"), False),
    Field("school", _("School"), ("學校", "學院", "系所")),
    Field("role", _("Role"), ("身分", "身份", "角色", "職稱")),
    Field("class", _("Class"), ("班級", "班別"), False),
    Field("term", _("Term"), ("學期", "Semester"), False),
    Field("course", _("Course"), ("課程", "課程名稱"), False),
)
WANTED = (MANIFEST_FILE, *_FILES.values())


def read_roster(stream: BinaryIO, filename: str) -> Roster:
    """A OneRoster zip by its name's ending, else a list. Raises BadInput."""
    if PurePath(filename).suffix.lower() not in _LISTS:
        return read_zip(stream)
    return roster_of_sheet(filename, read_rows(stream, filename))


def roster_of_sheet(filename: str, sheet: Sheet) -> Roster:
    """A plain list of people, its columns told by their headings. Raises BadInput."""
    mapping = guess_mapping(FIELDS, sheet.headers)
    check_mapping(FIELDS, mapping, sheet.headers)
    lines = (
        (row.number, [value_text(value_in(row, mapping, name)) for name in COLUMNS])
        for row in sheet.rows
    )
    roster = read_list(filename, lines)
    roster.faults += [
        RosterFault(filename, problem.row or 1, problem.cell or "", problem.sentence)
        for problem in sheet.problems
    ]
    return roster


def read_zip(stream: BinaryIO) -> Roster:
    """The OneRoster 1.1 files of a zip. Raises BadInput when nothing of it can be read."""
    return roster_of(read_tables(stream, WANTED, LIMITS))


def roster_of(tables: Mapping[str, TextTable]) -> Roster:
    """What the files of a zip say, with all that is wrong in them by itself."""
    roster = Roster(empty_parts(), files=_FILES)
    manifest = tables.get(MANIFEST_FILE)
    if manifest is None or manifest.headers != HEADINGS:
        sentence = _("The zip holds no manifest.csv with the columns propertyName and value.")
        roster.faults.append(RosterFault(MANIFEST_FILE, 1, HEADINGS[0], sentence))
        return roster
    modes, faults = read_manifest(manifest.lines, tables.keys())
    roster.faults += [*_line_faults(MANIFEST_FILE, manifest), *faults]
    for kind, file in _FILES.items():
        roster.parts[kind].mode = modes.get(kind, Mode.ABSENT)
        roster.parts[kind].is_unread = kind not in modes
        if file in tables and kind in modes:
            _read_table(roster, kind, tables[file])
    return roster


def _read_table(roster: Roster, kind: Kind, table: TextTable) -> None:
    read_part(roster, kind, table.headers, table.lines)
    roster.parts[kind].spoiled |= table.spoiled
    if len(table.faults) > 1 and not table.lines and not roster.parts[kind].is_unread:
        blame_headings(roster, kind, table.headers)
    # Under headings that are wrong, every line would be.
    if not roster.parts[kind].is_unread:
        roster.faults += _line_faults(roster.files[kind], table)


def _line_faults(file: str, table: TextTable) -> list[RosterFault]:
    return [
        RosterFault(file, fault.line, fault.field, fault.sentence, fault.way_out)
        for fault in table.faults
    ]
