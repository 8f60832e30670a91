"""Packs that were opened elsewhere, taken in with what their schools had of them (A2, I3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from vlms.academy.models.packs import Pack, PackEntry, PackEntryKind, PackQuota, quota_place
from vlms.academy.service.ledger import ledger_line
from vlms.academy.service.opening import make_pack
from vlms.core.scoping import bulk_insert
from vlms.core.text import _
from vlms.core.tokens import new_id
from vlms.core.work import Work
from vlms.orders.models import OrderLine

_WHY = _("Moved in")


@dataclass(frozen=True)
class MovedQuota:
    """What a school (None: all together) had of a pack, and what of it was used."""

    school_id: UUID | None
    quota: int
    used: int


def take_in_pack(work: Work, line: OrderLine, quotas: Sequence[MovedQuota]) -> Pack:
    """The line's pack with its quotas; the ledger begins with them, and nobody is told."""
    pack = make_pack(work, line, line.delivered_quantity)
    work.does("pack.moved_in")
    pack.allotted_count = sum(one.quota for one in quotas)
    rows = [_quota_row(pack, one) for one in quotas if one.quota]
    bulk_insert(work.session, PackQuota, rows)
    work.flush()
    entries = []
    for row in rows:
        quota = work.session.get_one(PackQuota, row["id"])
        counts = {
            PackEntryKind.GIVEN: quota.quota_count,
            PackEntryKind.RESERVED: quota.used_count,
            PackEntryKind.STARTED: quota.used_count,
        }
        entries += [
            ledger_line(work, quota, kind, count, str(_WHY))
            for kind, count in counts.items()
            if count
        ]
    bulk_insert(work.session, PackEntry, entries)
    return pack


def _quota_row(pack: Pack, one: MovedQuota) -> dict[str, object]:
    return {
        "id": new_id(),
        "organisation_id": pack.organisation_id,
        "agreement_id": pack.agreement_id,
        "pack_id": pack.id,
        "school_id": one.school_id,
        "term_id": None,
        "place": quota_place(one.school_id, None),
        "quota_count": one.quota,
        "reserved_count": 0,
        "used_count": one.used,
    }
