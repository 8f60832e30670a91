"""Lines of a pack's ledger: one way to write them, whoever changed the counts (I3)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from vlms.academy.models.packs import PackEntryKind, PackQuota
from vlms.core.tokens import new_id
from vlms.core.work import Work


def ledger_line(
    work: Work,
    quota: PackQuota,
    kind: PackEntryKind,
    count: int,
    reason: str | None = None,
    seat_id: UUID | None = None,
) -> dict[str, Any]:
    """Every column of an entry about a quota; with a seat, what was drawn or given back."""
    return {
        "id": new_id(),
        "organisation_id": quota.organisation_id,
        "agreement_id": quota.agreement_id,
        "pack_id": quota.pack_id,
        "quota_id": quota.id,
        "school_id": quota.school_id,
        "seat_id": seat_id,
        "kind": kind,
        "count": count,
        "at": work.now,
        "by_user_id": work.actor.user_id,
        "reason": reason,
    }
