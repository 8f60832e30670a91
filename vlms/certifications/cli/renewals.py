"""Renewals on the command line: one's own results, and the round that tells of open windows."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

import click

from vlms.accounts.cli.values import json_option, own_option, own_work
from vlms.certifications.cli.transcripts import held_row
from vlms.certifications.queries.needs import renewing_of
from vlms.certifications.queries.standings import standing_of
from vlms.certifications.queries.transcripts import failures, get_held
from vlms.certifications.service.renewing import state_attempt
from vlms.certifications.service.telling import tell_windows
from vlms.core.commands import Read, command_work, print_rows, with_app
from vlms.core.reading import read_instant
from vlms.core.text import _

_held = click.argument("held_id", metavar="ID", type=click.UUID)


@click.command("show")
@_held
@own_option
@json_option
@with_app
def show_own(held_id: UUID, email: str, as_json: bool) -> None:
    """One's own certification ID: how it stands, and where it is renewed."""
    with own_work(email) as work:
        held = get_held(work.session, held_id)
        standing = standing_of(held, failures(work.session, held), work.now)
        found = renewing_of(work.session, held.certification_key)
        row = held_row(standing)
        row["why_not"] = str(standing.why_not) if standing.why_not else None
        row["assessment"] = found.assessment.address if found.assessment else None
        row["languages"] = list(found.assessment.languages) if found.assessment else []
        row["modules"] = [module.address for module in found.modules]
    if as_json:
        click.echo(json.dumps(row, ensure_ascii=False, indent=2))
    else:
        print_rows([row], as_json=False)


@click.command("result")
@_held
@click.argument("at", metavar="TIME", type=Read(read_instant, _("Time")))
@click.option("--passed/--failed", "has_passed", required=True)
@own_option
@with_app
def result(held_id: UUID, at: datetime, has_passed: bool, email: str) -> None:
    """State the result of one's own renewal assessment, taken at a TIME (UTC)."""
    with own_work(email) as work:
        held = state_attempt(work, get_held(work.session, held_id), at, has_passed=has_passed)
        rows = [held_row(standing_of(held, failures(work.session, held), work.now))]
    print_rows(rows, as_json=False)


@click.command("tell")
@with_app
def tell() -> None:
    """Tell holders whose renewal window has opened, each once (R5); the worker does it hourly."""
    click.echo(f"{tell_windows(command_work)}")
