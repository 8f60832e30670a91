"""`vlms disclosures`: what the pages of disclosures do; the command acts as one admin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from vlms.accounts.cli.values import json_option, organisation_named, user_named
from vlms.accounts.models import User
from vlms.accounts.standing import find_standing
from vlms.agreements.models import Agreement
from vlms.agreements.queries import find_agreement
from vlms.catalog.cli_values import product_named
from vlms.codes.queries import CodeFilter, find_code_by_number
from vlms.codes.rules.code_text import Profile, display
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read, print_rows, with_app, written
from vlms.core.db import reading
from vlms.core.errors import Forbidden, NotFound
from vlms.core.reading import optional, read_text
from vlms.core.text import _
from vlms.core.work import Actor, Work, working
from vlms.disclosures.making_job import make_or_plan, plan_making
from vlms.disclosures.models import CodeExport
from vlms.disclosures.queries import get_export_by_number, list_exports
from vlms.disclosures.service import deciding
from vlms.disclosures.service.asking import Wish, ask_export
from vlms.disclosures.service.conditions import check_may_disclose
from vlms.disclosures.service.fetching import take_file
from vlms.disclosures.service.showing import show_one
from vlms.disclosures.service.voiding_left import void_left
from vlms.disclosures.words import state_word

_REASON = Read(optional(read_text(500)), _("Reason"))
as_option = click.option("--as", "email", required=True, metavar="E-MAIL", help="Who acts.")
place_option = click.option("--organisation", required=True, help="Where, by short name.")
FORMS = ("xlsx", "csv", "pdf")
number_argument = click.argument("number", metavar="X-000001")
reason_option = click.option("--reason", type=_REASON, help="Why; the journal keeps it.")


@click.group()
def disclosures() -> None:
    """Codes shown or exported to admins (C8), acting as one of them (--as)."""


@disclosures.command()
@click.argument("number", metavar="B-000012/7")
@as_option
@place_option
@reason_option
@with_app
def reveal(number: str, email: str, organisation: str, reason: str | None) -> None:
    """Show one code that is nobody's yet."""
    with admin_work(email, organisation) as work:
        found = find_code_by_number(work.session, number)
        if found is None:
            raise NotFound(None, _("There is no code %(name)s.", name=number))
        code, text = show_one(work, found.id, reason)
        shown = display(text, Profile(code.source.value))
    click.echo(shown)


@disclosures.command("list")
@as_option
@place_option
@json_option
@with_app
def list_them(email: str, organisation: str, as_json: bool) -> None:
    """List the exports of codes, newest first."""
    with admin_work(email, organisation) as work:
        check_may_disclose(work.actor)
        rows = [_row(work, found) for found in list_exports(work.session)]
    print_rows(rows, as_json=as_json)


@disclosures.command()
@as_option
@place_option
@reason_option
@click.option("--product", help="Only of this product, by key.")
@click.option("--agreement", help="Only under this agreement, by number.")
@click.option("--form", default="xlsx", type=click.Choice(FORMS), show_default=True)
@with_app
def export(email: str, organisation: str, reason: str | None, **asked: str | None) -> None:
    """Ask for a file of the codes that are nobody's; many need a second admin."""
    with admin_work(email, organisation) as work:
        product, agreement = asked["product"], asked["agreement"]
        product_id = product_named(work.session, product).id if product else None
        under = _agreement_named(work, agreement).id if agreement else None
        keys = {"product": product_id, "agreement": under}
        told = {name: str(key) for name, key in keys.items() if key}
        wanted = CodeFilter(product_id=product_id, agreement_id=under)
        language = work.session.get_one(User, work.actor.user_id).language
        wish = Wish(wanted, told, str(asked["form"]), language, reason)
        found = ask_export(work, wish)
        make_or_plan(work, found)
        said = f"{found.number}: {state_word(found, work.now)}"
    click.echo(said)


@disclosures.command()
@number_argument
@as_option
@place_option
@with_app
def approve(number: str, email: str, organisation: str) -> None:
    """Approve somebody else's export."""
    with admin_work(email, organisation) as work:
        found = get_export_by_number(work.session, number)
        plan_making(work, deciding.approve(work, found.id))
    click.echo(f"{number}: approved, the worker makes the file.")


@disclosures.command()
@number_argument
@as_option
@place_option
@reason_option
@with_app
def decline(number: str, email: str, organisation: str, reason: str | None) -> None:
    """Decline somebody else's export; whoever asked is told why."""
    with admin_work(email, organisation) as work:
        deciding.decline(work, get_export_by_number(work.session, number).id, reason)
    click.echo(f"{number}: declined.")


@disclosures.command()
@number_argument
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@as_option
@place_option
@with_app
def take(number: str, file: Path, email: str, organisation: str) -> None:
    """Write the file of one's own export to FILE; the journal tells of it first."""
    with admin_work(email, organisation) as work:
        found = get_export_by_number(work.session, number)
        _taken, body = take_file(work, found.id)
    with written(file) as out:
        out.write(body)
    click.echo(f"Written to {file}.")


@disclosures.command()
@number_argument
@as_option
@place_option
@reason_option
@with_app
def void(number: str, email: str, organisation: str, reason: str | None) -> None:
    """Make void what is nobody's still of an export that should not have left."""
    with admin_work(email, organisation) as work:
        count = void_left(work, get_export_by_number(work.session, number).id, reason)
    click.echo(f"{count} made void.")


def _row(work: Work, found: CodeExport) -> dict[str, Any]:
    return {
        "number": found.number,
        "state": str(state_word(found, work.now)),
        "codes": found.code_count,
        "asked_by": found.asker.name,
        "asked_at": found.asked_at.isoformat(),
        "decided_by": found.decider.name if found.decider else None,
        "reason": found.reason,
    }


def _agreement_named(work: Work, number: str) -> Agreement:
    found = find_agreement(work.session, number)
    if found is None:
        raise NotFound(None, _("There is no agreement %(name)s.", name=number))
    return found


@contextmanager
def admin_work(email: str, organisation: str) -> Iterator[Work]:
    """A unit of work of a user with the roles and scope that they have there now.

    Raises NotFound, Forbidden for who has none.
    """
    with reading(SCOPE) as session:
        user = user_named(session, email)
        place = organisation_named(session, organisation)
    standing = find_standing(user.id, place.id)
    if standing is None:
        raise Forbidden(None, _("This user has no role in that organisation."))
    actor = Actor(user.name, user.id, place.id, standing.roles, user.time_zone)
    with working(actor, standing.scope, system_clock()) as work:
        yield work
