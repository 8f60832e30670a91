"""What commands of billing and reconciliation share: how resellers and workspaces are named."""

from __future__ import annotations

from collections.abc import Callable

import click
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from vlms.accounts.cli.values import organisation_named
from vlms.accounts.models import Organisation, OrganisationKind
from vlms.core.errors import NotFound
from vlms.core.reading import search_key, shown
from vlms.core.text import _

reseller_option = click.option(
    "--reseller", required=True, metavar="NAME", help="The reseller's name or short name."
)


def workspace_options(command: Callable[..., None]) -> Callable[..., None]:
    """A reseller or a customer, for what both have."""
    reseller = click.option("--reseller", metavar="NAME", help="A reseller's name or short name.")
    customer = click.option("--organisation", metavar="NAME", help="Else a customer's short name.")
    return reseller(customer(command))


def workspace_named(session: Session, reseller: str | None, customer: str | None) -> Organisation:
    """The one of the two that is named. Raises NotFound, UsageError for none or both."""
    if (reseller is None) == (customer is None):
        raise click.UsageError("Name either --reseller or --organisation.")
    return reseller_named(session, reseller) if reseller else _customer(session, str(customer))


def _customer(session: Session, slug: str) -> Organisation:
    found = organisation_named(session, slug)
    if found.kind in (OrganisationKind.RESELLER, OrganisationKind.OPERATOR):
        raise NotFound(None, _("There is no such customer."))
    return found


def reseller_named(session: Session, name: str) -> Organisation:
    """The reseller of this short name, else of this whole name. Raises NotFound."""
    resellers = select(Organisation).where(Organisation.kind == OrganisationKind.RESELLER)
    named = or_(Organisation.slug == name, Organisation.search_name == search_key(name))
    found = session.scalars(resellers.where(named)).all()
    exact = [one for one in found if one.slug == name] or found
    if len(exact) != 1:
        raise NotFound(
            None,
            _('There is no reseller "%(name)s".', name=shown(name)),
            way_out=_("Use its short name; `vlms organisations list` shows it."),
        )
    return exact[0]
