"""`vlms locations`: a partner's locations with their MPN ids, and who belongs to which (K5)."""

from __future__ import annotations

import click

from vlms.accounts.cli.values import json_option, organisation_named, person_named
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.reading import read_country, read_text
from vlms.core.text import _
from vlms.partners.queries.locations import (
    PlaceFilter,
    count_people,
    get_location_named,
    list_locations,
    list_person_ids,
)
from vlms.partners.rules.locations import LocationFacts, read_mpn_id
from vlms.partners.service.locations import (
    add_location,
    edit_location,
    place_people,
    remove_location,
)

_slug = click.argument("slug", metavar="ORGANISATION")
_MPN_ID = Read(read_mpn_id, _("MPN id"))
_mpn_id = click.argument("mpn_id", metavar="MPN-ID", type=_MPN_ID)
_NAME = Read(read_text(200), _("Name of the location"))
_CITY = Read(read_text(120), _("City"))
_COUNTRY = Read(read_country, _("Country"))
_headquarters = click.option("--headquarters", is_flag=True, help="In place of the present one.")


@click.group("locations")
def locations() -> None:
    """A partner's locations with their MPN ids (K5)."""


@locations.command("list")
@_slug
@json_option
@with_app
def list_all(slug: str, as_json: bool) -> None:
    """The locations of an ORGANISATION, the headquarters first, with how many belong to each."""
    with reading(SCOPE) as session:
        owner = organisation_named(session, slug)
        counts = count_people(session, owner.id)
        rows = [
            {
                "mpn_id": one.mpn_id,
                "name": one.name,
                "city": one.city,
                "country": one.country,
                "is_headquarters": one.is_headquarters,
                "people": counts.get(one.id, 0),
            }
            for one in list_locations(session, owner.id)
        ]
    print_rows(rows, as_json=as_json)


@locations.command("add")
@_slug
@_mpn_id
@click.argument("name", type=_NAME)
@click.argument("city", type=_CITY)
@click.argument("country", type=_COUNTRY)
@_headquarters
@with_app
def add(slug: str, mpn_id: str, name: str, city: str, country: str, headquarters: bool) -> None:
    """Enter a location; the first one is the headquarters."""
    facts = LocationFacts(mpn_id, name, city, country, headquarters)
    with command_work() as work:
        add_location(work, organisation_named(work.session, slug).id, facts)
    click.echo("Entered.")


@locations.command("edit")
@_slug
@_mpn_id
@click.option("--new-id", type=_MPN_ID, metavar="MPN-ID")
@click.option("--name", type=_NAME)
@click.option("--city", type=_CITY)
@click.option("--country", type=_COUNTRY)
@_headquarters
@with_app
def edit(slug: str, mpn_id: str, headquarters: bool, **new: str | None) -> None:
    """Change what is given; the rest stays."""
    with command_work() as work:
        found = get_location_named(work.session, organisation_named(work.session, slug).id, mpn_id)
        facts = LocationFacts(
            new["new_id"] or found.mpn_id,
            new["name"] or found.name,
            new["city"] or found.city,
            new["country"] or found.country,
            headquarters or found.is_headquarters,
        )
        edit_location(work, found.id, facts)
    click.echo("Changed.")


@locations.command("remove")
@_slug
@_mpn_id
@with_app
def remove(slug: str, mpn_id: str) -> None:
    """Take a location away; its people belong to the headquarters then."""
    with command_work() as work:
        owner = organisation_named(work.session, slug)
        count = remove_location(work, get_location_named(work.session, owner.id, mpn_id).id)
    click.echo(f"Removed; {count} people belong to the headquarters now.")


@locations.command("assign")
@_slug
@_mpn_id
@click.argument("people", nargs=-1, metavar="[PERSON]...")
@click.option("--matching", "words", help="All whose name or address holds this.")
@click.option("--department", help="All of this department.")
@click.option("--all", "everybody", is_flag=True, help="All who are here.")
@with_app
def assign(
    slug: str,
    mpn_id: str,
    people: tuple[str, ...],
    words: str | None,
    department: str | None,
    everybody: bool,
) -> None:
    """Let people belong to a location: each PERSON (number or address), or all that match."""
    if bool(people) == bool(words or department or everybody):
        raise click.UsageError("Name people, or say which with an option.")
    with command_work() as work:
        owner = organisation_named(work.session, slug)
        location = get_location_named(work.session, owner.id, mpn_id)
        chosen = [person_named(work.session, owner.id, who).id for who in people]
        if not people:
            wanted = PlaceFilter(words, department)
            chosen = list(list_person_ids(work.session, owner.id, wanted))
        count = place_people(work, location.id, chosen)
    click.echo(f"{count} people belong to it now.")
