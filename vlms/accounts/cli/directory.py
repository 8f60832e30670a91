"""`vlms people`: the directory of an organisation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

from vlms.accounts import service
from vlms.accounts.cli.values import (
    EMAIL,
    LANGUAGES,
    NAME,
    json_option,
    organisation_named,
    person_named,
    school_named,
)
from vlms.accounts.models import Person
from vlms.accounts.queries import PersonFilter, list_people
from vlms.accounts.rules.mcid import read_mcid
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.language import Language
from vlms.core.reading import optional, read_text
from vlms.core.text import _
from vlms.core.work import Work

_LATIN_NAME = Read(optional(read_text(200)), _("Name in Latin letters"))
_NUMBER = Read(optional(read_text(60)), _("Number"))
_MCID = Read(optional(read_mcid), _("Certification ID"))
_DEPARTMENT = Read(optional(read_text(120)), _("Department"))
_REASON = Read(read_text(500), _("Why it changes"))
# What an edit may take away: typed as an empty text.
_REMOVABLE = {
    "latin_name": _LATIN_NAME,
    "number": _NUMBER,
    "department": _DEPARTMENT,
    "mcid": _MCID,
}
_REFERRED = {"school": "school_id", "manager": "manager_id"}

_organisation_option = click.option("--organisation", "slug", required=True)
_who_argument = click.argument("who", metavar="NUMBER|EMAIL")


@click.group()
def people() -> None:
    """The directory of an organisation."""


@people.command("list")
@_organisation_option
@click.option("--search", "words")
@json_option
@with_app
def list_directory(slug: str, words: str | None, as_json: bool) -> None:
    """The people of an organisation, by name."""
    with reading(SCOPE) as session:
        found = list_people(session, organisation_named(session, slug).id, PersonFilter(words))
        print_rows([_person_row(person) for person in found], as_json=as_json)


@people.command()
@click.argument("name", type=NAME)
@_organisation_option
@click.option("--latin-name", type=_LATIN_NAME)
@click.option("--email", type=EMAIL)
@click.option("--number", type=_NUMBER)
@click.option("--department", type=_DEPARTMENT)
@click.option("--mcid", type=_MCID)
@click.option("--manager", metavar="NUMBER|EMAIL")
@click.option("--language", type=LANGUAGES, default=Language.ENGLISH.value)
@click.option("--school")
@with_app
def add(name: str, slug: str, language: str, **facts: Any) -> None:
    """Add a person to the directory of an organisation."""
    with command_work() as work:
        organisation = organisation_named(work.session, slug)
        email = facts.pop("email")
        for given, name_ in _REFERRED.items():
            facts[name_] = _referred(work.session, organisation.id, given, facts.pop(given))
        told = service.PersonFacts(name, language=Language(language), **facts)
        person = service.create_person(work, organisation.id, told, email)
    click.echo(f"{person.name} has been added to {slug}.")


@people.command()
@_who_argument
@_organisation_option
@click.option("--name", type=NAME)
@click.option("--latin-name", help='"" takes it away.')
@click.option("--number", help='"" takes it away.')
@click.option("--department", help='"" takes it away.')
@click.option("--mcid", help='"" takes it away.')
@click.option("--manager", metavar="NUMBER|EMAIL", help='"" takes it away.')
@click.option("--language", type=LANGUAGES)
@click.option("--school", help='"" takes it away.')
@with_app
def edit(who: str, slug: str, **typed: str | None) -> None:
    """Change a person of the directory; what is not given stays."""
    given = {name: text for name, text in typed.items() if text is not None}
    with command_work() as work:
        person = _person(work.session, slug, who)
        told = replace(_facts_of(person), **_read(work.session, person.organisation_id, given))
        service.edit_person(work, person.id, told)
    click.echo(f"{person.name} is saved.")


def _facts_of(person: Person) -> service.PersonFacts:
    return service.PersonFacts(
        person.name,
        person.latin_name,
        person.number,
        person.department,
        person.language,
        person.school_id,
        person.manager_id,
        person.mcid,
    )


def _read(session: Session, organisation_id: UUID, given: dict[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        name: _REMOVABLE[name].convert(text, None, None) if name in _REMOVABLE else text
        for name, text in given.items()
        if name not in (*_REFERRED, "language")
    }
    if "language" in given:
        told["language"] = Language(given["language"])
    for name in _REFERRED.keys() & given.keys():
        told[_REFERRED[name]] = _referred(session, organisation_id, name, given[name])
    return told


def _referred(session: Session, organisation_id: UUID, name: str, typed: str | None) -> UUID | None:
    """The key of the school or manager that was typed."""
    if not typed:
        return None
    if name == "school":
        return school_named(session, organisation_id, typed)
    return person_named(session, organisation_id, typed).id


@people.command("correct-address")
@_who_argument
@click.argument("email", type=EMAIL)
@_organisation_option
@click.option("--reason", type=_REASON, required=True, help="The journal keeps it.")
@with_app
def correct_address(who: str, email: str, slug: str, reason: str) -> None:
    """Give the same person the right address EMAIL; links sent to the old one end."""
    with command_work() as work:
        person = _person(work.session, slug, who)
        service.correct_address(work, person.id, email, reason)
    click.echo(f"{person.name} has the address {email} now.")


@people.command()
@_who_argument
@_organisation_option
@with_app
def leave(who: str, slug: str) -> None:
    """Mark a person as leaver; codes that were assigned stay with them."""
    _mark(slug, who, service.mark_leaver)
    click.echo("Marked as leaver.")


@people.command("return")
@_who_argument
@_organisation_option
@with_app
def take_back(who: str, slug: str) -> None:
    """Mark a person as no leaver any more."""
    _mark(slug, who, service.take_back_leaver)
    click.echo("No leaver any more.")


def _mark(slug: str, who: str, mark: Callable[[Work, UUID], Person]) -> None:
    with command_work() as work:
        mark(work, _person(work.session, slug, who).id)


def _person(session: Session, slug: str, who: str) -> Person:
    return person_named(session, organisation_named(session, slug).id, who)


def _person_row(person: Person) -> dict[str, Any]:
    return {
        "id": str(person.id),
        "name": person.name,
        "latin_name": person.latin_name,
        "email": person.email,
        "number": person.number,
        "department": person.department,
        "manager_id": str(person.manager_id) if person.manager_id else None,
        "mcid": person.mcid,
        "language": person.language.value,
        "left_at": person.left_at.isoformat() if person.left_at else None,
    }
