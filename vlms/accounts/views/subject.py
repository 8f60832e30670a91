"""Whose people, roles and settings a page shows: one's own, or what the operator looks at."""

from __future__ import annotations

from typing import Any

from flask import abort, g, request, url_for

from vlms.accounts.models import Organisation
from vlms.accounts.queries import find_organisation, get_organisation
from vlms.core.db import db


def subject() -> Organisation:
    """The workspace's organisation; for the operator the one that `?of=<short name>` names."""
    named = request.args.get("of")
    if not named or g.workspace.kind != "operator":
        return get_organisation(db.session(), g.workspace.organisation_id)
    organisation = find_organisation(db.session(), named)
    if organisation is None:
        abort(404)
    return organisation


def subject_address(endpoint: str, **values: Any) -> str:
    """The address of another page about the same organisation."""
    values |= subject_argument()
    return url_for(endpoint, **values)


def subject_argument() -> dict[str, str]:
    """`of` again, for the addresses of other pages about the same organisation."""
    named = request.args.get("of")
    return {"of": named} if named else {}
