"""Removes what has been kept long enough, a piece at a time; never codes, money, journal (D3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete

from vlms.accounts.import_models import PeopleImportRow
from vlms.authentication.models import SignInSession
from vlms.core.attempts import OpenWork, in_work
from vlms.core.scoping import guarded_update
from vlms.core.work import Work
from vlms.notices.models import OutboxMessage
from vlms.privacy.queries.keeping import past
from vlms.privacy.rules.keeping import KEEPINGS, Keeping, Kept

_AT_ONCE = 500
_REMOVED = {Kept.IMPORT_ROWS: PeopleImportRow, Kept.MAILS: OutboxMessage}


def remove_past(open_work: OpenWork) -> Mapping[Kept, int]:
    """How many of each kind were removed or emptied."""
    return {keeping.kind: _remove_all(open_work, keeping) for keeping in KEEPINGS}


def _remove_all(open_work: OpenWork, keeping: Keeping) -> int:
    total = 0
    while count := in_work(open_work, lambda work: _remove_some(work, keeping)):
        total += count
    return total


def _remove_some(work: Work, keeping: Keeping) -> int:
    ids = work.session.scalars(past(keeping, work.now).limit(_AT_ONCE)).all()
    if keeping.kind is Kept.SIGN_INS:
        _empty(work, ids)
    else:
        model: Any = _REMOVED[keeping.kind]
        work.session.execute(
            delete(model).where(model.id.in_(ids)),
            execution_options={"synchronize_session": False},
        )
    return len(ids)


def _empty(work: Work, ids: Sequence[UUID]) -> None:
    there = SignInSession.id.in_(ids)
    guarded_update(work.session, SignInSession, there, user_agent=None, network=None)
