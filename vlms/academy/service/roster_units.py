"""Units, terms, courses and classes of a roster against those that are held."""

from __future__ import annotations

from uuid import UUID

from vlms.academy.models.roster import (
    AcademicTerm,
    ClassTerm,
    RosterRecord,
    RosterRecordKind,
    SchoolClass,
)
from vlms.academy.rules.roster_links import rows_of
from vlms.academy.rules.roster_rows import ClassRow, CourseRow, OrgRow, TermRow
from vlms.academy.rules.roster_words import Kind
from vlms.academy.service.roster_plan import Comparison, Effect, Values, by, differences
from vlms.accounts.models import School
from vlms.core.reading import shown
from vlms.core.text import _
from vlms.core.tokens import new_id

_ORG, _COURSE = RosterRecordKind.ORG, RosterRecordKind.COURSE


def compare_units(work: Comparison) -> None:
    """Schools by their key, or by their name where they have none yet."""
    by_source, by_name = by(work.held.schools, "source_id"), by(work.held.schools, "name")
    for row in rows_of(work.roster.parts[Kind.ORGS], OrgRow):
        school_id = None
        if row.is_school:
            school = by_source.get(row.key) or _adopted(work, row, by_name.get(row.name))
            namesake = by_name.get(row.name)
            if namesake is not None and namesake is not school:
                _refuse_namesake(work, row)
                continue
            school_id = _put_school(work, row, school)
            work.ids[Kind.ORGS][row.key] = school_id
        if work.roster.has_source_ids:
            _put_record(
                work,
                Kind.ORGS,
                (_ORG, row.key),
                {
                    "title": row.name,
                    "code": row.code,
                    "parent_source_id": row.parent,
                    "school_id": school_id,
                    "ended_on": None,
                },
            )
    for record in work.held.records.values():
        if record.school_id is not None and record.source_id not in work.ids[Kind.ORGS]:
            work.ids[Kind.ORGS][record.source_id] = record.school_id
    _end_records(work, Kind.ORGS, _ORG)


def _adopted(work: Comparison, row: OrgRow, namesake: School | None) -> School | None:
    """A school of this name that no roster has named yet; or by its name alone, from lists."""
    if namesake is None or (work.roster.has_source_ids and namesake.source_id is not None):
        return None
    return namesake


def _refuse_namesake(work: Comparison, row: OrgRow) -> None:
    sentence = _('name: another school is called "%(name)s" already.', name=shown(row.name))
    work.roster.fault(Kind.ORGS, row.line, "name", sentence)
    work.roster.parts[Kind.ORGS].drop(row.key)


def _put_school(work: Comparison, row: OrgRow, school: School | None) -> UUID:
    source = {"source_id": row.key} if work.roster.has_source_ids else {}
    if school is None:
        key = new_id()
        values = {"name": row.name, "source_id": None, "time_zone": None, **source}
        work.plan.inserts[School].append(
            {"id": key, "organisation_id": work.organisation_id, **values}
        )
        if not source:
            work.count(Kind.ORGS, Effect.NEW)
        return key
    changed = differences(school, {"name": row.name, **source})
    if changed and work.own is None:
        work.plan.changes.append((School, school.id, changed))
    if not source:
        work.count(Kind.ORGS, Effect.UNCHANGED)
    return school.id


def _put_record(
    work: Comparison, kind: Kind, place: tuple[RosterRecordKind, str], values: Values
) -> None:
    record_kind, source_id = place
    fixed = {"kind": record_kind, "source_id": source_id}
    work.put(kind, RosterRecord, work.held.records.get(place), {**fixed, **values})


def _end_records(work: Comparison, kind: Kind, record_kind: RosterRecordKind) -> None:
    if work.own is not None:
        return
    live = {
        key: record
        for (one, key), record in work.held.records.items()
        if one is record_kind and record.ended_on is None
    }
    for key in work.vanished(kind, live):
        work.plan.changes.append((RosterRecord, live[key].id, {"ended_on": work.plan.today}))
        work.count(kind, Effect.ENDED)


def compare_courses(work: Comparison) -> None:
    for row in rows_of(work.roster.parts[Kind.COURSES], CourseRow):
        values: Values = {
            "title": row.title,
            "code": row.code,
            "parent_source_id": row.org,
            "school_id": None,
            "ended_on": None,
        }
        _put_record(work, Kind.COURSES, (_COURSE, row.key), values)
    _end_records(work, Kind.COURSES, _COURSE)


def compare_terms(work: Comparison) -> None:
    """Terms that are missing stay: what is past drops out of exports."""
    by_source, by_title = by(work.held.terms, "source_id"), by(work.held.terms, "title")
    for row in rows_of(work.roster.parts[Kind.SESSIONS], TermRow):
        held = by_source.get(row.key)
        namesake = by_title.get(row.title)
        if held is None and namesake is not None:
            held = namesake if namesake.source_id is None else None
        values: Values = {
            "source_id": row.key,
            "title": row.title,
            "kind": row.kind,
            "first_day": row.first_day,
            "last_day": row.last_day,
            "school_year": row.school_year,
        }
        key = work.put(Kind.SESSIONS, AcademicTerm, held, values)
        work.ids[Kind.SESSIONS][row.key] = key
    # Lists name terms by their titles.
    for key, term in (by_source if work.roster.has_source_ids else by_title).items():
        work.ids[Kind.SESSIONS].setdefault(key, term.id)


def compare_classes(work: Comparison) -> None:
    by_source = by(work.held.classes, "source_id")
    for row in rows_of(work.roster.parts[Kind.CLASSES], ClassRow):
        school_id = work.ids[Kind.ORGS].get(row.school)
        if school_id is None:
            work.roster.parts[Kind.CLASSES].drop(row.key)
            continue
        held = by_source.get(row.key) or _class_of_name(work, row, school_id)
        values: Values = {
            "school_id": school_id,
            "title": row.title,
            "code": row.code,
            "course": _course_title(work, row),
            "location": row.location,
            "ended_on": None,
        }
        if work.roster.has_source_ids or held is None:
            values["source_id"] = work.source_id(row.key)
        else:
            # A list tells less than is known: what it leaves empty stays.
            values = {name: value for name, value in values.items() if value is not None}
            values["ended_on"] = None
        key = work.put(Kind.CLASSES, SchoolClass, held, values)
        work.ids[Kind.CLASSES][row.key] = key
        if _compare_class_terms(work, row, key, school_id) and held is not None:
            _count_as_changed(work, differences(held, values))
    _end_classes(work, by_source)


def _class_of_name(work: Comparison, row: ClassRow, school_id: UUID) -> SchoolClass | None:
    """A class of this title in the school: any for lists, else one that no roster has named."""
    return next(
        (
            one
            for one in work.held.classes
            if one.school_id == school_id
            and one.title == row.title
            and (one.source_id is None or not work.roster.has_source_ids)
        ),
        None,
    )


def _course_title(work: Comparison, row: ClassRow) -> str | None:
    if row.course is None or not work.roster.has_source_ids:
        return row.course
    told = work.roster.parts[Kind.COURSES].rows.get(row.course)
    if isinstance(told, CourseRow):
        return told.title
    record = work.held.records.get((_COURSE, row.course))
    return record.title if record else None


def _count_as_changed(work: Comparison, changed: Values) -> None:
    """A class whose terms alone are others."""
    if not changed:
        work.count(Kind.CLASSES, Effect.UNCHANGED, -1)
        work.count(Kind.CLASSES, Effect.CHANGED)


def _compare_class_terms(work: Comparison, row: ClassRow, class_id: UUID, school_id: UUID) -> bool:
    """Whether its terms are others than before; lists only add terms."""
    wanted = {work.ids[Kind.SESSIONS][key] for key in row.terms}
    held = work.held.class_terms.get(class_id, set())
    for term_id in sorted(wanted - held):
        work.plan.inserts[ClassTerm].append(
            {
                "class_id": class_id,
                "term_id": term_id,
                "organisation_id": work.organisation_id,
                "school_id": school_id,
            }
        )
    lost = held - wanted if work.roster.has_source_ids else set()
    work.plan.lost_terms += [(class_id, term_id) for term_id in sorted(lost)]
    return bool(lost or wanted - held)


def _end_classes(work: Comparison, by_source: dict[str, SchoolClass]) -> None:
    live = {key: one for key, one in by_source.items() if one.ended_on is None}
    for key in work.vanished(Kind.CLASSES, live):
        work.plan.changes.append((SchoolClass, live[key].id, {"ended_on": work.plan.today}))
        work.count(Kind.CLASSES, Effect.ENDED)
    for key, one in by_source.items():
        work.ids[Kind.CLASSES].setdefault(key, one.id)
