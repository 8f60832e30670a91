"""`vlms organisations`, `vlms users`, `vlms people`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from flask import current_app
from sqlalchemy.orm import Session

from vlms.accounts import service
from vlms.accounts.links import find_newest_link, link_path
from vlms.accounts.models import (
    LinkPurpose,
    OneTimeLink,
    Organisation,
    OrganisationKind,
    Person,
    User,
)
from vlms.accounts.queries import (
    find_organisation,
    find_user,
    list_grants,
    list_organisations,
    list_people,
    list_users,
)
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.core.reading import optional, read_country, read_email, read_text, read_zone
from vlms.core.text import _
from vlms.core.work import Work

Value = TypeVar("Value")
Command = TypeVar("Command", bound=Callable[..., Any])

_LANGUAGES = click.Choice([language.value for language in Language])


def _json(command: Command) -> Command:
    return click.option("--json", "as_json", is_flag=True, help="One JSON array.")(command)


_EMAIL = Read(read_email, _("E-mail address"))
_NAME = Read(read_text(200), _("Name"))
_SHORT = Read(optional(read_text(60)), _("Number"))


@click.group()
def organisations() -> None:
    """Organisations and their schools."""


@organisations.command("list")
@_json
@with_app
def list_all(as_json: bool) -> None:
    """All organisations, by name."""
    with reading(SCOPE) as session:
        found = list_organisations(session)
        print_rows([_organisation_row(each) for each in found], as_json=as_json)


@organisations.command()
@click.argument("slug")
@click.option("--name", type=_NAME, required=True)
@click.option("--kind", type=click.Choice([kind.value for kind in OrganisationKind]), required=True)
@click.option("--country", type=Read(read_country, _("Country")), required=True)
@click.option("--time-zone", type=Read(read_zone, _("Time zone")), required=True)
@click.option("--language", type=_LANGUAGES, default=Language.ENGLISH.value)
@with_app
def create(**facts: Any) -> None:
    """Add an organisation; SLUG stands in its addresses for good."""
    kind, language = OrganisationKind(facts.pop("kind")), Language(facts.pop("language"))
    with command_work() as work:
        made = service.create_organisation(
            work, service.OrganisationFacts(kind=kind, language=language, **facts)
        )
    click.echo(f"Organisation {made.slug} has been added.")


@click.group()
def users() -> None:
    """Users, roles and one-time links."""


@users.command("list")
@_json
@with_app
def list_everyone(as_json: bool) -> None:
    """All users with the roles that they have now."""
    with reading(SCOPE) as session:
        slugs = {each.id: each.slug for each in list_organisations(session)}
        held: dict[object, list[str]] = {}
        for grant in list_grants(session):
            held.setdefault(grant.user_id, []).append(
                f"{grant.role.value}@{slugs[grant.organisation_id]}"
            )
        rows = [_user_row(user, held.get(user.id, [])) for user in list_users(session)]
        print_rows(rows, as_json=as_json)


@users.command("create-operator")
@click.argument("email", type=_EMAIL)
@click.option("--name", type=_NAME, required=True)
@with_app
def create_operator(email: str, name: str) -> None:
    """Make an operator, and the operator's organisation when there is none yet."""
    with command_work() as work:
        organisation = _operator_organisation(work)
        service.invite(work, organisation.id, service.Invitation(email, name, Role.OPERATOR))
        user = _user(work, email)
        known = find_newest_link(work.session, user.id, LinkPurpose.SET_PASSWORD)
        if user.password_hash is None and known is not None:
            _print_link(work, known)


@users.command()
@click.argument("email", type=_EMAIL)
@click.option("--name", type=_NAME, help="Needed for somebody new.")
@click.option("--organisation", "slug", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@with_app
def grant(email: str, name: str | None, slug: str, role: str) -> None:
    """Give a role in the whole organisation; somebody new is invited by mail."""
    with command_work() as work:
        organisation = _organisation(work.session, slug)
        service.invite(work, organisation.id, service.Invitation(email, name, Role(role)))
    click.echo(f"{email} is now {role} in {slug}.")


@users.command()
@click.argument("email", type=_EMAIL)
@with_app
def link(email: str) -> None:
    """Make a new one-time link to set the password, mail it, and print it; older ones end."""
    with command_work() as work:
        _print_link(work, service.send_link(work, _user(work, email)))


@click.group()
def people() -> None:
    """The directory of an organisation."""


@people.command("list")
@click.option("--organisation", "slug", required=True)
@click.option("--search", "words")
@_json
@with_app
def list_directory(slug: str, words: str | None, as_json: bool) -> None:
    """The people of an organisation, by name."""
    with reading(SCOPE) as session:
        found = list_people(session, _organisation(session, slug).id, words)
        print_rows([_person_row(person) for person in found], as_json=as_json)


@people.command()
@click.argument("name", type=_NAME)
@click.option("--organisation", "slug", required=True)
@click.option("--latin-name", type=_NAME)
@click.option("--email", type=_EMAIL)
@click.option("--number", type=_SHORT)
@click.option("--department", type=Read(optional(read_text(120)), _("Department")))
@click.option("--language", type=_LANGUAGES, default=Language.ENGLISH.value)
@with_app
def add(name: str, slug: str, email: str | None, language: str, **facts: Any) -> None:
    """Add a person to the directory of an organisation."""
    with command_work() as work:
        organisation = _organisation(work.session, slug)
        told = service.PersonFacts(name, language=Language(language), **facts)
        person = service.create_person(work, organisation.id, told, email)
    click.echo(f"{person.name} has been added to {slug}.")


def _organisation(session: Session, slug: str) -> Organisation:
    found = find_organisation(session, slug)
    if found is None:
        raise NotFound(None, _("There is no organisation %(slug)s.", slug=slug))
    return found


def _operator_organisation(work: Work) -> Organisation:
    known = list_organisations(work.session, OrganisationKind.OPERATOR)
    if known:
        return known[0]
    facts = service.OrganisationFacts(
        "operator", OrganisationKind.OPERATOR, "Operator", "US", "UTC", Language.ENGLISH
    )
    return service.create_organisation(work, facts)


def _user(work: Work, email: str) -> User:
    user = find_user(work.session, email)
    if user is None:
        raise NotFound(None, _("There is no user with this address."))
    return user


def _print_link(work: Work, link: OneTimeLink) -> None:
    base_url = current_app.config["SETTINGS"].base_url
    click.echo(base_url + link_path(work.keys.link, link))


def _organisation_row(organisation: Organisation) -> dict[str, Any]:
    return {
        "slug": organisation.slug,
        "kind": organisation.kind.value,
        "name": organisation.name,
        "country": organisation.country,
        "time_zone": organisation.time_zone,
        "language": organisation.language.value,
    }


def _user_row(user: User, roles: list[str]) -> dict[str, Any]:
    return {
        "email": user.email,
        "name": user.name,
        "language": user.language.value,
        "has_password": user.password_hash is not None,
        "roles": " ".join(roles),
    }


def _person_row(person: Person) -> dict[str, Any]:
    return {
        "id": str(person.id),
        "name": person.name,
        "latin_name": person.latin_name,
        "email": person.email,
        "number": person.number,
        "department": person.department,
        "language": person.language.value,
        "left_at": person.left_at.isoformat() if person.left_at else None,
    }
