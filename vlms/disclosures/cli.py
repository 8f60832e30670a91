"""`vlms disclosures`: what the pages of disclosures do; the command acts as one admin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from vlms.accounts.cli.values import organisation_named, user_named
from vlms.accounts.standing import find_standing
from vlms.codes.queries import find_code_by_number
from vlms.codes.rules.code_text import Profile, display
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, Read, with_app
from vlms.core.db import reading
from vlms.core.errors import Forbidden, NotFound
from vlms.core.reading import optional, read_text
from vlms.core.text import _
from vlms.core.work import Actor, Work, working
from vlms.disclosures.service.showing import show_one

_REASON = Read(optional(read_text(500)), _("Reason"))
as_option = click.option("--as", "email", required=True, metavar="E-MAIL", help="Who acts.")
place_option = click.option("--organisation", required=True, help="Where, by short name.")
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
