"""`vlms keys`: the keys that seal codes, their age and their changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import click
from flask import current_app
from sqlalchemy import select

from vlms.accounts.cli.values import organisation_named
from vlms.accounts.models import Organisation
from vlms.core.commands import Read, command_work, print_rows, progress, with_app
from vlms.core.errors import BadInput, Conflict
from vlms.core.masters import current_ring
from vlms.core.reading import read_text
from vlms.core.text import _
from vlms.core.work import Work
from vlms.keys.queries import Span, count_in, is_resealed, list_keys, list_spans, uses_of_master
from vlms.keys.service import key_file
from vlms.keys.service.resealing import Pace
from vlms.keys.service.resealing import reseal as seal_anew
from vlms.keys.service.rotating import rotate as rotate_key
from vlms.keys.service.shredding import shred as shred_keys
from vlms.settings import Settings

_REASON = Read(read_text(500), _("Reason"))
_reason = click.option("--reason", required=True, type=_REASON, help="Kept in the journal.")


@click.group()
def keys() -> None:
    """The keys that seal codes."""


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
@with_app
def list_(as_json: bool) -> None:
    """Each organisation's data keys, and how much is still to be sealed anew."""
    with command_work() as work:
        found = work.session.scalars(select(Organisation))
        slugs: dict[UUID | None, str] = {each.id: each.slug for each in found}
        slugs[None] = "(stock)"
        rows = [
            {
                "owner": slugs[key.organisation_id],
                "key": str(key.id),
                "master": key.master_id,
                "made": key.made_at.date().isoformat(),
                "retired": _day(key.retired_at),
                "dropped": _day(key.dropped_at),
                "shred ordered": _day(key.shredded_at),
                "left": count_in(work.session, Span(key.id)) if key.retired_at else None,
            }
            for key in list_keys(work.session)
        ]
        left = None if is_resealed(work.session) else count_in(work.session, Span(None))
        ring = current_ring(work.keys)
        former = [each for each in ring.former if each != ring.coming]
        uses = {each: uses_of_master(work.session, each) for each in former}
    print_rows(rows, as_json=as_json)
    if as_json:
        return
    if left is not None:
        click.echo(f"Sealed by a master key itself, to be sealed anew: {left}")
    click.echo(f"Master key: {ring.master_id}")
    if ring.coming:
        click.echo(f"Master key to come: {ring.coming}, when every machine's file has it")
    for master_id, needed in uses.items():
        click.echo(f"Former master key: {master_id}, needed by: {', '.join(needed) or 'nothing'}")


def _day(moment: Any) -> str | None:
    return None if moment is None else str(moment.date().isoformat())


@keys.command()
@with_app
def reseal() -> None:
    """Seal anew, at once, what the worker would do by and by; may be stopped at any time."""
    with command_work() as work:
        total = sum(count_in(work.session, each) for each in list_spans(work.session, work.now))
    with progress("Sealing anew", total) as advance:
        done = seal_anew(command_work, Pace(advance=advance))
    click.echo(f"{done.resealed} sealed anew.")
    if done.unreadable:
        raise click.ClickException(f"{done.unreadable} do not open with the keys in use.")


@keys.command()
@click.option("--organisation", help="The organisation's slug.")
@click.option("--stock", is_flag=True, help="The key of the operator's stock.")
@_reason
@with_app
def rotate(organisation: str | None, stock: bool, reason: str) -> None:
    """A new data key for an organisation or the stock; the former one still opens."""
    if stock == (organisation is not None):
        raise BadInput(None, _("Name an organisation or --stock, and not both."))
    with command_work() as work:
        owner_id = None if organisation is None else _organisation(work, organisation).id
        rotate_key(work, owner_id, reason)
    click.echo("A new key seals. The worker seals anew what is there; or run: vlms keys reseal")


@keys.command("rotate-master")
@_reason
@with_app
def rotate_master(reason: str) -> None:
    """A new master key at once, where one machine runs VLMS; all data keys are wrapped by it."""
    ring = key_file.rotate_master(_file(), command_work, reason)
    seal_anew(command_work, Pace(most_pieces=0))
    click.echo(f"The master key is {ring.master_id} now. Back up the key file.")
    click.echo("Give the file to every machine that runs a part of VLMS.")


@keys.command("add-master")
@_reason
@with_app
def add_master(reason: str) -> None:
    """A new master key that seals nothing yet, so that every machine can get to know it."""
    ring = key_file.add_master(_file(), command_work, reason)
    click.echo(f"The master key {ring.coming} is in the key file. Back the file up.")
    click.echo(f"Copy it to every machine; then, on each: vlms keys use-master {ring.coming}")


@keys.command("use-master")
@click.argument("master_id", metavar="KEY")
@_reason
@with_app
def use_master(master_id: str, reason: str) -> None:
    """Seal with the master key that was added: when every machine's key file has it."""
    ring = key_file.use_master(_file(), command_work, master_id, reason)
    seal_anew(command_work, Pace(most_pieces=0))
    click.echo(f"The master key is {ring.master_id} now. Do the same on every other machine.")


@keys.command("drop-master")
@click.argument("master_id", metavar="KEY")
@click.option("--confirm", required=True, help="The key's id again: it cannot be undone.")
@_reason
@with_app
def drop_master(master_id: str, confirm: str, reason: str) -> None:
    """Take a former master key out of the key file, when every machine uses another."""
    if confirm != master_id:
        raise BadInput(None, _("The key's id and its confirmation are not the same."))
    key_file.drop_master(_file(), command_work, master_id, reason)
    click.echo(f"The master key {master_id} is gone. Copy the file to every machine.")


@keys.command("rotate-session")
@click.option("--links", is_flag=True, help="The key of one-time links too.")
@_reason
@with_app
def rotate_session(links: bool, reason: str) -> None:
    """A new key for cookies: after the next start everybody has to sign in again."""
    key_file.rotate_session(_file(), command_work, reason, links=links)
    click.echo("Written. Start the web servers and workers again, and back up the key file.")


@keys.command()
@click.option("--organisation", required=True, help="The organisation's slug.")
@click.option("--confirm", required=True, help="The same slug again: it cannot be undone.")
@_reason
@with_app
def shred(organisation: str, confirm: str, reason: str) -> None:
    """Drop an organisation's data keys a day from now: its codes are lost for good."""
    with command_work() as work:
        found = _organisation(work, organisation)
        count = shred_keys(work, (found.id, found.slug), confirm, reason)
    click.echo(f"{count} keys are dropped in 24 hours.")


def _organisation(work: Work, slug: str) -> Organisation:
    return organisation_named(work.session, slug)


def _file() -> Path:
    settings: Settings = current_app.config["SETTINGS"]
    if settings.keys:
        raise Conflict(
            None,
            _("The keys come by the environment, where no command changes them."),
            way_out=_("Write VLMS_KEYS into a key file, change that, and set VLMS_KEYS anew."),
        )
    return settings.key_file
