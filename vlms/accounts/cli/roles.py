"""`vlms users`: users, roles and one-time links."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click
from flask import current_app

from vlms.accounts import service
from vlms.accounts.agreement_choices import list_agreement_choices
from vlms.accounts.cli.values import (
    EMAIL,
    LANGUAGES,
    NAME,
    json_option,
    organisation_named,
    school_named,
    user_named,
)
from vlms.accounts.links import find_newest_link, link_path
from vlms.accounts.models import LinkPurpose, OneTimeLink, Organisation, OrganisationKind, User
from vlms.accounts.queries import list_grants, list_organisations, list_users
from vlms.accounts.rules.grants import Given
from vlms.accounts.school_queries import names_of_schools
from vlms.core.commands import SCOPE, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.language import Language
from vlms.core.permissions import Role
from vlms.core.reading import shown
from vlms.core.text import _
from vlms.core.work import Work

_ROLES = click.Choice([role.value for role in Role])


@click.group()
def users() -> None:
    """Users, roles and one-time links."""


@users.command("list")
@json_option
@with_app
def list_everyone(as_json: bool) -> None:
    """All users with the roles that they have now."""
    with reading(SCOPE) as session:
        slugs = {each.id: each.slug for each in list_organisations(session)}
        grants = list_grants(session)
        schools = names_of_schools(session, {grant.school_id for grant in grants})
        held: dict[object, dict[str, None]] = {}
        at: dict[object, set[str]] = {}
        for grant in grants:
            role = f"{grant.role.value}@{slugs[grant.organisation_id]}"
            held.setdefault(grant.user_id, {})[role] = None
            if grant.school_id is not None:
                at.setdefault(grant.user_id, set()).add(schools[grant.school_id])
        rows = [
            _user_row(user, list(held.get(user.id, {})), sorted(at.get(user.id, ())))
            for user in list_users(session)
        ]
        print_rows(rows, as_json=as_json)


@users.command("create-operator")
@click.argument("email", type=EMAIL)
@click.option("--name", type=NAME, required=True)
@with_app
def create_operator(email: str, name: str) -> None:
    """Make an operator, and the operator's organisation when there is none yet."""
    with command_work() as work:
        organisation = _operator_organisation(work)
        service.invite(work, organisation.id, service.Invitation(email, name, Role.OPERATOR))
        user = user_named(work.session, email)
        known = find_newest_link(work.session, user.id, LinkPurpose.SET_PASSWORD)
        if user.password_hash is None and known is not None:
            _print_link(work, known)


@users.command()
@click.argument("email", type=EMAIL)
@click.option("--name", type=NAME, help="Needed for somebody new.")
@click.option("--organisation", "slug", required=True)
@click.option("--role", type=_ROLES, required=True)
@click.option("--agreement", "numbers", multiple=True, help="Only for it; can be repeated.")
@click.option("--school", "schools", multiple=True, help="Its name; can be repeated.")
@click.option("--language", type=LANGUAGES, help="Of the invitation of somebody new.")
@with_app
def grant(email: str, name: str | None, slug: str, role: str, **options: Any) -> None:
    """Give a role in the organisation, some agreements or schools; invite by mail who is new."""
    language = Language(options["language"]) if options["language"] else None
    with command_work() as work:
        organisation = organisation_named(work.session, slug)
        keys = frozenset(_agreement_id(work, organisation, each) for each in options["numbers"])
        named = options["schools"]
        schools = frozenset(school_named(work.session, organisation.id, each) for each in named)
        invitation = service.Invitation(email, name, Role(role), keys, language, schools)
        service.invite(work, organisation.id, invitation)
    click.echo(f"{email} is now {role} in {slug}.")


@users.command()
@click.argument("email", type=EMAIL)
@with_app
def link(email: str) -> None:
    """Make a new one-time link to set the password, mail it, and print it; older ones end."""
    with command_work() as work:
        _print_link(work, service.send_link(work, user_named(work.session, email)))


@users.command("narrow-role")
@click.argument("email", type=EMAIL)
@click.option("--organisation", "slug", required=True)
@click.option("--role", type=_ROLES, required=True)
@click.option("--school", "schools", multiple=True, required=True, help="Can be repeated.")
@with_app
def narrow_role(email: str, slug: str, role: str, schools: tuple[str, ...]) -> None:
    """Limit a coordinator or teacher of the whole institution to schools."""
    with command_work() as work:
        organisation = organisation_named(work.session, slug)
        user = user_named(work.session, email)
        grant_id = _grant_id(work, user, organisation, Given(Role(role)))
        keys = [school_named(work.session, organisation.id, each) for each in schools]
        service.narrow_role(work, grant_id, keys)
    click.echo(f"{email} is now {role} of {', '.join(schools)} in {slug}.")


@users.command("end-role")
@click.argument("email", type=EMAIL)
@click.option("--organisation", "slug", required=True)
@click.option("--role", type=_ROLES, required=True)
@click.option("--agreement", "number", help="The one that is for it; else for the whole.")
@click.option("--school", help="The name of the one that it is for.")
@with_app
def end_role(email: str, slug: str, role: str, number: str | None, school: str | None) -> None:
    """End a role: it opens nothing from now on."""
    with command_work() as work:
        organisation = organisation_named(work.session, slug)
        agreement_id = _agreement_id(work, organisation, number) if number else None
        school_id = school_named(work.session, organisation.id, school) if school else None
        wanted = Given(Role(role), agreement_id, school_id)
        user = user_named(work.session, email)
        service.end_role(work, _grant_id(work, user, organisation, wanted))
    click.echo(f"{email} is no longer {role} in {slug}.")


def _grant_id(work: Work, user: User, organisation: Organisation, wanted: Given) -> UUID:
    """The role that holds now. Raises NotFound."""
    for grant in list_grants(work.session, user.id):
        given = Given(grant.role, grant.agreement_id, grant.school_id)
        if grant.organisation_id == organisation.id and given == wanted:
            return grant.id
    raise NotFound(None, _("There is no such role in this organisation."))


def _agreement_id(work: Work, organisation: Organisation, number: str) -> UUID:
    for choice in list_agreement_choices(work.session, organisation.id):
        if choice.number == number:
            return choice.id
    raise NotFound(None, _('There is no agreement "%(number)s".', number=shown(number)))


def _operator_organisation(work: Work) -> Organisation:
    known = list_organisations(work.session, OrganisationKind.OPERATOR)
    if known:
        return known[0]
    facts = service.OrganisationFacts(
        "operator", OrganisationKind.OPERATOR, "Operator", "US", "UTC", Language.ENGLISH
    )
    return service.create_organisation(work, facts)


def _print_link(work: Work, link: OneTimeLink) -> None:
    base_url = current_app.config["SETTINGS"].base_url
    click.echo(base_url + link_path(work.keys.link, link))


def _user_row(user: User, roles: list[str], schools: list[str]) -> dict[str, Any]:
    return {
        "email": user.email,
        "name": user.name,
        "language": user.language.value,
        "has_password": user.password_hash is not None,
        "roles": " ".join(roles),
        "schools": " · ".join(schools),
    }
