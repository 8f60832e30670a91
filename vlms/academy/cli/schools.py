"""`vlms academy schools`, `classes`, `class-members`, `terms`: what rosters brought."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

from vlms.academy.models.roster import ClassMember, ClassRole
from vlms.academy.queries.rosters import get_class
from vlms.academy.queries.schools import (
    list_classes,
    list_members,
    list_terms,
    member_counts,
    school_figures,
)
from vlms.accounts.models import Organisation, OrganisationKind, PlaceRole
from vlms.accounts.queries import find_organisation, list_organisations, list_schools
from vlms.core.clock import local_day, system_clock
from vlms.core.commands import SCOPE, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.text import _

_ORGANISATION = click.option(
    "--organisation", "slug", default="", help="Its address name; else all institutions."
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")


def _organisations(session: Session, slug: str) -> Sequence[Organisation]:
    if not slug:
        return list_organisations(session, OrganisationKind.ACADEMIC)
    found = find_organisation(session, slug)
    if found is None:
        raise NotFound(None, _("There is no such organisation."))
    return [found]


@click.command("schools")
@_ORGANISATION
@_JSON
@with_app
def schools(slug: str, as_json: bool) -> None:
    """List the schools with how many are there today."""
    with reading(SCOPE) as session:
        rows = [row for one in _organisations(session, slug) for row in _schools(session, one)]
    print_rows(rows, as_json=as_json)


def _schools(session: Session, organisation: Organisation) -> Iterator[dict[str, Any]]:
    today = local_day(system_clock(), organisation.time_zone)
    figures = school_figures(session, organisation.id, today)
    for school in list_schools(session, organisation.id):
        people = figures[school.id].people
        yield {
            "organisation": organisation.slug,
            "name": school.name,
            "source_id": school.source_id,
            "students": people[PlaceRole.STUDENT],
            "faculty": people[PlaceRole.FACULTY],
            "staff": people[PlaceRole.STAFF],
            "classes": figures[school.id].class_count,
        }


@click.command("classes")
@_ORGANISATION
@click.option("--school", default="", help="Only those of the school of this name.")
@_JSON
@with_app
def classes(slug: str, school: str, as_json: bool) -> None:
    """List the classes with how many are in them today."""
    with reading(SCOPE) as session:
        rows = [
            row
            for one in _organisations(session, slug)
            for row in _classes(session, one)
            if school in ("", row["school"])
        ]
    print_rows(rows, as_json=as_json)


def _classes(session: Session, organisation: Organisation) -> Iterator[dict[str, Any]]:
    today = local_day(system_clock(), organisation.time_zone)
    found = list_classes(session, organisation.id)
    counts = member_counts(session, [one.id for one in found], today)
    for one in found:
        yield {
            "id": str(one.id),
            "organisation": organisation.slug,
            "title": one.title,
            "code": one.code,
            "course": one.course,
            "school": one.school.name,
            "terms": "; ".join(term.title for term in one.terms),
            "students": counts.get((one.id, ClassRole.STUDENT), 0),
            "teachers": counts.get((one.id, ClassRole.TEACHER), 0),
            "ended_on": one.ended_on.isoformat() if one.ended_on else None,
        }


@click.command("class-members")
@click.argument("class_id", type=click.UUID)
@_JSON
@with_app
def class_members(class_id: UUID, as_json: bool) -> None:
    """List who is or was in the class CLASS_ID (see `vlms academy classes`)."""
    with reading(SCOPE) as session:
        members = list_members(session, get_class(session, class_id).id)
        rows = [_member(member) for member in members]
    print_rows(rows, as_json=as_json)


def _member(member: ClassMember) -> dict[str, Any]:
    return {
        "name": member.person.name,
        "latin_name": member.person.latin_name,
        "number": member.person.number,
        "email": member.person.email,
        "role": member.role.value,
        "first_day": member.first_day.isoformat() if member.first_day else None,
        "last_day": member.last_day.isoformat() if member.last_day else None,
    }


@click.command("terms")
@_ORGANISATION
@_JSON
@with_app
def terms(slug: str, as_json: bool) -> None:
    """List the academic terms."""
    with reading(SCOPE) as session:
        rows = [
            {
                "organisation": one.slug,
                "title": term.title,
                "kind": term.kind.value,
                "first_day": term.first_day.isoformat(),
                "last_day": term.last_day.isoformat(),
                "school_year": term.school_year,
            }
            for one in _organisations(session, slug)
            for term in list_terms(session, one.id)
        ]
    print_rows(rows, as_json=as_json)
