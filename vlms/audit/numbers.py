"""Draws the numbers of new entries in advance, where the database counts them up.

PostgreSQL would tell a number after the insert only to who may read the entry, and whoever acts
on a reseller's or holder's behalf appends to the journal without reading it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from vlms.audit.models import AuditEntry
from vlms.core.numbering import draw_numbers


def number_entries(session: Session, _context: Any, _instances: Any) -> None:
    """Give the entries that are about to be written their numbers, in the order of adding."""
    new = [
        row for row in session.new if isinstance(row, AuditEntry) and "sequence" not in vars(row)
    ]
    numbers = draw_numbers(session, AuditEntry.sequence, len(new))
    for entry, number in zip(new, numbers, strict=False):
        entry.sequence = number
