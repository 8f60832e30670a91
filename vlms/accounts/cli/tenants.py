"""`vlms organisations`: organisations, their settings, limits and schools."""

from __future__ import annotations

import json
from typing import Any

import click

from vlms.accounts import service
from vlms.accounts.cli.values import (
    LANGUAGES,
    NAME,
    json_option,
    organisation_named,
    school_named,
)
from vlms.accounts.limit_queries import list_approval_limits
from vlms.accounts.models import Organisation, OrganisationKind
from vlms.accounts.queries import list_organisations, list_schools
from vlms.accounts.rules.limits import limit_of
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.language import Language
from vlms.core.money import Money
from vlms.core.reading import (
    read_country,
    read_currency,
    read_text,
    read_unit_price,
    read_whole,
    read_zone,
)
from vlms.core.text import _

_COUNTRY = Read(read_country, _("Country"))
_ZONE = Read(read_zone, _("Time zone"))
_SCHOOL = Read(read_text(200), _("Name of the school"))


@click.group()
def organisations() -> None:
    """Organisations and their schools."""


@organisations.command("list")
@json_option
@with_app
def list_all(as_json: bool) -> None:
    """All organisations, by name."""
    with reading(SCOPE) as session:
        found = list_organisations(session)
        print_rows([_organisation_row(each) for each in found], as_json=as_json)


@organisations.command()
@click.argument("slug")
@click.option("--name", type=NAME, required=True)
@click.option("--kind", type=click.Choice([kind.value for kind in OrganisationKind]), required=True)
@click.option("--country", type=_COUNTRY, required=True)
@click.option("--time-zone", type=_ZONE, required=True)
@click.option("--language", type=LANGUAGES, default=Language.ENGLISH.value)
@with_app
def create(**facts: Any) -> None:
    """Add an organisation; SLUG stands in its addresses for good."""
    kind, language = OrganisationKind(facts.pop("kind")), Language(facts.pop("language"))
    with command_work() as work:
        made = service.create_organisation(
            work, service.OrganisationFacts(kind=kind, language=language, **facts)
        )
    click.echo(f"Organisation {made.slug} has been added.")


@organisations.command()
@click.argument("slug")
@json_option
@with_app
def show(slug: str, as_json: bool) -> None:
    """Show an organisation with its settings, approval limits and schools."""
    with reading(SCOPE) as session:
        found = organisation_named(session, slug)
        limits = (
            Money(one.limit_minor, one.currency) for one in list_approval_limits(session, found.id)
        )
        facts = {
            **_organisation_row(found),
            "assign_delay_minutes": found.assign_delay_minutes,
            "has_roc_years": found.has_roc_years,
            "approval_limits": [f"{one.currency} {one.amount:f}" for one in limits],
            "schools": [school.name for school in list_schools(session, found.id)],
        }
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    for name, value in facts.items():
        click.echo(f"{name}: {'; '.join(value) or '-' if isinstance(value, list) else value}")


@organisations.command()
@click.argument("slug")
@click.option("--name", type=NAME)
@click.option("--country", type=_COUNTRY)
@with_app
def edit(slug: str, name: str | None, country: str | None) -> None:
    """Change an organisation's name or country; what is not given stays."""
    with command_work() as work:
        found = organisation_named(work.session, slug)
        service.edit_organisation(work, found.id, name or found.name, country or found.country)
    click.echo(f"Organisation {slug} is saved.")


@organisations.command()
@click.argument("slug")
@click.option("--time-zone", type=_ZONE)
@click.option("--language", type=LANGUAGES)
@click.option(
    "--assign-delay-minutes",
    type=Read(read_whole(0, 1440), _("Minutes in which an assignment can be called back")),
    help="Minutes in which an assignment can be called back, 0 to 1440.",
)
@click.option("--roc-years/--no-roc-years", default=None, help="民國 years on papers in Chinese.")
@with_app
def settings(slug: str, language: str | None, **given: Any) -> None:
    """Change what an organisation decides itself; what is not given stays."""
    with command_work() as work:
        found = organisation_named(work.session, slug)
        minutes = given["assign_delay_minutes"]
        told = service.OrganisationSettings(
            given["time_zone"] or found.time_zone,
            Language(language) if language else found.language,
            found.assign_delay_minutes if minutes is None else minutes,
            found.has_roc_years if given["roc_years"] is None else given["roc_years"],
        )
        service.change_settings(work, found.id, told)
    click.echo(f"The settings of {slug} are saved.")


@organisations.command()
@click.argument("slug")
@click.argument("currency", type=Read(read_currency, _("Currency")))
@click.argument("amount", metavar="AMOUNT|none")
@with_app
def limit(slug: str, currency: str, amount: str) -> None:
    """Let another admin approve orders above AMOUNT before tax; none takes the limit away."""
    money = None
    if amount != "none":
        money = limit_of(read_unit_price(amount, _("Approval above")), currency)
    with command_work() as work:
        found = organisation_named(work.session, slug)
        service.set_approval_limit(work, found.id, currency, money)
    click.echo(f"Approval in {slug} above: {money or f'no limit in {currency}'}.")


@organisations.command("add-school")
@click.argument("slug")
@click.argument("name", type=_SCHOOL)
@with_app
def add_school(slug: str, name: str) -> None:
    """Add a school to an organisation."""
    with command_work() as work:
        service.add_school(work, organisation_named(work.session, slug).id, name)
    click.echo(f"{name} has been added to {slug}.")


@organisations.command("rename-school")
@click.argument("slug")
@click.argument("name")
@click.argument("new_name", type=_SCHOOL)
@with_app
def rename_school(slug: str, name: str, new_name: str) -> None:
    """Give a school of an organisation another name."""
    with command_work() as work:
        found = organisation_named(work.session, slug)
        school_id = school_named(work.session, found.id, name)
        service.rename_school(work, found.id, school_id, new_name)
    click.echo(f"{name} is now {new_name}.")


def _organisation_row(organisation: Organisation) -> dict[str, Any]:
    return {
        "slug": organisation.slug,
        "kind": organisation.kind.value,
        "name": organisation.name,
        "country": organisation.country,
        "time_zone": organisation.time_zone,
        "language": organisation.language.value,
    }
