"""`vlms users invitations` and `withdraw-invitation`: who was invited and has not come yet."""

from __future__ import annotations

from uuid import UUID

import click

from vlms.accounts import service
from vlms.accounts.cli.roles import users
from vlms.accounts.cli.values import EMAIL, json_option, organisation_named, user_named
from vlms.accounts.links import find_newest_links
from vlms.accounts.models import LinkPurpose, Organisation
from vlms.accounts.queries import list_grants_in
from vlms.core.commands import SCOPE, command_work, print_rows, with_app
from vlms.core.db import reading
from vlms.core.errors import NotFound
from vlms.core.text import _
from vlms.core.work import Work

__all__ = ["users"]


@users.command()
@click.option("--organisation", "slug", required=True)
@json_option
@with_app
def invitations(slug: str, as_json: bool) -> None:
    """List who was invited and has set no password yet; `users link` mails a new link."""
    with reading(SCOPE) as session:
        organisation = organisation_named(session, slug)
        waiting = [
            grant
            for grant in list_grants_in(session, organisation.id)
            if grant.ended_at is None and grant.user.password_hash is None
        ]
        keys = {grant.user_id for grant in waiting}
        links = find_newest_links(session, keys, LinkPurpose.SET_PASSWORD)
        rows = [
            {
                "email": grant.user.email,
                "role": grant.role.value,
                "invited_at": grant.granted_at.isoformat(),
                "link_until": link.expires_at.isoformat() if link and not link.ended_at else None,
            }
            for grant in waiting
            for link in [links.get(grant.user_id)]
        ]
        print_rows(rows, as_json=as_json)


@users.command("withdraw-invitation")
@click.argument("email", type=EMAIL)
@click.option("--organisation", "slug", required=True)
@with_app
def withdraw_invitation(email: str, slug: str) -> None:
    """End all roles in the organisation of who has set no password yet, and the mailed link."""
    with command_work() as work:
        organisation = organisation_named(work.session, slug)
        user = user_named(work.session, email)
        service.withdraw_invitation(work, _grant_id(work, user.id, organisation))
    click.echo(f"The invitation of {email} is withdrawn.")


def _grant_id(work: Work, user_id: UUID, organisation: Organisation) -> UUID:
    """One of the roles there. Raises NotFound."""
    for grant in list_grants_in(work.session, organisation.id, user_id):
        if grant.ended_at is None:
            return grant.id
    raise NotFound(None, _("There is no such role in this organisation."))
