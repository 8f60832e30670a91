"""The months of a reseller: opened when first needed, guarded while they are closed."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from vlms.core.errors import Conflict
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.reconciliation.models.periods import Period, PeriodState
from vlms.reconciliation.queries.periods import find_period

# After so long without a step, whoever was writing a matching has died.
LEFT_OVER = timedelta(minutes=5)


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

    Raises Conflict when it is closed or being matched, or somebody was faster.
    """
    check_changeable(period, work.now)
    unchanged = Period.id == period.id, Period.version == period.version
    if not guarded_update(work.session, Period, *unchanged, version=period.version + 1):
        raise changed_meanwhile(period)
    work.session.refresh(period)


def hold_period(work: Work, period_id: UUID) -> Period:
    """The month as it is now, held: nobody closes or matches it before this work ends.

    Raises Conflict when it is closed or being matched.
    """
    held = select(Period).where(Period.id == period_id).with_for_update()
    period = work.session.scalars(held, execution_options={"populate_existing": True}).one()
    check_changeable(period, work.now)
    return period


def changed_meanwhile(period: Period) -> Conflict:
    return Conflict(
        None,
        _("Somebody else is changing %(month)s at this moment.", month=period.month),
        reason="period_changed",
        way_out=_("Look at it again, and try again."),
    )


def being_matched(period: Period) -> Conflict:
    return Conflict(
        None,
        _("%(month)s is being matched at this moment.", month=period.month),
        reason="being_matched",
        way_out=_("Wait until that is done, and try again."),
    )


def check_changeable(period: Period, now: datetime) -> None:
    """Raises Conflict for a month that is closed, or whose matching is being written."""
    if period.matching_since is not None and now < period.matching_since + LEFT_OVER:
        raise being_matched(period)
    if period.state is PeriodState.CLOSED:
        raise Conflict(
            None,
            _("%(month)s is closed; its files and differences do not change.", month=period.month),
            reason="period_closed",
            way_out=_("Open it again with a reason, if it must change."),
        )
