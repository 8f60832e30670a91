"""The files of a OneRoster 1.1 zip as rows, each kind by its columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from vlms.academy.rules.roster_cells import Cells
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
from vlms.academy.rules.roster_words import (
    CLASS_TYPES,
    MEMBER_ROLES,
    ORG_TYPES,
    PLACE_ROLES,
    SCHOOL,
    SPECS,
    Kind,
    Mode,
    TermKind,
)
from vlms.core.text import Text, _
from vlms.exports.sheets import column_letters

KEY, NAME, TITLE, SHORT, CODE = 120, 200, 200, 120, 60
_LIVE = {"active": True, "tobedeleted": False, "inactive": False}
_YEAR = re.compile(r"[0-9]{4}")
# Names in these scripts put the family's first, without a space.
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff]")
_EXPORT_AGAIN = _("Let the source system export the files again.")
Lines = Iterable[tuple[int, Sequence[str]]]


def read_part(roster: Roster, kind: Kind, headers: Sequence[str], lines: Lines) -> None:
    """Add a file's rows to the roster, and what is wrong with them."""
    part = roster.parts[kind]
    if not _check_headings(roster, kind, headers):
        part.is_unread = True
        return

    def report(line: int, name: str, sentence: Text, way_out: Text | None) -> None:
        roster.fault(kind, line, name, sentence, way_out)

    cells = Cells({name: place for place, name in enumerate(headers)}, report)
    read = _READERS[kind]
    for line, values in lines:
        cells.turn_to(line, values)
        _take(part, cells, read)


def _take(part: Part, cells: Cells, read: Callable[[Cells, str], Row]) -> None:
    key = cells.text("sourcedId", KEY)
    if not key:
        return
    first = part.rows[key].line if key in part.rows else part.gone.get(key)
    if first is not None:
        sentence = _('sourcedId "%(key)s" stands on line %(line)s already.', key=key, line=first)
        cells.wrong("sourcedId", sentence, _("Remove one of the two lines."))
        return
    is_live = _is_live(part, cells)
    row = read(cells, key) if is_live else None
    if not cells.is_sound:
        part.spoiled.add(key)
        part.faulty += [row] if row is not None else []
    elif row is None:
        part.gone[key] = cells.line
    else:
        part.rows[key] = row


def _is_live(part: Part, cells: Cells) -> bool:
    is_delta = part.mode is Mode.DELTA
    cells.moment("dateLastModified", required=is_delta)
    status = cells.word("status", _LIVE, "" if is_delta else "active")
    return _LIVE.get(status, True)


def _check_headings(roster: Roster, kind: Kind, headers: Sequence[str]) -> bool:
    """Whether the columns can be told; each that cannot is a fault of the first line."""
    spec, found = SPECS[kind], len(roster.faults)
    for place, name in enumerate(headers):
        if not name:
            letters = column_letters(place)
            sentence = _("Column %(column)s has no heading.", column=letters)
            roster.fault(kind, 1, letters, sentence, _EXPORT_AGAIN)
        elif name in headers[:place]:
            sentence = _("The heading “%(heading)s” stands twice.", heading=name[:80])
            roster.fault(kind, 1, name, sentence, _EXPORT_AGAIN)
        elif name not in spec.columns and not name.startswith("metadata."):
            sentence = _("The heading “%(heading)s” is not known.", heading=name[:80])
            roster.fault(kind, 1, name, sentence, _EXPORT_AGAIN)
    if len(roster.faults) == found and headers[:1] != ("sourcedId",):
        sentence = _("The first column is %(field)s.", field="sourcedId")
        roster.fault(kind, 1, "sourcedId", sentence, _EXPORT_AGAIN)
    for name in spec.columns:
        if name in spec.required and name not in headers:
            sentence = _("There is no column %(field)s.", field=name)
            roster.fault(kind, 1, name, sentence, _EXPORT_AGAIN)
    return len(roster.faults) == found


def blame_headings(roster: Roster, kind: Kind, headers: Sequence[str]) -> None:
    """When every line has another number of values, it is the heading that is damaged."""
    missing = [name for name in SPECS[kind].columns if name not in headers]
    sentence = _("The headings do not fit the lines below them: each has more or fewer values.")
    roster.fault(kind, 1, missing[0] if missing else headers[-1], sentence, _EXPORT_AGAIN)
    roster.parts[kind].is_unread = True


def _org(cells: Cells, key: str) -> OrgRow:
    return OrgRow(
        cells.line,
        key,
        cells.text("name", NAME),
        cells.word("type", ORG_TYPES) == SCHOOL,
        cells.optional("identifier", CODE),
        cells.optional("parentSourcedId", KEY),
    )


def _term(cells: Cells, key: str) -> TermRow:
    kind = cells.word("type", set(TermKind))
    first_day, last_day = cells.required_day("startDate"), cells.required_day("endDate")
    if cells.is_sound and last_day < first_day:
        cells.wrong("endDate", _("The last day lies before the first."))
    year = cells.text("schoolYear", 20)
    if year and not _YEAR.fullmatch(year):
        cells.wrong("schoolYear", _("The school year is a year of four digits, as 2027."))
    title, parent = cells.text("title", SHORT), cells.optional("parentSourcedId", KEY)
    found = TermKind(kind) if kind else TermKind.TERM
    return TermRow(cells.line, key, title, found, first_day, last_day, year, parent)


def _course(cells: Cells, key: str) -> CourseRow:
    return CourseRow(
        cells.line,
        key,
        cells.text("title", TITLE),
        cells.optional("courseCode", CODE),
        cells.text("orgSourcedId", KEY),
        cells.optional("schoolYearSourcedId", KEY),
    )


def _class(cells: Cells, key: str) -> ClassRow:
    cells.word("classType", CLASS_TYPES)
    return ClassRow(
        cells.line,
        key,
        cells.text("title", TITLE),
        cells.optional("classCode", CODE),
        cells.text("courseSourcedId", KEY),
        cells.optional("location", SHORT),
        cells.text("schoolSourcedId", KEY),
        cells.keys("termSourcedIds", KEY, required=True),
    )


def _user(cells: Cells, key: str) -> UserRow:
    role = cells.word("role", PLACE_ROLES)
    cells.text("username", NAME)
    return UserRow(
        cells.line,
        key,
        full_name(
            cells.text("givenName", 90),
            cells.optional("middleName", 60),
            cells.text("familyName", 90),
        )[:NAME],
        None,
        cells.optional("identifier", CODE),
        cells.email("email"),
        PLACE_ROLES.get(role),
        cells.flag("enabledUser"),
        cells.keys("orgSourcedIds", KEY, required=True),
    )


def full_name(given: str, middle: str | None, family: str) -> str:
    """As the name is written: 王小明, but Grace Brewster Hopper."""
    if _EAST_ASIAN.search(family) and _EAST_ASIAN.search(given):
        return f"{family}{given}"
    return " ".join(part for part in (given, middle, family) if part)


def _member(cells: Cells, key: str) -> MemberRow:
    first_day, last_day = cells.day("beginDate"), cells.day("endDate")
    if first_day and last_day and last_day < first_day:
        cells.wrong("endDate", _("The last day lies before the first."))
    cells.flag("primary", default=False)
    return MemberRow(
        cells.line,
        key,
        cells.text("classSourcedId", KEY),
        cells.text("schoolSourcedId", KEY),
        cells.text("userSourcedId", KEY),
        cells.word("role", MEMBER_ROLES),
        first_day,
        last_day,
    )


_READERS: Mapping[Kind, Callable[[Cells, str], Row]] = {
    Kind.ORGS: _org,
    Kind.SESSIONS: _term,
    Kind.COURSES: _course,
    Kind.CLASSES: _class,
    Kind.USERS: _user,
    Kind.ENROLLMENTS: _member,
}
