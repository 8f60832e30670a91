"""The words for what providers' reports tell, and for what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vlms.core.text import Text, _
from vlms.giving.models.provider_reports import RowState
from vlms.giving.rules.report_words import ExamResult, Fate, Happening, Why

HAPPENING_WORDS: dict[Happening, Text] = {
    Happening.REGISTERED: _("Registered"),
    Happening.MOVED: _("Moved"),
    Happening.CANCELLED: _("Cancelled"),
    Happening.CANCELLED_BY_PROVIDER: _("Cancelled by the provider"),
    Happening.NO_SHOW: _("No-show"),
    Happening.DELIVERED: _("Exam taken"),
}
RESULT_WORDS: dict[ExamResult, Text] = {
    ExamResult.PASSED: _("Passed"),
    ExamResult.FAILED: _("Failed"),
}
FATE_WORDS: dict[Fate, Text] = {
    Fate.CHANGED: _("Would be recorded"),
    Fate.SAME: _("Already so"),
    Fate.QUEUED: _("Does not match"),
    Fate.WRONG: _("Wrong"),
}
STATE_WORDS: dict[RowState, Text] = {
    RowState.RECORDED: _("Recorded"),
    RowState.WAITING: _("Waits for a decision"),
    RowState.ASKED: _("The provider is asked"),
    RowState.IGNORED: _("Left out"),
}
WHY_WORDS: dict[Why, Text] = {
    Why.UNKNOWN_CODE: _("No code here is the one that the row names."),
    Why.AMBIGUOUS: _("Several codes end so and may be this candidate's."),
    Why.NOT_ASSIGNED: _("The code is not assigned to anybody yet."),
    Why.WRONG_PERSON: _("The code belongs to somebody else than the candidate."),
    Why.WRONG_EXAM: _("The code is not good for this exam."),
    Why.OTHER_APPOINTMENT: _("Another appointment is recorded for the code, or none."),
    Why.AFTER_EXPIRY: _("The exam would have started after the code's last day."),
    Why.VOID: _("The code is void."),
    Why.TOO_OLD: _("It happened longer ago than it may be recorded."),
    Why.BEFORE_ASSIGNMENT: _("It happened before the code was assigned."),
    Why.CONTRADICTS: _("Something else is recorded of the code."),
    Why.REFUSED: _("The rules do not allow it."),
}
OVERTAKEN = _("Something later is recorded of the code already.")
REPORT_ACTION_WORDS: dict[str, Text] = {
    "provider_report.mapped": _("Columns of a provider's report chosen"),
    "provider_report.taken": _("Provider's report taken in"),
    "provider_row.decided": _("Row of a provider's report decided"),
    "exam_score.reported": _("Exam result reported by the provider"),
}
REPORT_COLUMN_WORDS: dict[str, Text] = {
    "provider": _("Provider"),
    "filename": _("File"),
    "columns": _("Columns"),
    "day_order": _("Order of days"),
    "zone": _("Time zone"),
    "row_count": _("Rows"),
    "changed_count": _("Recorded"),
    "queued_count": _("Does not match"),
    "why": _("Why"),
    "decided_at": _("Decided"),
    "remark": _("Remark"),
    "result": _("Result"),
    "score": _("Score"),
}
REPORT_VALUE_WORDS: dict[str, Mapping[Any, Text | str]] = {
    "provider_row.state": STATE_WORDS,
    "provider_row.why": WHY_WORDS,
    "result": RESULT_WORDS,
}
