"""`vlms home`: the figures of a home page, for the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click

from vlms.accounts.models import Organisation, OrganisationKind
from vlms.accounts.queries import find_organisation
from vlms.core import scope
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.permissions import Role
from vlms.core.reading import read_text
from vlms.core.text import _
from vlms.core.work import Actor
from vlms.insights.home import Home, open_home
from vlms.planning.looking import Look

# Whose home page it is, by the kind of organisation.
_ROLES = {OrganisationKind.RESELLER: Role.RESELLER, OrganisationKind.OPERATOR: Role.OPERATOR}


@click.command("home")
@click.option(
    "--organisation",
    "slug",
    required=True,
    type=Read(read_text(40), _("Organisation")),
    help="Its name in addresses.",
)
@click.option("--json", "as_json", is_flag=True, help="As one JSON array.")
@with_app
def home(slug: str, as_json: bool) -> None:
    """What an organisation's home page counts, as its administrator sees it."""
    with reading(SCOPE) as session:
        organisation = find_organisation(session, slug)
    if organisation is None:
        raise NotFound(None, _("There is no such organisation."))
    with reading(_scope(organisation)) as session:
        role = _ROLES.get(organisation.kind, Role.LICENSING_ADMIN)
        look = Look(
            session,
            system_clock(),
            Actor("command line", None, organisation.id, frozenset({role})),
            organisation.id,
            organisation.kind.value,
            organisation.time_zone,
        )
        print_rows(_rows(open_home(look)), as_json=as_json)


def _scope(organisation: Organisation) -> scope.Scope:
    match organisation.kind:
        case OrganisationKind.OPERATOR:
            return SCOPE
        case OrganisationKind.RESELLER:
            return scope.Reseller(organisation.id)
    return scope.Organisation(organisation.id)


def _rows(found: Home) -> Iterator[dict[str, Any]]:
    """One row a figure: its group, its name, its count; tasks with their sentence."""
    for group, counts in _groups(found):
        for name, count in counts.items():
            yield {"group": group, "name": name, "count": count, "sentence": None}
    for task in found.tasks:
        sentence = str(task.sentence)
        yield {"group": "today", "name": task.key, "count": task.count, "sentence": sentence}


def _groups(found: Home) -> Iterator[tuple[str, dict[str, int]]]:
    figures = found.figures
    if figures.codes:
        states = {shown.value: count for shown, count in figures.codes.by_state.items()}
        yield "codes", {**states, "taken out of these": figures.codes.taken_out}
        yield "codes lapse within days", _by_days(figures.codes.lapsing)
    if figures.orders:
        orders = {state.value: count for state, count in figures.orders.by_state.items()}
        yield "orders", {**orders, "late": len(figures.orders.late)}
    if figures.agreements:
        yield "agreements", {"running": figures.agreements.running_count}
        yield "agreements end within days", _by_days(figures.agreements.ending)
    if figures.academy and figures.academy.packs:
        packs = figures.academy.packs
        yield "packs", {"running": packs.running_count, "open requests": len(packs.requests)}
        yield "packs end within days", _by_days(packs.ending)
        yield "free exams lapse within days", _by_days(packs.lapsing)
        yield "sites", {"gate shut": len(packs.shut_sites)}
    if figures.academy and figures.academy.sittings:
        sittings = figures.academy.sittings
        yield "sittings", {"today": len(sittings.today), "coming": sittings.coming_count}
    if figures.operations:
        jobs = figures.operations
        yield "jobs", {"failed": jobs.failed_jobs, "own tasks failed": jobs.failed_tasks}
        yield "stock", {"low": len(jobs.low_stock)}
        yield "journal", {"not proved": int(jobs.is_journal_unproved)}


def _by_days(counts: Mapping[int, int]) -> dict[str, int]:
    return {str(days): count for days, count in counts.items()}
