"""A file that was delivered in error is taken back; what it replaced counts again."""

from __future__ import annotations

from uuid import UUID

from vlms.core.errors import Conflict
from vlms.core.scoping import guarded_update
from vlms.core.text import _
from vlms.core.work import Work
from vlms.reconciliation.models.files import FileLine, ReconciliationFile, RowFate
from vlms.reconciliation.models.periods import Period
from vlms.reconciliation.queries.files import get_file, list_files
from vlms.reconciliation.service.periods import change_period


def withdraw_file(work: Work, file_id: UUID) -> ReconciliationFile:
    """Let none of its rows count any more; the last file of a period goes first.

    Raises NotFound, Conflict when the period is closed or later files stand on it.
    """
    file = get_file(work.session, file_id)
    period = work.session.get_one(Period, file.period_id)
    change_period(work, period)
    _refuse_unless_last(work, file)
    work.does("reconciliation.file_withdrawn")
    guarded_update(
        work.session,
        FileLine,
        FileLine.replaced_by_id == file.id,
        fate=RowFate.COUNTED,
        replaced_by_id=None,
        remark=None,
    )
    guarded_update(work.session, FileLine, FileLine.file_id == file.id, fate=RowFate.WITHDRAWN)
    file.withdrawn_at = work.now
    work.flush()
    return file


def _refuse_unless_last(work: Work, file: ReconciliationFile) -> None:
    standing = [one for one in list_files(work.session, file.period_id) if not one.withdrawn_at]
    if file not in standing:
        raise Conflict(
            None,
            _("%(name)s was taken back already.", name=file.filename),
            reason="withdrawn",
            way_out=_("Take the file in again, if it counts after all."),
        )
    if standing[0] is not file:
        raise Conflict(
            None,
            _("%(name)s was taken in after it.", name=standing[0].filename),
            reason="not_last",
            way_out=_("Take back the files after it first, the latest one before the others."),
        )
