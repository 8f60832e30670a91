"""Decides about reported rows that match nothing: take one to a code, leave it, or ask (C3)."""

from __future__ import annotations

from collections.abc import Mapping

from vlms.codes.models import Code
from vlms.codes.queries import find_code_by_number
from vlms.core.errors import Conflict, Topic
from vlms.core.permissions import Permission
from vlms.core.reading import shown
from vlms.core.scoping import guarded_update
from vlms.core.text import Text, _
from vlms.core.work import Work
from vlms.giving.errors import ReportRefused
from vlms.giving.models.provider_reports import ProviderRow, RowState
from vlms.giving.queries.provider_reports import OPEN, codes_by_index, exam_families
from vlms.giving.report_words import WHY_WORDS
from vlms.giving.rules.report_rows import Candidate, ToldRow
from vlms.giving.rules.report_words import Fate, Why
from vlms.giving.service.report_matching import Match, check_exam, check_person
from vlms.giving.service.report_taking import carry_out


def take_to(work: Work, row: ProviderRow, number: str) -> ProviderRow:
    """Record the row on the code that people call "B-000012/7", whoever holds it.

    Raises ReportRefused: no such code, or it cannot be so on this one either; and what the
    services of codes refuse.
    """
    _begin(work, row)
    code = find_code_by_number(work.session, number)
    if code is None:
        raise ReportRefused(
            "C3",
            _('There is no code "%(number)s" here.', number=shown(number)),
            field="number",
            way_out=_("Type the batch and the number within it, as B-000012/7."),
        )
    return _record(work, row, code)


def try_again(work: Work, row: ProviderRow) -> ProviderRow:
    """Look for the row's code once more: it may have been delivered or assigned since.

    Raises ReportRefused, and what the services of codes refuse.
    """
    _begin(work, row)
    found: Match = Why.UNKNOWN_CODE
    if row.code_id is not None:
        found = check_person(_candidate(row), work.session.get_one(Code, row.code_id))
    elif row.indexes:
        codes = codes_by_index(work.session, [bytes.fromhex(index) for index in row.indexes])
        code = next(iter(codes.values()), None)
        found = Why.UNKNOWN_CODE if code is None else check_person(_candidate(row), code)
    return _record(work, row, found)


def ignore(work: Work, row: ProviderRow, reason: str) -> ProviderRow:
    """Leave the row out for good, also when another file tells it again."""
    return _decide(work, row, RowState.IGNORED, reason)


def ask_provider(work: Work, row: ProviderRow, question: str) -> ProviderRow:
    """Note what the provider is asked about the row; it waits on."""
    return _decide(work, row, RowState.ASKED, question)


def _decide(work: Work, row: ProviderRow, state: RowState, remark: str) -> ProviderRow:
    _begin(work, row)
    row.state, row.remark = state, remark
    work.flush()
    return row


def _record(work: Work, row: ProviderRow, match: Match) -> ProviderRow:
    told = told_of(row)
    if row.exam is not None:
        match = check_exam(told, match, exam_families(work.session, [row.exam]))
    verdict = carry_out(work, told, match, row.report.provider, row.digest)
    if verdict.fate is Fate.QUEUED:
        raise _still(verdict.why or Why.REFUSED)
    work.does("provider_row.decided")
    row.state, row.why, row.refusal = RowState.RECORDED, None, None
    row.code_id = match.id if isinstance(match, Code) else None
    work.flush()
    return row


def _begin(work: Work, row: ProviderRow) -> None:
    """Take the row in hand. Raises Forbidden, and Conflict for one that is decided already."""
    work.actor.require(Permission.IMPORT_OUTCOMES)
    work.does("provider_row.decided")
    # Locks the row: of two at once the second sees what the first has decided.
    guards = (ProviderRow.id == row.id, ProviderRow.state.in_(OPEN))
    if guarded_update(work.session, ProviderRow, *guards, decided_at=work.now) != 1:
        raise Conflict(
            "C3",
            _("Somebody has decided about this row already."),
            reason="row_decided",
            way_out=_("Load the page again to see what became of it."),
        )
    row.decided_at, row.decided_by = work.now, work.actor.user_id


def told_of(row: ProviderRow) -> ToldRow:
    """What the row told, without its code."""
    return ToldRow(
        row.row_number,
        row.happening,
        row.happened_at,
        _candidate(row),
        row.last4,
        exam=row.exam,
        starts_at=row.starts_at,
        result=row.result,
        score=row.score,
        site=row.site,
    )


def _candidate(row: ProviderRow) -> Candidate:
    return Candidate(row.candidate_email, row.candidate_number, row.candidate_name)


def _still(why: Why) -> ReportRefused:
    words: Mapping[Why, Text] = WHY_WORDS
    return ReportRefused(
        "C3",
        words[why],
        reason=why.value,
        way_out=_("Choose another code, leave the row out with a reason, or ask the provider."),
        ask=Topic.EXAM_PROVIDER,
    )
