"""The directory as a table for files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from vlms.accounts.models import Person
from vlms.core.language import LANGUAGE_NAMES
from vlms.core.text import _
from vlms.exports.table import Column, Kind, Table


def people_table(
    people: Iterable[Person],
    schools: Mapping[UUID, str],
    managers: Mapping[UUID, str],
    made: tuple[str, datetime],
) -> Table[Person]:
    """`schools` and `managers` are names by key; `made` is the zone of instants, and when."""
    zone, made_at = made

    def school(person: Person) -> str | None:
        return schools.get(person.school_id) if person.school_id else None

    def manager(person: Person) -> str | None:
        return managers.get(person.manager_id) if person.manager_id else None

    columns = (
        Column[Person](_("Full name"), lambda person: person.name, of="name"),
        Column[Person](_("Name in Latin letters"), lambda person: person.latin_name, of="name"),
        Column[Person](_("E-mail address"), lambda person: person.email, of="email"),
        Column[Person](_("Number"), lambda person: person.number, of="number"),
        Column[Person](_("Department"), lambda person: person.department, of="department"),
        Column[Person](_("School"), school, of="school"),
        Column[Person](
            _("Language"), lambda person: LANGUAGE_NAMES[person.language], of="language"
        ),
        Column[Person](_("Left at"), lambda person: person.left_at, Kind.INSTANT, zone),
    )
    more = (
        Column[Person](_("Manager"), manager, of="manager"),
        Column[Person](_("Certification ID"), lambda person: person.mcid, of="mcid"),
    )
    added = Column[Person](
        _("Added"), lambda person: person.created_at, Kind.INSTANT, zone, of="created"
    )
    return Table(_("People"), columns, people, made_at, extra=(added, *more))
