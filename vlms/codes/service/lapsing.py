"""Writes down that codes have expired, and forgets their texts later (C5, C8).

Expiry itself is a predicate; this only writes the history, once a code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select

from vlms.accounts.models import Organisation
from vlms.audit.service import journal
from vlms.codes.models import Code, StockCode
from vlms.codes.queries import has_lapsed
from vlms.codes.service.assigning import WorkFactory
from vlms.core.attempts import retrying
from vlms.core.clock import local_day
from vlms.core.scoping import guarded_update
from vlms.core.work import Work

KEEP_TEXT = timedelta(days=90)
_AT_ONCE = 500


def sweep_expiry(open_work: WorkFactory) -> int:
    """Journal newly expired codes and remove texts 90 days on; how many rows it changed."""
    with open_work() as work:
        organisations = list(work.session.scalars(select(Organisation.id)))
    changed = sum(
        _repeat(open_work, partial(step, organisation_id=organisation_id))
        for organisation_id in organisations
        for step in (_write_history, _forget_texts)
    )
    return changed + _repeat(open_work, _forget_stock)


def _repeat(open_work: WorkFactory, step: Callable[[Work], int]) -> int:
    """A step in small transactions, until it finds nothing more."""

    def once() -> int:
        with open_work() as work:
            return step(work)

    total = 0
    while changed := retrying(once):
        total += changed
    return total


def _write_history(work: Work, organisation_id: UUID) -> int:
    lapsed = _some(work, organisation_id, has_lapsed(work.now), Code.ended_at.is_(None))
    return sum(_tell_expired(work, code) for code in lapsed)


def _tell_expired(work: Work, code: Code) -> int:
    """Guarded by the state that was read: somebody may be recording what happened before."""
    as_read = (Code.id == code.id, Code.version == code.version, Code.ended_at.is_(None))
    changed = guarded_update(
        work.session, Code, *as_read, ended_at=code.expires_at, version=Code.version + 1
    )
    if changed:
        _journal(work, code, "code.expired", {"state": code.state, "ended_at": code.expires_at})
    return changed


def _forget_texts(work: Work, organisation_id: UUID) -> int:
    over = (
        Code.expires_at <= work.now - KEEP_TEXT,
        Code.sealed_text.is_not(None),
    )
    return sum(_forget(work, code) for code in _some(work, organisation_id, *over))


def _forget(work: Work, code: Code) -> int:
    as_read = (Code.id == code.id, Code.version == code.version)
    changed = guarded_update(
        work.session, Code, *as_read, sealed_text=None, version=Code.version + 1
    )
    if changed:
        _journal(work, code, "code.text_removed", {})
    return changed


def _forget_stock(work: Work) -> int:
    """Provider's codes that were never drawn go 90 days after their printed day."""
    some = list(work.session.scalars(select(StockCode).where(*_lapsed_stock(work)).limit(_AT_ONCE)))
    changed = 0
    for row in some:
        undrawn = (StockCode.id == row.id, StockCode.drawn_code_id.is_(None))
        changed += guarded_update(work.session, StockCode, *undrawn, sealed_text=None)
    for product_id, count in Counter(row.product_id for row in some).items():
        record = ("product", product_id, None)
        journal(work, "stock.texts_removed", record, after={"code_count": count})
    return changed


def _lapsed_stock(work: Work) -> tuple[ColumnElement[bool], ...]:
    zones = work.session.scalars(
        select(StockCode.zone).where(StockCode.zone.is_not(None)).distinct()
    ).all()
    before = work.now - KEEP_TEXT
    over = [
        and_(StockCode.zone == zone, StockCode.last_day < local_day(before, zone))
        for zone in zones
        if zone is not None
    ]
    kept = StockCode.sealed_text.is_not(None), StockCode.drawn_code_id.is_(None)
    return (*kept, or_(false(), *over))


def _journal(work: Work, code: Code, action: str, after: dict[str, object]) -> None:
    journal(work, action, ("code", code.id, code.organisation_id), after=after)


def _some(work: Work, organisation_id: UUID, *conditions: object) -> Sequence[Code]:
    statement = select(Code).where(Code.organisation_id == organisation_id, *conditions)  # type: ignore[arg-type]
    return work.session.scalars(statement.order_by(Code.expires_at).limit(_AT_ONCE)).all()
