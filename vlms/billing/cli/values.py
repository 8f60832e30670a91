"""What commands of billing and reconciliation share: how a reseller is named."""

from __future__ import annotations

import click
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation, OrganisationKind
from vlms.core.errors import NotFound
from vlms.core.reading import search_key, shown
from vlms.core.text import _

reseller_option = click.option(
    "--reseller", required=True, metavar="NAME", help="The reseller's name or short name."
)


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
