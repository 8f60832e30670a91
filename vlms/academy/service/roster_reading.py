"""Reads the files that rosters come in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from vlms.academy.rules.roster_manifest import HEADINGS, MANIFEST_FILE, read_manifest
from vlms.academy.rules.roster_reading import read_part
from vlms.academy.rules.roster_rows import Roster, RosterFault, empty_parts
from vlms.academy.rules.roster_words import Kind, Mode
from vlms.core.text import _
from vlms.exports.reading import read_tables
from vlms.exports.sheets import Limits
from vlms.exports.zip_tables import TextTable

# A university of 20,000 with 60,000 enrolments, and room above it.
LIMITS = Limits(rows=200_000, text_characters=30 * 1024**2)
_FILES = {kind: f"{kind}.csv" for kind in Kind}
WANTED = (MANIFEST_FILE, *_FILES.values())


def read_roster(stream: BinaryIO, filename: str) -> Roster:
    """A OneRoster zip by its name's ending, else a list. Raises BadInput."""
    return read_zip(stream)


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
    # Under headings that are wrong, every line would be.
    if not roster.parts[kind].is_unread:
        roster.faults += _line_faults(roster.files[kind], table)


def _line_faults(file: str, table: TextTable) -> list[RosterFault]:
    return [
        RosterFault(file, fault.line, fault.field, fault.sentence, fault.way_out)
        for fault in table.faults
    ]
