"""Whose turn it is to write what a month's matching has found.

A matching of many differences is written in several transactions. Until the last of them
nobody sees a difference of the month, and nothing else in it changes. The month's version is
the fence: whoever was taken for dead can no longer write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_

from vlms.core.scoping import guarded_update
from vlms.core.work import Work
from vlms.reconciliation.models.periods import Period, PeriodState
from vlms.reconciliation.service.comparing import Compared
from vlms.reconciliation.service.periods import LEFT_OVER, changed_meanwhile


@dataclass(frozen=True)
class Turn:
    """The right to write what was compared; ends with `finish`."""

    compared: Compared

    def begin(self, work: Work) -> None:
        """Raises Conflict when a file came or went since the month was read, or it was closed."""
        period = self.compared.period
        is_free = or_(Period.matching_since.is_(None), Period.matching_since < work.now - LEFT_OVER)
        unchanged = (
            Period.id == period.id,
            Period.version == self.compared.version,
            Period.state == PeriodState.OPEN,
            is_free,
        )
        values: dict[str, Any] = {"version": Period.version + 1, "matching_since": work.now}
        if not guarded_update(work.session, Period, *unchanged, **values):
            raise changed_meanwhile(period)

    def go_on(self, work: Work) -> None:
        """Raises Conflict when somebody else has taken the turn."""
        self._change(work, matching_since=work.now)

    def finish(self, work: Work) -> None:
        """Let what was written be seen, all of it at once."""
        at = self.compared.at
        self._change(
            work,
            matching_since=None,
            matched_at=at,
            cut_off_at=at,
            figures=dict(self.compared.figures),
        )

    def give_up(self, work: Work) -> None:
        """What was written is not whole: it stays unseen, and anybody may match anew."""
        self._changes(work, matching_since=work.now - 2 * LEFT_OVER)

    def _change(self, work: Work, **values: Any) -> None:
        if not self._changes(work, **values):
            raise changed_meanwhile(self.compared.period)

    def _changes(self, work: Work, **values: Any) -> int:
        mine = (
            Period.id == self.compared.period.id,
            Period.version == self.compared.version + 1,
            Period.matching_since.is_not(None),
        )
        return guarded_update(work.session, Period, *mine, **values)
