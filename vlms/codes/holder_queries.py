"""Finds codes for those who hold, check or replace them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from vlms.codes.custody import Custody
from vlms.codes.errors import BadCodeText
from vlms.codes.models import Code, Registration
from vlms.codes.rules.code_text import read_typed
from vlms.codes.rules.lifecycle import PERSONAL, State
from vlms.core.errors import NotFound, Topic
from vlms.core.text import _

# C2: a reservation shows nothing to its person; what became void once was theirs.
SHOWN_TO_HOLDER = or_(
    Code.state.in_(sorted(PERSONAL)),
    and_(Code.state == State.VOID, Code.assigned_at.is_not(None)),
)


def list_own_codes(session: Session) -> Sequence[Code]:
    """The codes of the session's holder, those that end first on top."""
    statement = (
        select(Code)
        .where(SHOWN_TO_HOLDER)
        .options(joinedload(Code.product), joinedload(Code.person))
        .order_by(Code.ended_at.is_not(None), Code.expires_at, Code.id)
    )
    return session.scalars(statement).all()


def get_own_code(session: Session, code_id: UUID) -> Code:
    """A code of the session's holder. Raises NotFound for anybody else's and a reserved one."""
    code = session.scalar(select(Code).where(Code.id == code_id, SHOWN_TO_HOLDER))
    if code is None:
        raise NotFound(None, _("You hold no such code."), ask=Topic.CODES)
    return code


def list_waiting(session: Session, person_ids: Collection[UUID], now: datetime) -> Sequence[Code]:
    """The codes of some people that wait for a claim (C2)."""
    statement = select(Code).where(
        Code.person_id.in_(person_ids),
        Code.state == State.ASSIGNED,
        Code.claimed_at.is_(None),
        Code.expires_at > now,
    )
    return session.scalars(statement.order_by(Code.id)).all()


def get_typed_code(session: Session, custody: Custody, typed: str) -> Code:
    """The code that was typed or scanned, if the session's scope sees it.

    Raises BadCodeText: for what can be no code, or is mistyped by its check symbols, and the
    same one (`code_not_found`) whether a code is unknown or somebody else's.
    """
    reading = read_typed(typed)
    for index in custody.index_all(reading.texts):
        code = session.scalar(select(Code).where(Code.text_index == index))
        if code is not None:
            return code
    if reading.refusal is not None and reading.refusal.reason == "code_wrong_check":
        raise reading.refusal
    raise nothing_here()


def nothing_here() -> BadCodeText:
    """One answer for every code that is not to be found here, whatever the cause."""
    return BadCodeText(
        None,
        _("No such code is found here."),
        reason="code_not_found",
        field="code",
        way_out=_("Compare the code with its holder's own page; it may belong elsewhere."),
        ask=Topic.CODES,
    )


def find_open_registration(session: Session, code_id: UUID) -> Registration | None:
    """The appointment for which the code is registered now."""
    return session.scalar(
        select(Registration).where(Registration.code_id == code_id, Registration.is_open)
    )


def list_registrations(session: Session, *code_ids: UUID) -> Sequence[Registration]:
    """All appointments of these codes, the latest first."""
    statement = (
        select(Registration)
        .where(Registration.code_id.in_(code_ids))
        .options(joinedload(Registration.exam))
        .order_by(Registration.id.desc())
    )
    return session.scalars(statement).all()


def last_told(session: Session, code: Code) -> datetime | None:
    """When the last thing happened that is recorded of a code past *reserved*."""
    ended = select(func.max(Registration.outcome_at)).where(Registration.code_id == code.id)
    found = [code.assigned_at, session.scalar(ended)]
    return max((moment for moment in found if moment is not None), default=None)


def find_replacement(session: Session, code: Code) -> Code | None:
    """The code that its holder has instead of this one (C6)."""
    return session.scalar(select(Code).where(Code.replaces_id == code.id))
