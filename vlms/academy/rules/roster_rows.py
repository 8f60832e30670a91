"""What a roster says, whatever file it came from, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from vlms.academy.rules.roster_words import Kind, Mode, TermKind
from vlms.accounts.rules.place_role import PlaceRole
from vlms.core.text import Text, sentences


@dataclass(frozen=True)
class RosterFault:
    """Something to be put right: in which file, on which line, in which column."""

    file: str
    line: int
    field: str
    sentence: Text
    way_out: Text | None = None

    def __str__(self) -> str:
        return sentences(self.sentence, self.way_out or "")


class OrgRow(NamedTuple):
    """A unit: a school, or what stands above or below schools."""

    line: int
    key: str
    name: str
    is_school: bool
    code: str | None
    parent: str | None


class TermRow(NamedTuple):
    line: int
    key: str
    title: str
    kind: TermKind
    first_day: date
    last_day: date
    school_year: str | None
    parent: str | None = None


class CourseRow(NamedTuple):
    line: int
    key: str
    title: str
    code: str | None
    org: str
    school_year: str | None = None


class ClassRow(NamedTuple):
    line: int
    key: str
    title: str
    code: str | None
    course: str | None
    location: str | None
    school: str
    terms: tuple[str, ...]


class UserRow(NamedTuple):
    """A person; without a role, or not enabled, with no place at any school."""

    line: int
    key: str
    name: str
    latin_name: str | None
    number: str | None
    email: str | None
    role: PlaceRole | None
    is_enabled: bool
    orgs: tuple[str, ...]


class MemberRow(NamedTuple):
    """Somebody in a class; `role` is a word of OneRoster."""

    line: int
    key: str
    school_class: str
    school: str
    user: str
    role: str
    first_day: date | None
    last_day: date | None


Row = OrgRow | TermRow | CourseRow | ClassRow | UserRow | MemberRow


@dataclass
class Part:
    """The rows of one kind by their keys; `gone` are those that the file takes away.

    `faulty` are rows with cells that cannot be used, read as empty: only what they refer to
    is looked at, so that all that is wrong with a line is told. `spoiled` keys stand on such
    lines: what refers to them is left out without a fault of its own, and so is everything
    when the whole file cannot be read.
    """

    mode: Mode = Mode.ABSENT
    rows: dict[str, Row] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    spoiled: set[str] = field(default_factory=set)
    faulty: list[Row] = field(default_factory=list)
    is_unread: bool = False

    def drop(self, key: str) -> None:
        """Leave a row out, as it cannot be used."""
        self.rows.pop(key, None)
        self.spoiled.add(key)


@dataclass
class Roster:
    """All kinds, and all faults. Without `has_source_ids` its keys are only its own."""

    parts: Mapping[Kind, Part]
    faults: list[RosterFault] = field(default_factory=list)
    has_source_ids: bool = True
    # How each kind's file is called where its faults are told.
    files: Mapping[Kind, str] = field(default_factory=dict)
    # What its columns are called, where they are not those of OneRoster.
    names: Mapping[str, str] = field(default_factory=dict)
    # The lines of a list with the school that each names.
    school_lines: list[tuple[int, str]] = field(default_factory=list)

    def fault(
        self, kind: Kind, line: int, name: str, sentence: Text, way_out: Text | None = None
    ) -> None:
        field = self.names.get(name, name)
        self.faults.append(RosterFault(self.files[kind], line, field, sentence, way_out))

    def sorted_faults(self) -> list[RosterFault]:
        """Those of one file together, by line."""
        order = list(dict.fromkeys(["manifest.csv", *self.files.values()]))
        return sorted(self.faults, key=lambda one: (order.index(one.file), one.line, one.field))


def empty_parts() -> dict[Kind, Part]:
    return {kind: Part() for kind in Kind}
