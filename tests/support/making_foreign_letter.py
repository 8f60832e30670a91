"""Somebody else's letter: for the ids in addresses of letters."""

from __future__ import annotations

from uuid import UUID

from vlms.core.work import Work
from vlms.notices.letters import create_letter


def make_foreign_letter(work: Work, owner_id: UUID) -> dict[str, UUID]:
    letter = create_letter(work, owner_id, "code_assigned", "宏遠科技", is_usual=False)
    return {"letter_id": letter.id}
