"""Long files are taken in piece by piece, so that nobody waits for the database meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import UUID

from vlms.core.attempts import OpenWork, in_work
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.rules.file_examination import Answers
from vlms.reconciliation.service.taking import (
    Delivered,
    begin_file,
    drop_unfinished,
    examine_file,
    find_taken,
    finish_file,
    pieces,
    write_rows,
)


def take_in_pieces(
    open_work: OpenWork,
    period_id: UUID,
    delivered: Delivered,
    said: Answers,
    advance: Callable[[int], None],
) -> tuple[UUID, bool]:
    """The file's key, and whether it was there already; nothing of it is seen before its end.

    `advance` is told how many rows more are written. Raises what `take_file` raises; then
    nothing stays of it.
    """
    with open_work() as work:
        period = work.session.get_one(Period, period_id)
        same = find_taken(work.session, period, delivered.digest)
        if same is not None:
            return same.id, True
        found = examine_file(work.session, period.reseller_id, delivered, said)
    with open_work() as work:
        file_id = begin_file(work, work.session.get_one(Period, period_id), delivered, found, said)
    try:
        for rows in pieces(delivered, found):
            in_work(open_work, partial(write_rows, file_id=file_id, rows=rows))
            advance(len(rows))
        in_work(open_work, lambda work: finish_file(work, file_id))
    except BaseException:
        in_work(open_work, lambda work: drop_unfinished(work, file_id))
        raise
    return file_id, False
