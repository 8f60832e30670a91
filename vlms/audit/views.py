"""The journal of a record, for its page."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import g

from vlms.audit.models import AuditEntry
from vlms.audit.queries import list_entries
from vlms.core.db import db
from vlms.core.permissions import Permission


def journal_of(*record_ids: UUID) -> Sequence[AuditEntry] | None:
    """The entries on these records; None for who may not read the journal here."""
    if not g.actor.may(Permission.VIEW_JOURNAL):
        return None
    return list_entries(db.session(), *record_ids)
