"""Months of many lines: a job matches them, and its page tells how far it is."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import UUID

from vlms.core.attempts import in_work
from vlms.core.packed_text import pack_text
from vlms.core.text import Text, _, ngettext
from vlms.core.work import Work
from vlms.jobs.held import HeldJob
from vlms.jobs.models import Job
from vlms.jobs.service import plan_asked
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.queries.matching_jobs import (
    MATCH,
    find_matching_job,
    key_of_matching,
)
from vlms.reconciliation.queries.months import count_lines
from vlms.reconciliation.queries.periods import get_period
from vlms.reconciliation.service.matching import (
    Outcome,
    check_matching,
    match_in_pieces,
    match_period,
)
from vlms.reconciliation.service.periods import being_matched

# 2026-11: so many lines take about half a second, short enough to hold the database.
LINES_AT_ONCE = 2_000
# Reading and comparing a million lines is one step.
_STEP = timedelta(minutes=20)


def match_or_plan(work: Work, period: Period) -> Outcome | Job:
    """Match a month now, or plan the job that matches one of many lines.

    Raises what `match_period` raises, and Conflict while a job is matching it.
    """
    check_matching(work, period)
    if find_matching_job(work.session, period) is not None:
        raise being_matched(period)
    count = count_lines(work.session, period, work.now)
    if count <= LINES_AT_ONCE:
        return match_period(work, period)
    facts = {"period_id": str(period.id), "line_count": count}
    title = _("Match %(month)s: %(count)s lines", month=period.month, count=count)
    job = plan_asked(work, MATCH, key_of_matching(period), facts, title=title, total=count)
    if job is None:
        # Somebody else has asked for it at this very moment.
        raise being_matched(period)
    return job


def match_long(held: HeldJob) -> None:
    """Compare, then write; whoever asked may cancel it until it is written."""
    period_id = UUID(held.facts["period_id"])
    progress = _Progress(held)
    writing = partial(held.work, held.asker, to_the_end=True)
    outcome = match_in_pieces(writing, period_id, advance=progress.tell)
    with writing() as work:
        month = get_period(work.session, period_id).month
        result = {
            "endpoint": "reconciliation.period",
            "values": {"period_id": str(period_id)},
            "label": pack_text(_("See the differences of %(month)s", month=month)),
            "summary": pack_text(told(outcome)),
        }
        held.finish(work, result)


def told(outcome: Outcome) -> Text:
    """How many differences there are, and how many are gone."""
    count = sum(outcome.figures["kinds"].values())
    said = ngettext("%(number)s difference was found.", "%(number)s differences were found.", count)
    gone = outcome.kept.gone_count
    return _("%(found)s %(gone)s are no longer there.", found=said, gone=gone) if gone else said


class _Progress:
    """How many lines are compared; each time it is told the lease is long enough for the next."""

    def __init__(self, held: HeldJob) -> None:
        self._held = held
        self._done = 0

    def tell(self, more: int) -> None:
        self._done = min(self._done + more, self._held.facts["line_count"])
        in_work(partial(self._held.work, self._held.asker), self._write)

    def _write(self, work: Work) -> None:
        self._held.change(work, done_count=self._done, lease_until=work.now + _STEP)
