"""`vlms views`: the views of lists that a user keeps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import json_option, own_option, user_named
from vlms.accounts.models import SavedView
from vlms.accounts.queries import get_organisation
from vlms.accounts.saved_view_queries import list_views_of
from vlms.accounts.service.saved_views import delete_view
from vlms.core.clock import system_clock
from vlms.core.commands import SCOPE, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.scope import System
from vlms.core.text import _
from vlms.core.work import Actor, working

_OWN = System("own views")


@click.group()
def views() -> None:
    """Views of lists, kept on their pages: list and delete one's own."""


@views.command("list")
@own_option
@json_option
@with_app
def list_(email: str, as_json: bool) -> None:
    """The user's views in all workspaces."""
    with reading(SCOPE) as session:
        found = list_views_of(session, user_named(session, email).id)
        print_rows([_row(session, view) for view in found], as_json=as_json)


@views.command()
@click.argument("view_id", metavar="ID", type=click.UUID)
@own_option
@with_app
def delete(view_id: UUID, email: str) -> None:
    """Delete the view ID of the user."""
    with reading(SCOPE) as session:
        user = user_named(session, email)
        found = {view.id: view.organisation_id for view in list_views_of(session, user.id)}
    if view_id not in found:
        raise NotFound(
            None,
            _("This user keeps no such view."),
            way_out=_("List them with `vlms views list`."),
        )
    actor = Actor(user.name, user.id, found[view_id], time_zone=user.time_zone)
    with working(actor, _OWN, system_clock()) as work:
        delete_view(work, view_id)
    click.echo("Deleted.")


def _row(session: Session, view: SavedView) -> dict[str, Any]:
    return {
        "id": str(view.id),
        "organisation": get_organisation(session, view.organisation_id).slug,
        "list": view.endpoint.partition(".")[0],
        "name": view.name,
        "asked": view.asked,
    }
