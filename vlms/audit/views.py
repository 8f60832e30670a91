"""The journal of a record, for its page."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import g

from vlms.audit.models import AuditEntry
from vlms.audit.queries import list_entries
from vlms.core.db import db
from vlms.core.permissions import Permission


def journal_of(
    *record_ids: UUID, edited_by: Permission = Permission.VIEW_JOURNAL
) -> Sequence[AuditEntry] | None:
    """The entries on these records; None for who may not read the journal here.

    Who edits such records, which is the permission `edited_by`, reads theirs and no others.
    """
    if not (g.actor.may(Permission.VIEW_JOURNAL) or g.actor.may(edited_by)):
        return None
    return list_entries(db.session(), *record_ids)
