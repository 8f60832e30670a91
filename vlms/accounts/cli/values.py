"""What commands of organisations, users and people share: options, look-ups."""

from __future__ import annotations

from uuid import UUID

import click
from sqlalchemy.orm import Session

from vlms.accounts.models import Organisation
from vlms.accounts.queries import find_organisation, list_schools
from vlms.core.commands import Read
from vlms.core.errors import NotFound
from vlms.core.language import Language
from vlms.core.reading import read_email, read_text, shown
from vlms.core.text import _

LANGUAGES = click.Choice([language.value for language in Language])
EMAIL = Read(read_email, _("E-mail address"))
NAME = Read(read_text(200), _("Name"))

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON array.")


def organisation_named(session: Session, slug: str) -> Organisation:
    """Raises NotFound."""
    found = find_organisation(session, slug)
    if found is None:
        raise NotFound(None, _("There is no organisation %(slug)s.", slug=shown(slug)))
    return found


def school_named(session: Session, organisation_id: UUID, name: str) -> UUID:
    """The key of the school of an organisation with exactly this name. Raises NotFound."""
    for school in list_schools(session, organisation_id):
        if school.name == name:
            return school.id
    raise NotFound(None, _("There is no such school in this organisation."))
