"""Looks at a provider's report for somebody, and counts what it names and nobody knows here.

Whoever uploads a file of guessed codes would learn from the answer which of them exist: rows of
unknown codes are counted as tries, once a file and its columns (F7). A code of another
organisation is as unknown as one that was never made.
"""

from __future__ import annotations

import hashlib
import json
from uuid import UUID

from vlms.codes.service.tries import LIMITS, UNKNOWN_ROWS, take_try
from vlms.core.errors import TooMany
from vlms.core.permissions import Role
from vlms.core.text import _
from vlms.core.uploads import Upload
from vlms.core.work import Work
from vlms.giving.rules.report_words import Why
from vlms.giving.service.report_files import Columns, Report, pack_columns
from vlms.giving.service.report_plan import ReportPlan, plan_report


def look_at(
    work: Work, organisation_id: UUID, upload: Upload, found: Report, columns: Columns
) -> ReportPlan:
    """What taking the report in would do now. Raises TooMany for too many unknown codes."""
    at = work.now, work.terms
    plan = plan_report(work.session, work.keys, organisation_id, found, columns, at)
    if not _is_counted(work, upload, found, columns):
        _count(work, plan)
        told = _digest(found, columns)
        upload.remark = json.dumps({**json.loads(upload.remark), "told": told})
        work.flush()
    return plan


def require_looked_at(
    work: Work, organisation_id: UUID, upload: Upload, found: Report, columns: Columns
) -> None:
    """Count its unknown codes unless that was done. Raises TooMany."""
    if not _is_counted(work, upload, found, columns):
        look_at(work, organisation_id, upload, found, columns)


def _is_counted(work: Work, upload: Upload, found: Report, columns: Columns) -> bool:
    """The operator knows which codes there are; others see what they were told again."""
    told = json.loads(upload.remark).get("told")
    return Role.OPERATOR in work.actor.roles or told == _digest(found, columns)


def _count(work: Work, plan: ReportPlan) -> None:
    verdicts = [line.verdict for line in plan.lines if line.verdict is not None]
    unknown = sum(verdict.why is Why.UNKNOWN_CODE for verdict in verdicts)
    if not unknown:
        return
    try:
        take_try(work, UNKNOWN_ROWS, str(work.actor.user_id), unknown)
    except TooMany as refusal:
        raise TooMany(
            "C7",
            _(
                "More than %(count)s rows of this hour's reports name codes that are unknown here.",
                count=LIMITS[UNKNOWN_ROWS],
            ),
            way_out=_(
                "Leave out the rows of other organisations' codes, or wait for the next hour; "
                "the operator can take the file in as it is."
            ),
        ) from refusal


def _digest(found: Report, columns: Columns) -> str:
    packed = json.dumps(pack_columns(found, columns), sort_keys=True)
    return hashlib.sha256(packed.encode()).hexdigest()[:32]
