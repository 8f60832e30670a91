"""Twins of giving to many that read first and write later: the negative controls of its races.

Nothing like them may stand in the product.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.core.db import reading, transaction
from vlms.core.scope import System
from vlms.core.scoping import guarded_update
from vlms.giving.models.handouts import Handout, HandoutRow

_TWIN = System("unguarded twin")


@dataclass(frozen=True)
class Twin:
    """All who race meet between reading and writing; `is_guarded` asks once more on writing."""

    now: datetime
    meeting: threading.Barrier
    is_guarded: bool

    def confirm(self, handout_id: UUID) -> bool:
        """Whether it believes that it has confirmed the handout."""
        with reading(_TWIN) as session:
            is_draft = session.get_one(Handout, handout_id).confirmed_at is None
        self.meeting.wait()
        guards = [Handout.id == handout_id]
        if self.is_guarded:
            guards.append(Handout.confirmed_at.is_(None))
        with transaction(_TWIN) as session:
            found = guarded_update(session, Handout, *guards, confirmed_at=self.now)
        return is_draft and found == 1

    def take_a_code(self, person_id: UUID) -> bool:
        """Whether it believes that the person has got the code that was read as free."""
        with reading(_TWIN) as session:
            free = select(Code.id).where(Code.state == State.AVAILABLE).order_by(Code.expires_at)
            code_id = session.scalars(free.order_by(Code.id).limit(1)).one()
        self.meeting.wait()
        guards = [Code.id == code_id]
        if self.is_guarded:
            guards.append(Code.state == State.AVAILABLE)
        with transaction(_TWIN) as session:
            new = {"state": State.RESERVED, "person_id": person_id}
            return guarded_update(session, Code, *guards, **new) == 1

    def give_row(self, row_id: UUID) -> bool:
        """Whether it believes that a row which was read as waiting got its code from here."""
        with reading(_TWIN) as session:
            row = session.get_one(HandoutRow, row_id)
            is_waiting, person_id = row.outcome is None, row.person_id
        self.meeting.wait()
        with transaction(_TWIN) as session:
            if self.is_guarded:
                own = select(HandoutRow).where(
                    HandoutRow.id == row_id, HandoutRow.code_id.is_(None)
                )
                is_waiting = session.scalar(own.with_for_update()) is not None
            if not is_waiting:
                return False
            free = select(Code).where(Code.state == State.AVAILABLE).order_by(Code.id).limit(1)
            code = session.scalars(free.with_for_update(skip_locked=True)).one()
            code.state, code.person_id = State.RESERVED, person_id
            session.get_one(HandoutRow, row_id).code_id = code.id
        return True
