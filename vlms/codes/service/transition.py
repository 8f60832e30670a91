"""The one way a code changes its state: a guarded statement and its entry in the journal.

The state that was read is a condition of the change, so that of two that race one
finds no row and is refused. Nothing is read first and written later.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement

from vlms.audit.service import journal
from vlms.catalog.models import ProductKind
from vlms.codes.errors import StepRefused
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import TERMINAL, Kind, State, Step, has_expired
from vlms.codes.rules.steps import check_kind, next_state
from vlms.core.errors import Topic
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work


def take_step(
    work: Work,
    code: Code,
    step: Step,
    *conditions: ColumnElement[bool],
    happened_at: datetime | None = None,
    exam_starts_at: datetime | None = None,
    reason: str | None = None,
    **values: Any,
) -> Code:
    """Take a step on a code as it was read: guarded by its state, version and expiry (C6).

    `values` are further columns of the change, `conditions` further guards, `happened_at`
    when it really happened (C3). Raises StepRefused when the rules forbid it, and with the
    reason `code_moved` when somebody else was faster.
    """
    check_kind(step, kind_of(code))
    expired = has_expired(
        code.state, code.expires_at, happened_at or work.now, exam_starts_at=exam_starts_at
    )
    before = code.state
    after = next_state(before, step, expired=expired)
    if after in TERMINAL:
        values = {"ended_at": work.now, "sealed_text": None, **values}
    guards = (
        Code.id == code.id,
        Code.state == before,
        Code.version == code.version,
        *_unexpired(happened_at, exam_starts_at, work.now),
        *conditions,
    )
    changed = guarded_update(
        work.session, Code, *guards, state=after, version=Code.version + 1, **values
    )
    if changed != 1:
        raise code_moved()
    _tell(work, code, step, (before, after), values, reason)
    work.session.refresh(code)
    return code


def kind_of(code: Code) -> Kind:
    """What the code is good for."""
    is_library = code.product.kind is ProductKind.E_REFERENCE
    return Kind.LIBRARY if is_library else Kind.EXAM


def _unexpired(
    happened_at: datetime | None, exam_starts_at: datetime | None, now: datetime
) -> tuple[ColumnElement[bool], ...]:
    """Expiry is part of the statement too, unless the step tells of an earlier instant."""
    if happened_at is not None or exam_starts_at is not None:
        return ()
    return (Code.expires_at > now,)


def code_moved() -> StepRefused:
    """Refuses whoever read a code that somebody else then changed."""
    return StepRefused(
        "C6",
        _("Somebody else has just changed this code; nothing was done twice."),
        reason="code_moved",
        way_out=_("Load the page again to see how it stands."),
        ask=Topic.CODES,
    )


def _tell(
    work: Work,
    code: Code,
    step: Step,
    states: tuple[State, State],
    values: dict[str, Any],
    reason: str | None,
) -> None:
    told = {name: value for name, value in values.items() if name not in _SECRET}
    before = {name: getattr(code, name) for name in told}
    journal(
        work,
        f"code.{step.value}",
        ("code", code.id, code.organisation_id),
        before={"state": states[0], **before},
        after={"state": states[1], **told},
        reason=reason,
    )


_SECRET = frozenset({"sealed_text", "text_index"})
