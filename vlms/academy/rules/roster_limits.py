"""A roster that is imported for some schools alone: what is of others is refused, line by line.

Units above schools, terms and courses belong to the whole institution: such an import reads
them and leaves them as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from vlms.academy.rules.roster_links import Known, Units, rows_of
from vlms.academy.rules.roster_rows import (
    ClassRow,
    MemberRow,
    OrgRow,
    Roster,
    Row,
    TermRow,
    UserRow,
)
from vlms.academy.rules.roster_words import Kind
from vlms.core.reading import shown
from vlms.core.text import Text, _

_WAY_OUT = _("A licensing admin of the institution imports rosters of all schools.")


@dataclass(frozen=True)
class Unseen:
    """What belongs to people of other schools; nothing of them is told but that it is taken."""

    source_ids: Collection[str] = ()
    numbers: Collection[str] = ()
    emails: Collection[str] = ()


def keep_to_schools(roster: Roster, known: Known, own: Collection[str]) -> None:
    """Refuse and leave out what is not of the schools with these keys; for lists, these names."""
    units = Units(roster, known)
    if roster.has_source_ids:
        _refuse_terms(roster, known)
    for user in rows_of(roster.parts[Kind.USERS], UserRow):
        _keep_user(roster, user, units, own)
    for kind, row, name, school in _schools_told(roster):
        if school not in own:
            _refuse(roster, kind, row, name, school)
    if not roster.has_source_ids:
        _refuse_lines(roster, own)


def _schools_told(roster: Roster) -> Iterator[tuple[Kind, Row, str, str]]:
    """The rows that are of one school, in which column it stands, and its key."""
    for one in rows_of(roster.parts[Kind.CLASSES], ClassRow):
        yield Kind.CLASSES, one, "schoolSourcedId", one.school
    for member in rows_of(roster.parts[Kind.ENROLLMENTS], MemberRow):
        yield Kind.ENROLLMENTS, member, "schoolSourcedId", member.school
    for org in rows_of(roster.parts[Kind.ORGS], OrgRow):
        if org.is_school:
            yield Kind.ORGS, org, "sourcedId", org.key


def refuse_unseen(roster: Roster, unseen: Unseen) -> None:
    """Refuse people whose key, number or address is somebody's whom the schools do not see."""
    for row in rows_of(roster.parts[Kind.USERS], UserRow):
        if row.role is None:
            continue
        for name, value, taken in (
            ("sourcedId", row.key if roster.has_source_ids else None, unseen.source_ids),
            ("identifier", row.number, unseen.numbers),
            ("email", row.email, unseen.emails),
        ):
            if value is not None and value in taken:
                called = roster.names.get(name, name)
                sentence = _(
                    '%(field)s: "%(value)s" belongs to somebody of another school.',
                    field=called,
                    value=shown(value),
                )
                roster.fault(Kind.USERS, row.line, name, sentence, _WAY_OUT)
                roster.parts[Kind.USERS].drop(row.key)
                break


def _keep_user(roster: Roster, row: UserRow, units: Units, own: Collection[str]) -> None:
    """Of several schools the own ones are kept; whoever has none of them is refused."""
    schools = units.schools_of(row.orgs)
    kept = tuple(school for school in schools if school in own)
    if kept:
        roster.parts[Kind.USERS].rows[row.key] = row._replace(orgs=kept)
    elif roster.has_source_ids and schools:
        _refuse(roster, Kind.USERS, row, "orgSourcedIds", schools[0])
    elif not roster.has_source_ids:
        roster.parts[Kind.USERS].drop(row.key)


def _refuse_terms(roster: Roster, known: Known) -> None:
    for row in rows_of(roster.parts[Kind.SESSIONS], TermRow):
        if row.key not in known.others.get(Kind.SESSIONS, frozenset()):
            sentence = _(
                'sourcedId: the institution has no term "%(key)s" yet.', key=shown(row.key)
            )
            roster.fault(Kind.SESSIONS, row.line, "sourcedId", sentence, _WAY_OUT)
            roster.parts[Kind.SESSIONS].drop(row.key)


def _refuse(roster: Roster, kind: Kind, row: Row, name: str, key: str) -> None:
    # Of a list each line is told once, by itself.
    if roster.has_source_ids:
        roster.fault(kind, row.line, name, _not_own(name, key), _WAY_OUT)
    roster.parts[kind].drop(row.key)


def _refuse_lines(roster: Roster, own: Collection[str]) -> None:
    for line, school in roster.school_lines:
        if school not in own:
            roster.fault(Kind.USERS, line, "school", _not_own("school", school), _WAY_OUT)


def _not_own(name: str, key: str) -> Text:
    return _(
        '%(field)s: "%(key)s" is none of your schools, as the institution\'s roster names them.',
        field=name,
        key=shown(key),
    )
