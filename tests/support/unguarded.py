"""Twins of `register` that read first and write later, with one guard or none.

They are the negative controls of the race tests: without both guards a code is registered
by everybody who saw it free. Nothing like them may stand in the product.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from tests.support.owning import owner_engine
from vlms.codes.models import Code, Registration
from vlms.codes.rules.lifecycle import State
from vlms.core.db import Base, reading, transaction
from vlms.core.scope import System
from vlms.core.scoping import guarded_update

_TWIN = System("unguarded twin")


@dataclass(frozen=True)
class Twin:
    """Registers `code_id`; all who race meet between reading and writing."""

    code_id: UUID
    exam: str
    now: datetime
    meeting: threading.Barrier
    checks_state: bool

    def register(self, once_key: str) -> bool:
        """Whether it believes that it has registered the code."""
        with reading(_TWIN) as session:
            code = session.get_one(Code, self.code_id)
            is_free, owner = code.state is State.ASSIGNED, code
            session.expunge(code)
        self.meeting.wait()
        return is_free and self._write(owner, once_key)

    def _write(self, code: Code, once_key: str) -> bool:
        guards = [Code.id == code.id]
        if self.checks_state:
            guards.append(Code.state == State.ASSIGNED)
        try:
            with transaction(_TWIN) as session:
                if guarded_update(session, Code, *guards, state=State.REGISTERED) != 1:
                    return False
                session.add(self._registration(code, once_key))
                session.flush()
        except IntegrityError:
            return False
        return True

    def _registration(self, code: Code, once_key: str) -> Registration:
        return Registration(
            organisation_id=code.organisation_id,
            agreement_id=code.agreement_id,
            code_id=code.id,
            person_id=code.person_id,
            exam_number=self.exam,
            site="Twin",
            starts_at=self.now + timedelta(days=1),
            is_open=True,
            recorded_at=self.now,
            once_key=once_key,
        )


@contextmanager
def without_index(name: str, model: type[Base] = Registration) -> Iterator[None]:
    """The database without one index of a table, whose rows are removed afterwards."""
    (index,) = (i for i in Base.metadata.tables[model.__tablename__].indexes if i.name == name)
    with owner_engine().begin() as connection:
        index.drop(connection)
    try:
        yield
    finally:
        with owner_engine().begin() as connection:
            connection.execute(delete(model))
            index.create(connection)
