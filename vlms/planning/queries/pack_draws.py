"""Exams that were drawn from packs since an instant (A2): held for a seat, or begun."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vlms.academy.models.packs import Pack, PackEntry, PackEntryKind

# What takes a draw back again.
_ENDS = {
    PackEntryKind.RESERVED: (PackEntryKind.RETURNED, PackEntryKind.REVERSED),
    PackEntryKind.STARTED: (PackEntryKind.REVERSED,),
}


def count_draws(
    session: Session,
    agreement_id: UUID,
    product_ids: Collection[UUID],
    since: datetime,
    kind: PackEntryKind,
) -> Mapping[UUID, int]:
    """By product: seats reserved, or started, since then and not given back meanwhile."""
    own = (PackEntry.agreement_id == agreement_id, PackEntry.seat_id.is_not(None))
    ended = select(PackEntry.seat_id).where(*own, PackEntry.kind.in_(_ENDS[kind]))
    statement = (
        select(Pack.product_id, func.sum(PackEntry.count))
        .join(Pack, PackEntry.pack_id == Pack.id)
        .where(
            *own,
            Pack.product_id.in_(product_ids),
            PackEntry.kind == kind,
            PackEntry.at >= since,
            PackEntry.seat_id.not_in(ended),
        )
        .group_by(Pack.product_id)
    )
    return {product_id: int(count) for product_id, count in session.execute(statement)}
