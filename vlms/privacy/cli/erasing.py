"""`vlms privacy erase` and `erase-user`: the dry run is what they do unless told otherwise."""

from __future__ import annotations

from collections.abc import Callable

import click
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import organisation_named, person_named, user_named
from vlms.core.clock import system_clock
from vlms.core.commands import Read, command_work, with_app
from vlms.core.db import reading
from vlms.core.reading import read_text
from vlms.core.text import _
from vlms.privacy import service
from vlms.privacy.queries.concerned import Concerned, concerning_person, concerning_user
from vlms.privacy.queries.plan import plan_erasure
from vlms.privacy.service.deciding import LOOKING
from vlms.privacy.words import told_counts

_REASON = Read(read_text(500), _("Why"))


@click.command()
@click.argument("who", metavar="NUMBER|EMAIL")
@click.option("--organisation", "slug", required=True)
@click.option("--reason", type=_REASON, required=True, help="Kept; name nobody in it.")
@click.option("--let-codes-lapse", is_flag=True, help="Codes that can be used lapse (C2).")
@click.option("--for-good", help="The name as it stands there; without it this is a dry run.")
@with_app
def erase(who: str, slug: str, reason: str, let_codes_lapse: bool, for_good: str | None) -> None:
    """Erase a person of an organisation; there is no way back (D1)."""
    if for_good is None:
        _tell(lambda session: _concerned(session, slug, who))
        return
    with command_work() as work:
        organisation = organisation_named(work.session, slug)
        person = person_named(work.session, organisation.id, who)
        decision = service.Decision(for_good, reason, let_codes_lapse)
        erasure = service.erase_person(work, person.id, decision)
    click.echo(f"Erased; {erasure.word} stands there now.")


def _concerned(session: Session, slug: str, who: str) -> Concerned:
    organisation = organisation_named(session, slug)
    return concerning_person(session, person_named(session, organisation.id, who))


@click.command("erase-user")
@click.argument("email")
@click.option("--reason", type=_REASON, required=True, help="Kept; name nobody in it.")
@click.option("--let-codes-lapse", is_flag=True, help="Codes that can be used lapse (C2).")
@click.option("--for-good", help="The name as it stands there; without it this is a dry run.")
@with_app
def erase_user(email: str, reason: str, let_codes_lapse: bool, for_good: str | None) -> None:
    """Erase a user in every organisation; there is no way back (D1)."""
    if for_good is None:
        _tell(lambda session: concerning_user(session, user_named(session, email)))
        return
    with command_work() as work:
        user = user_named(work.session, email)
        decision = service.Decision(for_good, reason, let_codes_lapse)
        erasure = service.erase_user(work, user.id, decision)
    click.echo(f"Erased; {erasure.word} stands there now.")


def _tell(find: Callable[[Session], Concerned]) -> None:
    """What would go, and what stands in the way; nothing is written."""
    with reading(LOOKING) as session:
        plan = plan_erasure(session, find(session), system_clock())
    for word, count in told_counts(plan.counts):
        click.echo(f"{count:6} {word}")
    for thing in plan.hindrances:
        click.echo(f"ends first: {thing.kind} {thing.label}")
    for thing in plan.lapsing:
        click.echo(f"lapses: {thing.kind} {thing.label}")
    for number in plan.contacts:
        click.echo(f"ends first: a contact of {number}")
    if plan.role_count:
        click.echo(f"ends first: {plan.role_count} roles")
    click.echo("Nothing was written. Repeat with --for-good NAME to erase.")
