"""The months of a reseller: opened when first needed, guarded while they are closed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vlms.core.errors import Conflict
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.reconciliation.models.periods import Period, PeriodState
from vlms.reconciliation.queries.periods import find_period


def period_for(work: Work, reseller_id: UUID, month: str) -> Period:
    """The reseller's month; opened when it is not there yet."""
    found = find_period(work.session, reseller_id, month)
    if found is None:
        found = _opened(work, reseller_id, month)
    return found


def _opened(work: Work, reseller_id: UUID, month: str) -> Period:
    try:
        with work.session.begin_nested():
            opened = Period(reseller_id=reseller_id, month=month, state=PeriodState.OPEN)
            work.session.add(opened)
        return opened
    except IntegrityError:
        # Another transaction opened it first, and has committed.
        found = find_period(work.session, reseller_id, month)
        assert found is not None
        return found


def change_period(work: Work, period: Period) -> None:
    """Let nobody else change what is in a period before this work ends.

    Raises Conflict when it is closed, or somebody was faster.
    """
    _refuse_closed(period)
    unchanged = Period.id == period.id, Period.version == period.version
    if not guarded_update(work.session, Period, *unchanged, version=period.version + 1):
        raise Conflict(
            None,
            _("Somebody else is changing %(month)s at this moment.", month=period.month),
            reason="period_changed",
            way_out=_("Look at it again, and try again."),
        )
    work.session.refresh(period)


def hold_period(work: Work, period_id: UUID) -> Period:
    """The month as it is now, held: nobody closes or matches it before this work ends.

    Raises Conflict when it is closed.
    """
    held = select(Period).where(Period.id == period_id).with_for_update()
    period = work.session.scalars(held, execution_options={"populate_existing": True}).one()
    _refuse_closed(period)
    return period


def _refuse_closed(period: Period) -> None:
    if period.state is PeriodState.CLOSED:
        raise Conflict(
            None,
            _("%(month)s is closed; its files and differences do not change.", month=period.month),
            reason="period_closed",
            way_out=_("Open it again with a reason, if it must change."),
        )
