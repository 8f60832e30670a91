"""`vlms sign-in`: the sign-in providers of organisations."""

from __future__ import annotations

from uuid import UUID

import click

from vlms.accounts.cli.values import json_option, organisation_named
from vlms.authentication.provider_models import ProviderDomain
from vlms.authentication.provider_queries import (
    find_provider,
    get_provider,
    list_all,
    list_domains,
    list_identities,
)
from vlms.authentication.rules.provider_facts import (
    LONGEST_CLIENT,
    LONGEST_ISSUER,
    read_domains,
)
from vlms.authentication.service import provider_settings as settings
from vlms.authentication.service.provider_calls import try_provider
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.reading import read_text
from vlms.core.text import _
from vlms.core.work import Work

_slug = click.argument("slug")
_reason = click.option(
    "--reason", required=True, type=Read(read_text(500), _("Reason")), help="Kept in the journal."
)


@click.group("sign-in")
def sign_in() -> None:
    """The sign-in providers of organisations (OpenID Connect)."""


@sign_in.command("list")
@json_option
@with_app
def list_(as_json: bool) -> None:
    """Every provider, with its domains and whether it is on."""
    with reading(SCOPE) as session:
        rows = [
            {
                "organisation": organisation.slug,
                "issuer": provider.issuer,
                "client": provider.client_id,
                "domains": ", ".join(map(_shown, list_domains(session, provider.id))),
                "on": provider.is_on,
                "exclusive": provider.is_exclusive,
                "suspended": provider.suspended_at and provider.suspended_at.isoformat(),
                "proves factor": provider.proves_factor,
            }
            for provider, organisation in list_all(session)
        ]
    print_rows(rows, as_json=as_json)


@sign_in.command("set")
@_slug
@click.option("--issuer", required=True, type=Read(read_text(LONGEST_ISSUER), _("Issuer")))
@click.option("--client-id", required=True, type=Read(read_text(LONGEST_CLIENT), _("Client ID")))
@click.option("--domains", required=True, help="Mail domains with commas between them.")
@click.option("--proves-factor/--no-proves-factor", default=None, help="It asks for two factors.")
@with_app
def set_(slug: str, issuer: str, client_id: str, domains: str, proves_factor: bool | None) -> None:
    """Set a provider up, or change it; the client secret is asked for. Empty, it stays."""
    secret = click.prompt(
        "Client secret", hide_input=True, default="", show_default=False, err=True
    )
    with command_work() as work:
        organisation_id = _id(work, slug)
        present = find_provider(work.session, organisation_id)
        if proves_factor is None:
            proves_factor = present is not None and present.proves_factor
        facts = settings.ProviderFacts(
            issuer, client_id, secret.strip() or None, read_domains(domains), proves_factor
        )
        settings.save_provider(work, organisation_id, facts)
    click.echo("Saved. Test it, then switch it on; the operator confirms its domains.")


@sign_in.command("test")
@_slug
@with_app
def test_(slug: str) -> None:
    """Ask the provider for its metadata and keys."""
    with reading(SCOPE) as session:
        organisation_id = organisation_named(session, slug).id
        issuer = get_provider(session, organisation_id).issuer
    try_provider(issuer, system_clock())
    with command_work() as work:
        settings.note_tested(work, organisation_id)
    click.echo("The provider answers as it has to.")


@sign_in.command("on")
@_slug
@with_app
def on(slug: str) -> None:
    """Let people sign in with it."""
    with command_work() as work:
        settings.switch_on(work, _id(work, slug))
    click.echo("It is on.")


@sign_in.command("off")
@_slug
@with_app
def off(slug: str) -> None:
    """Let nobody sign in with it; the sessions that it has opened end."""
    with command_work() as work:
        settings.switch_off(work, _id(work, slug))
    click.echo("It is off.")


@sign_in.command("exclusive")
@_slug
@with_app
def exclusive(slug: str) -> None:
    """Make it the only way in for people with an address in its domains."""
    with command_work() as work:
        settings.make_exclusive(work, _id(work, slug))
    click.echo("People of its domains sign in with it alone.")


@sign_in.command("optional")
@_slug
@with_app
def optional(slug: str) -> None:
    """Let passwords open again."""
    with command_work() as work:
        settings.make_optional(work, _id(work, slug))
    click.echo("Passwords open again.")


@sign_in.command("suspend")
@_slug
@_reason
@with_app
def suspend(slug: str, reason: str) -> None:
    """Let people in by password while the provider is down."""
    with command_work() as work:
        provider = get_provider(work.session, _id(work, slug))
        settings.suspend(work, provider.id, reason)
    click.echo("Passwords open until: vlms sign-in resume")


@sign_in.command("resume")
@_slug
@with_app
def resume(slug: str) -> None:
    """Make it the only way in again, where it was."""
    with command_work() as work:
        provider = get_provider(work.session, _id(work, slug))
        settings.resume(work, provider.id)
    click.echo("It is as it was before.")


@sign_in.command("confirm-domain")
@_slug
@click.argument("domain")
@_reason
@with_app
def confirm_domain(slug: str, domain: str, reason: str) -> None:
    """Confirm that a mail domain is this organisation's; make sure first."""
    with command_work() as work:
        provider = get_provider(work.session, _id(work, slug))
        found = {one.domain: one.id for one in list_domains(work.session, provider.id)}
        if domain not in found:
            raise NotFound(None, _("There is no such mail domain."))
        settings.confirm_domain(work, found[domain], reason)
    click.echo(f"{domain} is confirmed.")


@sign_in.command("people")
@_slug
@json_option
@with_app
def people(slug: str, as_json: bool) -> None:
    """Who has signed in with it."""
    with reading(SCOPE) as session:
        rows = [
            {
                "email": user.email,
                "since": identity.linked_at.isoformat(),
                "last": identity.used_at.isoformat(),
            }
            for identity, user in list_identities(session, organisation_named(session, slug).id)
        ]
    print_rows(rows, as_json=as_json)


@sign_in.command("forget")
@_slug
@click.argument("email")
@with_app
def forget(slug: str, email: str) -> None:
    """Forget who somebody is for the provider; the next sign-in binds them anew."""
    with command_work() as work:
        organisation_id = _id(work, slug)
        for identity, user in list_identities(work.session, organisation_id):
            if user.email == email.strip().lower():
                settings.forget_identity(work, organisation_id, identity.id)
                break
        else:
            raise NotFound(None, _("Nobody here is bound to the provider so."))
    click.echo("Forgotten.")


def _id(work: Work, slug: str) -> UUID:
    return organisation_named(work.session, slug).id


def _shown(domain: ProviderDomain) -> str:
    return domain.domain if domain.confirmed_at else f"{domain.domain} (not confirmed)"
