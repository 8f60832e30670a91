"""Matches a month: at once, or in pieces so that nobody waits for the database (flow F12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from vlms.core.attempts import OpenWork, in_work
from vlms.core.db import reading
from vlms.core.errors import Conflict
from vlms.core.permissions import Permission
from vlms.core.scoping import seeing_unfinished
from vlms.core.work import Work
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.queries.periods import get_period
from vlms.reconciliation.service.comparing import Advance, OpenReading, compare, unwatched
from vlms.reconciliation.service.keeping import Kept, changes_of, pieces_of
from vlms.reconciliation.service.periods import check_changeable
from vlms.reconciliation.service.turns import Turn

# Does something in a unit of work.
Do = Callable[[Callable[[Work], Any]], Any]
# A file that comes while a month is compared lets it be compared anew so often.
_TRIES = 3


@dataclass(frozen=True)
class Outcome:
    """What a matching counted: `figures` as the period keeps them, and what became of what."""

    figures: Mapping[str, Any]
    kept: Kept


def match_period(work: Work, period: Period, tolerance: int = 0) -> Outcome:
    """Compare all there is of a month anew; differences that are found again keep their work.

    Amounts up to `tolerance` minor units apart count as equal. Raises Conflict when the
    period is closed or changes meanwhile.

    The cut-off is the work's own instant, not a minute before it as a statement's is: who has
    just placed an order and matches must not read that it is missing here. A charge that was
    being written at that instant, and is dated before it, is found out when the month is
    closed: then the charges up to the cut-off must be those that were compared.
    """
    work.session.refresh(period)
    check_matching(work, period)
    turn = Turn(compare(lambda: nullcontext(work.session), period, work.now, tolerance))
    turn.begin(work)
    outcome = _write(lambda act: act(work), lambda: nullcontext(work.session), turn)
    work.session.refresh(period)
    return outcome


def match_in_pieces(
    open_work: OpenWork, period_id: UUID, tolerance: int = 0, advance: Advance = unwatched
) -> Outcome:
    """The same for a month of any length: read first, then written piece by piece.

    Nobody sees any of it before its end. Raises what `match_period` raises; a file that came
    in between has it compared anew first, some times.
    """
    for _try in range(1, _TRIES):
        try:
            return _match_once(open_work, period_id, tolerance, advance)
        except Conflict as refusal:
            if refusal.reason != "period_changed":
                raise
    return _match_once(open_work, period_id, tolerance, advance)


def _match_once(open_work: OpenWork, period_id: UUID, tolerance: int, advance: Advance) -> Outcome:
    with open_work() as work:
        period = get_period(work.session, period_id)
        check_matching(work, period)
        at, scope = work.now, work.session.info["scope"]
    advance(0)

    def open_reading() -> Any:
        return reading(scope)

    turn = Turn(compare(open_reading, period, at, tolerance, advance))
    do = partial(in_work, open_work)
    do(turn.begin)
    try:
        return _write(do, open_reading, turn)
    except BaseException:
        do(turn.give_up)
        raise


def check_matching(work: Work, period: Period) -> None:
    """Raises Forbidden, and Conflict for a month that is closed or being matched."""
    work.actor.require(Permission.RECONCILE)
    check_changeable(period, work.now)


def _write(do: Do, open_reading: OpenReading, turn: Turn) -> Outcome:
    compared = turn.compared
    with open_reading() as session:
        changes = changes_of(session, compared.period.id, compared.findings)
    for piece in pieces_of(compared.period, changes):
        do(partial(_step, turn=turn, piece=piece))
    do(turn.finish)
    return Outcome(compared.figures, changes.kept)


def _step(work: Work, turn: Turn, piece: Callable[[Work], None]) -> None:
    work.does("reconciliation.matched")
    turn.go_on(work)
    with seeing_unfinished(work.session):
        piece(work)
