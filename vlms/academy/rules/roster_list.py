"""A plain list of people as a roster: one row for each person and class.

Lists only add and change: who is missing in one stays, and terms have to be known by their
titles. Schools, classes and people are told apart by their names and numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from vlms.academy.rules.roster_cells import Cells
from vlms.academy.rules.roster_rows import (
    ClassRow,
    MemberRow,
    OrgRow,
    Roster,
    UserRow,
    empty_parts,
)
from vlms.academy.rules.roster_words import Kind, Mode
from vlms.accounts.rules.place_role import PlaceRole
from vlms.core.text import Text, _

COLUMNS = ("number", "name", "latin_name", "email", "school", "role", "class", "term", "course")
# What the columns are called where OneRoster's have names of their own.
_NAMES = {
    "identifier": "number",
    "userSourcedId": "number",
    "classSourcedId": "class",
    "schoolSourcedId": "school",
    "orgSourcedIds": "school",
    "termSourcedIds": "term",
}
_ROLES: Mapping[str, PlaceRole] = {
    "student": PlaceRole.STUDENT,
    "學生": PlaceRole.STUDENT,
    "teacher": PlaceRole.FACULTY,
    "faculty": PlaceRole.FACULTY,
    "教師": PlaceRole.FACULTY,
    "老師": PlaceRole.FACULTY,
    "staff": PlaceRole.STAFF,
    "administrator": PlaceRole.STAFF,
    "職員": PlaceRole.STAFF,
    "行政": PlaceRole.STAFF,
}
_MEMBER_ROLES = {PlaceRole.STUDENT: "student", PlaceRole.FACULTY: "teacher"}
_LEFT_OUT = "administrator"
_BETWEEN = "\x1f"


def read_list(filename: str, lines: Iterable[tuple[int, Sequence[str]]]) -> Roster:
    """The list's rows, whose values stand in the order of COLUMNS."""
    roster = Roster(
        empty_parts(),
        has_source_ids=False,
        files=dict.fromkeys(Kind, filename),
        names=_NAMES,
    )
    for part in roster.parts.values():
        part.mode = Mode.DELTA

    def report(line: int, name: str, sentence: Text, way_out: Text | None) -> None:
        roster.fault(Kind.USERS, line, name, sentence, way_out)

    cells = Cells({name: place for place, name in enumerate(COLUMNS)}, report)
    for line, values in lines:
        cells.turn_to(line, values)
        _take(roster, cells)
    return roster


def _take(roster: Roster, cells: Cells) -> None:
    user = _user(cells)
    title, term = cells.optional("class", 200), cells.optional("term", 120)
    course = cells.optional("course", 200)
    if not cells.is_sound:
        roster.parts[Kind.USERS].spoiled.add(user.key)
        # Its term is looked for as well.
        terms = (term,) if term else ()
        faulty = ClassRow(cells.line, "", title or "", None, None, None, "", terms)
        roster.parts[Kind.CLASSES].faulty.append(faulty)
        return
    school = user.orgs[0]
    roster.school_lines.append((cells.line, school))
    roster.parts[Kind.ORGS].rows.setdefault(
        school, OrgRow(cells.line, school, school, True, None, None)
    )
    if not _put_user(roster, cells, user) or title is None:
        return
    key = f"{school}{_BETWEEN}{title}"
    terms = (term,) if term else ()
    _put_class(roster, ClassRow(cells.line, key, title, None, course, None, school, terms))
    member = _MEMBER_ROLES.get(user.role, _LEFT_OUT) if user.role else _LEFT_OUT
    own = f"{key}{_BETWEEN}{user.key}"
    roster.parts[Kind.ENROLLMENTS].rows.setdefault(
        own, MemberRow(cells.line, own, key, school, user.key, member, None, None)
    )


def _put_class(roster: Roster, row: ClassRow) -> None:
    """Rows of one class may each name another term of it; the newest line tells of them."""
    rows = roster.parts[Kind.CLASSES].rows
    first = rows.get(row.key)
    if not isinstance(first, ClassRow):
        rows[row.key] = row
    elif not set(row.terms) <= set(first.terms):
        rows[row.key] = first._replace(line=row.line, terms=(*first.terms, *row.terms))


def _user(cells: Cells) -> UserRow:
    role = cells.word("role", _ROLES)
    number, email = cells.optional("number", 60), cells.email("email")
    if number is None and email is None and cells.is_sound:
        sentence = _("The row names neither a number nor an e-mail address.")
        cells.wrong("number", sentence, _("Enter one of them: people are told apart by it."))
    return UserRow(
        cells.line,
        number or email or "",
        cells.text("name", 200),
        cells.optional("latin_name", 200),
        number,
        email,
        _ROLES.get(role),
        True,
        (cells.text("school", 200),),
    )


def _put_user(roster: Roster, cells: Cells, user: UserRow) -> bool:
    """A person may stand in several rows, for several classes or schools, but always alike."""
    part = roster.parts[Kind.USERS]
    first = part.rows.get(user.key)
    if not isinstance(first, UserRow):
        part.rows[user.key] = user
        return True
    alike = user._replace(line=first.line, orgs=first.orgs)
    if alike != first:
        sentence = _(
            "Row %(line)s tells something else of the person with this number.", line=first.line
        )
        cells.wrong("number", sentence, _("Let both rows say the same, or correct the number."))
        return False
    part.rows[user.key] = first._replace(orgs=tuple(dict.fromkeys((*first.orgs, *user.orgs))))
    return True
