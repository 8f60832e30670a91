"""`vlms users visits`: who of the operators sees the system as whom, and ending it (G7)."""

from __future__ import annotations

from uuid import UUID

import click

from vlms.accounts.queries import get_user
from vlms.authentication.factor_cli import users
from vlms.authentication.service.visits import end_visit_named
from vlms.authentication.visit_queries import list_visits
from vlms.core.commands import SCOPE, command_work, print_rows, with_app
from vlms.core.db import reading

__all__ = ["users"]


@users.group()
def visits() -> None:
    """Operators who see the system as somebody else."""


@visits.command("list")
@click.option("--json", "as_json", is_flag=True, help="Machine-readable rows.")
@with_app
def list_open(as_json: bool) -> None:
    """List the visits that have not ended."""
    with reading(SCOPE) as session:
        rows = [
            {
                "id": str(visit.id),
                "operator": operator.email,
                "as": get_user(session, visit.user_id).email,
                "organisation": place.slug,
                "reason": visit.reason,
                "until": visit.expires_at.isoformat(),
            }
            for visit, operator, place in list_visits(session)
        ]
    print_rows(rows, as_json=as_json)


@visits.command()
@click.argument("visit_id", type=click.UUID)
@with_app
def end(visit_id: UUID) -> None:
    """End a visit at once."""
    with command_work() as work:
        is_ended = end_visit_named(work, visit_id)
    click.echo("Ended." if is_ended else "It had ended already.")
