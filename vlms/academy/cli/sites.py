"""`vlms academy sites`: where exams are delivered, and what their gate asks (A1)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import click
from sqlalchemy.orm import Session

from vlms.academy.models.sites import DeliverySite
from vlms.academy.queries.sites import gate_of, is_gate_open, list_sites, whole_sites, zone_of_site
from vlms.academy.requirements import site_requirements
from vlms.academy.service import sites as service
from vlms.academy.service.sites import SiteFacts
from vlms.accounts.cli.values import json_option, organisation_named, school_named
from vlms.core.clock import local_day, system_clock
from vlms.core.commands import SCOPE, Read, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.reading import read_day, read_text
from vlms.core.text import _

_institution = click.option("--organisation", "slug", required=True, help="Its name in addresses.")
_NAME = Read(read_text(200), _("Name of the site"))
_ADDRESS = Read(read_text(300), _("Street address"))
_NUMBER = Read(read_text(40), _("Testing-center number"))
_FROM, _TO = Read(read_day, _("Valid from")), Read(read_day, _("Valid to"))


@click.group("sites")
def sites() -> None:
    """Where exams are delivered, and whether the gate is open."""


def _site(session: Session, slug: str, name: str) -> DeliverySite:
    """The site of an organisation with exactly this name. Raises NotFound."""
    owner = organisation_named(session, slug)
    site = session.scalar(
        whole_sites().where(DeliverySite.organisation_id == owner.id, DeliverySite.name == name)
    )
    if site is None:
        raise NotFound(None, _("There is no such site."))
    return site


def _today(session: Session, site: DeliverySite) -> date:
    return local_day(system_clock(), zone_of_site(session, site))


def _facts(session: Session, site: DeliverySite) -> dict[str, Any]:
    return {
        "name": site.name,
        "school": site.school.name if site.school else None,
        "center_number": site.center_number,
        "valid_from": site.valid_from.isoformat() if site.valid_from else None,
        "valid_to": site.valid_to.isoformat() if site.valid_to else None,
        "is_closed": site.closed_at is not None,
        "gate": "open" if is_gate_open(site, _today(session, site)) else "shut",
    }


@sites.command("list")
@_institution
@json_option
@with_app
def list_all(slug: str, as_json: bool) -> None:
    """List the sites of an institution."""
    with reading(SCOPE) as session:
        found = list_sites(session, organisation_named(session, slug).id)
        rows = [_facts(session, site) for site in found]
    print_rows(rows, as_json=as_json)


@sites.command("show")
@click.argument("name")
@_institution
@json_option
@with_app
def show(name: str, slug: str, as_json: bool) -> None:
    """Show the site NAME: what its gate asks, and each technical requirement."""
    with reading(SCOPE) as session:
        site = _site(session, slug, name)
        ticks = {check.requirement_key: check for check in site.checks if check.ticked_at}
        facts = {
            **_facts(session, site),
            "conditions": [one.as_json() for one in gate_of(site, _today(session, site))],
            "requirements": [
                {
                    "key": one.key,
                    "requirement": str(one.name),
                    "ticked_at": _moment(ticks, one.key),
                    "ticked_by": _who(ticks, one.key),
                }
                for one in site_requirements()
            ],
        }
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    for condition in facts["conditions"]:
        told = condition["sentence"] if condition["is_met"] else condition["refusal"]
        click.echo(f"{'met' if condition['is_met'] else 'not met'}: {told}")
    for line in facts["requirements"]:
        click.echo(f"{'x' if line['ticked_at'] else ' '} {line['key']}: {line['requirement']}")


def _moment(ticks: dict[str, Any], key: str) -> str | None:
    return ticks[key].ticked_at.isoformat() if key in ticks else None


def _who(ticks: dict[str, Any], key: str) -> str | None:
    user = ticks[key].user if key in ticks else None
    return user.name if user else None


@sites.command("add")
@click.argument("name", type=_NAME)
@_institution
@click.option("--school", help="Its name; else all schools use it.")
@click.option("--address", type=_ADDRESS)
@click.option("--center-number", type=_NUMBER, help="As Certiport gave it.")
@click.option("--valid-from", type=_FROM, help="As 2026-01-01.")
@click.option("--valid-to", type=_TO, help="The number's last day.")
@with_app
def add(name: str, slug: str, school: str | None, **options: Any) -> None:
    """Enter the site NAME."""
    with command_work() as work:
        owner = organisation_named(work.session, slug)
        school_id = school_named(work.session, owner.id, school) if school else None
        facts = _typed(SiteFacts(name, school_id=school_id), options)
        made = service.add_site(work, owner.id, facts)
        click.echo(f"{made.name}: entered")


@sites.command("edit")
@click.argument("name")
@_institution
@click.option("--name", "new_name", type=_NAME, help="Call it so.")
@click.option("--school", help="Its name; '' for all schools.")
@click.option("--address", type=_ADDRESS)
@click.option("--center-number", type=_NUMBER, help="As Certiport gave it.")
@click.option("--valid-from", type=_FROM, help="As 2026-01-01.")
@click.option("--valid-to", type=_TO, help="The number's last day.")
@with_app
def edit(name: str, slug: str, new_name: str | None, school: str | None, **options: Any) -> None:
    """Change what is given of the site NAME; the rest stays."""
    with command_work() as work:
        site = _site(work.session, slug, name)
        school_id = site.school_id
        if school is not None:
            owner = site.organisation_id
            school_id = school_named(work.session, owner, school) if school else None
        known = SiteFacts(
            new_name or site.name,
            site.address,
            school_id,
            site.center_number,
            site.valid_from,
            site.valid_to,
        )
        service.edit_site(work, site.id, _typed(known, options))
        click.echo(f"{site.name}: changed")


def _typed(known: SiteFacts, options: dict[str, Any]) -> SiteFacts:
    """What is known, with what was typed in its place."""
    typed = {name: value for name, value in options.items() if value is not None}
    return replace(known, **typed)


@sites.command("check")
@click.argument("name")
@_institution
@click.option("--tick", "ticked", multiple=True, metavar="KEY", help="A requirement; repeat it.")
@click.option("--all", "is_all", is_flag=True, help="Tick all of them.")
@with_app
def check(name: str, slug: str, ticked: tuple[str, ...], is_all: bool) -> None:
    """Tick exactly these technical requirements of the site NAME."""
    keys = [one.key for one in site_requirements()] if is_all else list(ticked)
    with command_work() as work:
        site = service.tick(work, _site(work.session, slug, name).id, keys)
        click.echo(f"{site.name}: {len(set(keys))} of {len(site_requirements())} ticked")


@sites.command("close")
@click.argument("name")
@_institution
@with_app
def close(name: str, slug: str) -> None:
    """Take the site NAME out of use."""
    with command_work() as work:
        service.close_site(work, _site(work.session, slug, name).id)
        click.echo(f"{name}: closed")


@sites.command("reopen")
@click.argument("name")
@_institution
@with_app
def reopen(name: str, slug: str) -> None:
    """Use the closed site NAME again."""
    with command_work() as work:
        service.reopen_site(work, _site(work.session, slug, name).id)
        click.echo(f"{name}: in use again")
