"""The history of a difference: comments, and what was done to it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select

from vlms.core.work import Work
from vlms.reconciliation.models.differences import Difference, DifferenceNote
from vlms.reconciliation.rules.differences import DifferenceState


def write_note(
    work: Work, difference_id: UUID, note: str, state: DifferenceState | None = None
) -> None:
    """Write a note behind the others; `state` is the difference's from then on."""
    owner = select(Difference.reseller_id).where(Difference.id == difference_id)
    count = select(func.count(DifferenceNote.id)).where(
        DifferenceNote.difference_id == difference_id
    )
    work.session.add(
        DifferenceNote(
            reseller_id=work.session.scalars(owner).one(),
            difference_id=difference_id,
            written_at=work.now,
            written_by=work.actor.user_id,
            writer_name=work.actor.name,
            note=note,
            state=state,
            position=(work.session.scalar(count) or 0) + 1,
        )
    )
    work.flush()
