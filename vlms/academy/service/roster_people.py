"""People of a roster, their places at schools, and who is in which class."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from vlms.academy.models.roster import ClassMember, ClassRole
from vlms.academy.rules.roster_links import Known, Units, rows_of
from vlms.academy.rules.roster_rows import MemberRow, UserRow
from vlms.academy.rules.roster_words import MEMBERS, Kind
from vlms.academy.service.roster_held import HeldMember, HeldPerson, HeldPlace
from vlms.academy.service.roster_matching import match_people
from vlms.academy.service.roster_plan import Comparison, Effect, Values, by, differences
from vlms.accounts.models import Person, PersonPlace
from vlms.accounts.rules.place_role import PlaceRole
from vlms.core.reading import search_key
from vlms.core.tokens import new_id


def compare_people(work: Comparison, known: Known) -> None:
    """People are never deleted; who is gone only ends their places."""
    units = Units(work.roster, known)
    found = match_people(work)
    for row in rows_of(work.roster.parts[Kind.USERS], UserRow):
        if row.role is None:
            work.count(Kind.USERS, Effect.LEFT_OUT)
            continue
        schools = [
            work.ids[Kind.ORGS][key]
            for key in units.schools_of(row.orgs)
            if key in work.ids[Kind.ORGS]
        ]
        _put_person(work, row, found.get(row.key), schools)
    _end_people(work, {person.id for person in found.values()})


def _put_person(
    work: Comparison, row: UserRow, held: HeldPerson | None, schools: list[UUID]
) -> None:
    open_places = {(school_id, row.role) for school_id in schools} if row.is_enabled else set()
    if held is None:
        key = new_id()
        work.plan.inserts[Person].append(_new_person(work, row, key, schools))
        effect = Effect.NEW
        _put_places(work, key, [], open_places)
    else:
        key = held.id
        has_changed = _change_person(work, row, held, schools)
        places = work.held.places.get(key, [])
        has_moved = _put_places(work, key, places, open_places)
        effect = Effect.CHANGED if has_changed or has_moved else Effect.UNCHANGED
    work.ids[Kind.USERS][row.key] = key
    work.count(Kind.USERS, effect)


def _new_person(work: Comparison, row: UserRow, key: UUID, schools: list[UUID]) -> Values:
    return {
        "id": key,
        "organisation_id": work.organisation_id,
        "school_id": schools[0] if schools else None,
        "user_id": None,
        "name": row.name,
        "latin_name": row.latin_name,
        "search_name": search_key(row.name, row.latin_name)[:400],
        "email": row.email,
        "number": row.number,
        "department": None,
        "source_id": work.source_id(row.key),
        "language": work.held.organisation.language,
        "left_at": None,
    }


def _change_person(work: Comparison, row: UserRow, held: HeldPerson, schools: list[UUID]) -> bool:
    """What the roster does not tell stays: numbers, addresses, names in Latin letters.

    So does all of a person whose own school is another one than the import's.
    """
    if work.own is not None and held.school_id not in work.own:
        return False
    latin_name = row.latin_name or held.latin_name
    values: Values = {"name": row.name, "latin_name": latin_name}
    if work.roster.has_source_ids:
        values["source_id"] = row.key
    if row.number is not None:
        values["number"] = row.number
    if schools and held.school_id not in schools:
        values["school_id"] = schools[0]
    changed = differences(held, values)
    if "name" in changed or "latin_name" in changed:
        changed["search_name"] = search_key(row.name, latin_name)[:400]
    if changed:
        work.plan.changes.append((Person, held.id, changed))
    if row.email is not None and row.email != held.email:
        work.plan.addresses.append((held.id, row.email))
        return True
    return bool(changed)


def _put_places(
    work: Comparison,
    person_id: UUID,
    held: list[HeldPlace],
    wanted: set[tuple[UUID, PlaceRole | None]],
) -> bool:
    """Whether anything changes: places that are wanted are open, others end.

    Lists only tell of the schools that they name.
    """
    found = {(place.school_id, place.role): place for place in held}
    changes = False
    for school_id, role in sorted(wanted, key=str):
        place = found.pop((school_id, role), None) if role else None
        if place is None:
            changes = True
            work.plan.inserts[PersonPlace].append(
                {
                    "id": new_id(),
                    "organisation_id": work.organisation_id,
                    "school_id": school_id,
                    "person_id": person_id,
                    "role": role,
                    "first_day": None,
                    "last_day": None,
                }
            )
        elif place.last_day is not None:
            changes = True
            work.plan.changes.append((PersonPlace, place.id, {"last_day": None}))
    if not work.roster.has_source_ids:
        return changes
    ended = [place.id for place in found.values() if _is_open(work, place)]
    work.plan.ends[PersonPlace] += ended
    return changes or bool(ended)


def _is_open(work: Comparison, row: HeldPlace | HeldMember) -> bool:
    return row.last_day is None or row.last_day >= work.plan.today


def _end_people(work: Comparison, told: set[UUID]) -> None:
    by_source: Mapping[str, HeldPerson] = by(work.held.persons, "source_id")
    for key in work.vanished(Kind.USERS, by_source):
        person = by_source[key]
        if person.id in told:
            continue
        places = work.held.places.get(person.id, [])
        ended = [place.id for place in places if _is_open(work, place)]
        work.plan.ends[PersonPlace] += ended
        work.count(Kind.USERS, Effect.ENDED, 1 if ended else 0)
    for key, person in by_source.items():
        work.ids[Kind.USERS].setdefault(key, person.id)


def compare_members(work: Comparison) -> None:
    held: Mapping[str, HeldMember] = by(work.held.members, "source_id")
    by_place = {(one.class_id, one.person_id, one.role): one for one in work.held.members}
    classes, users = work.ids[Kind.CLASSES], work.ids[Kind.USERS]
    schools = work.ids[Kind.ORGS]
    for row in rows_of(work.roster.parts[Kind.ENROLLMENTS], MemberRow):
        class_id, person_id = classes.get(row.school_class), users.get(row.user)
        if row.role not in MEMBERS or class_id is None or person_id is None:
            work.count(Kind.ENROLLMENTS, Effect.LEFT_OUT)
            continue
        role = ClassRole(row.role)
        values: Values = {
            "school_id": schools[row.school],
            "class_id": class_id,
            "person_id": person_id,
            "role": role,
            "first_day": row.first_day,
            "last_day": row.last_day,
        }
        found = by_place.get((class_id, person_id, role)) or held.get(row.key)
        _put_member(work, row, found, values)
    _end_members(work, held)


def _put_member(work: Comparison, row: MemberRow, held: HeldMember | None, values: Values) -> None:
    if work.roster.has_source_ids or held is None:
        values["source_id"] = work.source_id(row.key)
    else:
        # Lists tell no days: those that are known stay, unless somebody comes back.
        del values["first_day"], values["last_day"]
        if not _is_open(work, held):
            values["last_day"] = None
    work.put(Kind.ENROLLMENTS, ClassMember, held, values)


def _end_members(work: Comparison, held: Mapping[str, HeldMember]) -> None:
    live = {key: one for key, one in held.items() if _is_open(work, one)}
    told = {key for _model, key, _values in work.plan.changes}
    for key in work.vanished(Kind.ENROLLMENTS, live):
        if live[key].id in told:
            continue
        work.plan.ends[ClassMember].append(live[key].id)
        work.count(Kind.ENROLLMENTS, Effect.ENDED)
