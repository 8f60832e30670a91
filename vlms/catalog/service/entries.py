"""Entries of the tables that the operator keeps."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from vlms.core.db import Base
from vlms.core.errors import NotFound
from vlms.core.permissions import Permission
from vlms.core.text import Text
from vlms.core.work import Work

Entry = TypeVar("Entry", bound=Base)


def remove_entry(
    work: Work, model: type[Entry], entry_id: UUID, action: str, missing: Text
) -> Entry:
    """Take an entry out of its table. Raises Forbidden, and NotFound saying `missing`."""
    work.actor.require(Permission.EDIT_CATALOG)
    entry = work.session.get(model, entry_id)
    if entry is None:
        raise NotFound(None, missing)
    work.does(action)
    work.session.delete(entry)
    work.flush()
    return entry
