"""What the rows of a roster refer to: each reference must be there, and fit.

What is wrong with a row is told once: rows that refer to one that cannot be used are left
out without a fault of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

from vlms.academy.rules.roster_rows import (
    ClassRow,
    CourseRow,
    MemberRow,
    OrgRow,
    Part,
    Roster,
    Row,
    TermRow,
    UserRow,
)
from vlms.academy.rules.roster_words import Kind, Mode
from vlms.accounts.rules.place_role import PlaceRole
from vlms.core.reading import shown
from vlms.core.text import Text, _

Kept = TypeVar("Kept", bound=Row)


@dataclass(frozen=True)
class Known:
    """The keys that earlier files brought. Units tell whether they are schools, and their parent;
    classes their school."""

    units: Mapping[str, tuple[bool, str | None]] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    others: Mapping[Kind, frozenset[str]] = field(default_factory=dict)


def rows_of(part: Part, _row: type[Kept]) -> Iterable[Kept]:
    """The rows of a part, which are all of this type."""
    return cast("Iterable[Kept]", list(part.rows.values()))


def _all_of(part: Part, row: type[Kept]) -> Iterable[Kept]:
    """Also those that cannot be used, the last."""
    return [*rows_of(part, row), *cast("list[Kept]", part.faulty)]


def check_links(roster: Roster, known: Known) -> None:
    """Report what refers to nothing, and leave it out with all that refers to it."""
    links = Links(roster, known)
    for row in _all_of(roster.parts[Kind.ORGS], OrgRow):
        links.need(Kind.ORGS, row, ("parentSourcedId", Kind.ORGS, row.parent))
    for term in _all_of(roster.parts[Kind.SESSIONS], TermRow):
        links.need(Kind.SESSIONS, term, ("parentSourcedId", Kind.SESSIONS, term.parent))
    for course in _all_of(roster.parts[Kind.COURSES], CourseRow):
        links.need(
            Kind.COURSES,
            course,
            ("orgSourcedId", Kind.ORGS, course.org),
            ("schoolYearSourcedId", Kind.SESSIONS, course.school_year),
        )
    for one in _all_of(roster.parts[Kind.CLASSES], ClassRow):
        _check_class(links, one)
    for user in _all_of(roster.parts[Kind.USERS], UserRow):
        _check_user(links, user)
    _check_doubles(roster)
    _check_members(links)


class Links:
    """Where references lead: to the roster itself, or to what earlier files brought."""

    def __init__(self, roster: Roster, known: Known) -> None:
        self.roster, self.known = roster, known
        self.units = Units(roster, known)

    def is_known(self, kind: Kind, key: str) -> bool:
        part = self.roster.parts[kind]
        if key in part.rows:
            return True
        if part.mode is Mode.BULK or key in part.gone:
            return False
        if kind is Kind.ORGS:
            return key in self.known.units
        if kind is Kind.CLASSES:
            return key in self.known.classes
        return key in self.known.others.get(kind, frozenset())

    def is_spoiled(self, kind: Kind, key: str) -> bool:
        part = self.roster.parts[kind]
        return part.is_unread or key in part.spoiled

    def need(self, kind: Kind, row: Row, *references: tuple[str, Kind, str | None]) -> bool:
        """Whether all that the row names is there; else it is dropped, with its faults."""
        fits = True
        for name, target, key in references:
            if not key or self.is_known(target, key):
                continue
            fits = False
            if not self.is_spoiled(target, key):
                called = self.roster.names.get(name, name)
                sentence = _('%(field)s: there is no "%(key)s".', field=called, key=shown(key))
                file = self.roster.files[target]
                way_out = _("Add it to %(file)s, or correct the reference.", file=file)
                self.roster.fault(kind, row.line, name, sentence, way_out)
        if not fits:
            self.roster.parts[kind].drop(row.key)
        return fits

    def refuse(self, kind: Kind, row: Row, name: str, sentence: Text) -> None:
        self.roster.fault(kind, row.line, name, sentence)
        self.roster.parts[kind].drop(row.key)


class Units:
    """The tree of units: a unit above schools stands for all schools below it."""

    def __init__(self, roster: Roster, known: Known) -> None:
        part = roster.parts[Kind.ORGS]
        found = {} if part.mode is Mode.BULK else dict(known.units)
        for key in part.gone:
            found.pop(key, None)
        rows = rows_of(part, OrgRow)
        found |= {row.key: (row.is_school, row.parent) for row in rows}
        self._is_school = {key: is_school for key, (is_school, _parent) in found.items()}
        self._below: dict[str, list[str]] = {}
        for key, (_is_school, parent) in found.items():
            if parent is not None:
                self._below.setdefault(parent, []).append(key)

    def is_school(self, key: str) -> bool:
        return self._is_school.get(key, False)

    def schools_of(self, keys: Iterable[str]) -> tuple[str, ...]:
        """These schools, and those below these units."""
        return tuple(dict.fromkeys(school for key in keys for school in self._schools(key)))

    def _schools(self, key: str) -> Iterator[str]:
        # A unit that is its own ancestor is seen once.
        waiting, seen = [key], set()
        while waiting:
            unit = waiting.pop()
            if unit in seen:
                continue
            seen.add(unit)
            if self.is_school(unit):
                yield unit
            else:
                waiting.extend(reversed(self._below.get(unit, ())))


def _check_class(links: Links, row: ClassRow) -> None:
    terms = (("termSourcedIds", Kind.SESSIONS, key) for key in row.terms)
    fits = links.need(
        Kind.CLASSES,
        row,
        ("courseSourcedId", Kind.COURSES, row.course if links.roster.has_source_ids else None),
        ("schoolSourcedId", Kind.ORGS, row.school),
        *terms,
    )
    if fits and row.school and not links.units.is_school(row.school):
        sentence = _('schoolSourcedId: "%(key)s" is no school.', key=shown(row.school))
        links.refuse(Kind.CLASSES, row, "schoolSourcedId", sentence)


def _check_user(links: Links, row: UserRow) -> None:
    orgs = (("orgSourcedIds", Kind.ORGS, key) for key in row.orgs)
    if not links.need(Kind.USERS, row, *orgs):
        return
    is_student = row.role is PlaceRole.STUDENT and row.orgs
    if is_student and not any(map(links.units.is_school, row.orgs)):
        sentence = _("orgSourcedIds: a student is enrolled at a school; none is named.")
        links.refuse(Kind.USERS, row, "orgSourcedIds", sentence)


def _check_doubles(roster: Roster) -> None:
    """Numbers and addresses belong to one person."""
    of_user: tuple[tuple[str, Callable[[UserRow], str | None]], ...] = (
        ("identifier", lambda row: row.number),
        ("email", lambda row: row.email),
    )
    for name, value_of in of_user:
        first: dict[str, int] = {}
        for row in _all_of(roster.parts[Kind.USERS], UserRow):
            value = value_of(row)
            if value is None or row.role is None:
                continue
            line = first.setdefault(value, row.line)
            if line != row.line:
                sentence = _(
                    '%(field)s: "%(value)s" belongs to the person of line %(line)s.',
                    field=name,
                    value=shown(value),
                    line=line,
                )
                roster.fault(Kind.USERS, row.line, name, sentence)
                roster.parts[Kind.USERS].drop(row.key)


def _check_members(links: Links) -> None:
    classes, users = links.roster.parts[Kind.CLASSES], links.roster.parts[Kind.USERS]
    first: dict[tuple[str, str, str], int] = {}
    for row in rows_of(links.roster.parts[Kind.ENROLLMENTS], MemberRow):
        # The usual case is answered without building anything.
        is_usual = row.school_class in classes.rows and row.user in users.rows
        if is_usual or _has_ends(links, row):
            _check_member(links, row, first)
    for faulty in links.roster.parts[Kind.ENROLLMENTS].faulty:
        _has_ends(links, cast("MemberRow", faulty))


def _has_ends(links: Links, row: MemberRow) -> bool:
    return links.need(
        Kind.ENROLLMENTS,
        row,
        ("classSourcedId", Kind.CLASSES, row.school_class),
        ("userSourcedId", Kind.USERS, row.user),
    )


def _check_member(links: Links, row: MemberRow, first: dict[tuple[str, str, str], int]) -> None:
    held = links.roster.parts[Kind.CLASSES].rows.get(row.school_class)
    school = held.school if isinstance(held, ClassRow) else links.known.classes[row.school_class]
    if row.school != school:
        sentence = _(
            'schoolSourcedId: the class belongs to "%(right)s", not to "%(key)s".',
            right=shown(school),
            key=shown(row.school),
        )
        links.refuse(Kind.ENROLLMENTS, row, "schoolSourcedId", sentence)
        return
    line = first.setdefault((row.school_class, row.user, row.role), row.line)
    if line != row.line:
        sentence = _("The same enrolment stands on line %(line)s already.", line=line)
        links.refuse(Kind.ENROLLMENTS, row, "userSourcedId", sentence)
