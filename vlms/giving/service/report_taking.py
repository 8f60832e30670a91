"""Takes a provider's report in: each row whole or not at all, nothing twice (C3).

Every step goes through the services of codes, so that all their guards hold. A row that they
refuse waits in the queue with what they said against it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from vlms.codes.events import ExamPassed, PassWithdrawn
from vlms.codes.models import Code, Outcome, Registration
from vlms.codes.rules.lifecycle import Step
from vlms.codes.service.outcomes import (
    cancel,
    record_no_show,
    record_provider_cancel,
    record_start,
)
from vlms.codes.service.registering import Booking, move, register
from vlms.core.attempts import OpenWork, in_work
from vlms.core.clock import local_day
from vlms.core.doubles import broken_index
from vlms.core.errors import DomainError
from vlms.core.packed_text import pack_refusal
from vlms.core.parts import in_parts
from vlms.core.permissions import Permission, Role
from vlms.core.work import Work
from vlms.giving.models.provider_reports import (
    ExamScore,
    ProviderReport,
    ProviderRow,
    RowState,
)
from vlms.giving.queries.provider_reports import known_digests, registrations_of, scores_of
from vlms.giving.rules.report_rows import ToldRow
from vlms.giving.rules.report_standing import Act, Kind, Verdict
from vlms.giving.rules.report_words import ExamResult, Fate, Why
from vlms.giving.service.report_files import Columns, Report
from vlms.giving.service.report_matching import (
    Match,
    digest_of,
    indexes_of,
    match_rows,
    standings_of,
)
from vlms.giving.service.report_plan import judge_match, sort_out, terms_of

AT_ONCE = 50


def begin_report(
    work: Work, organisation_id: UUID, found: Report, wrong_count: int
) -> ProviderReport:
    """Note that the report is being taken in. Raises Forbidden."""
    work.actor.require(Permission.IMPORT_OUTCOMES)
    work.does("provider_report.taken")
    report = ProviderReport(
        organisation_id=organisation_id,
        agreement_id=found.agreement_id,
        provider=found.provider,
        filename=found.filename[-200:],
        taken_at=work.now,
        taken_by=work.actor.user_id,
        row_count=len(found.rows),
        done_count=0,
        changed_count=0,
        same_count=0,
        queued_count=0,
        wrong_count=wrong_count,
    )
    work.session.add(report)
    work.flush()
    return report


def take_report(
    work: Work, organisation_id: UUID, found: Report, columns: Columns
) -> ProviderReport:
    """All of it in this unit of work."""
    rows, _matches, faults = sort_out(work.session, work.keys, found, columns, work.now)
    report = begin_report(work, organisation_id, found, len(faults))
    take_rows(work, report, rows)
    return report


def take_in_pieces(
    open_work: OpenWork,
    organisation_id: UUID,
    found: Report,
    columns: Columns,
    advance: Callable[[int], None],
) -> UUID:
    """The report's key, when all of it was taken in, some rows a unit of work.

    `advance` is told how many rows more have had their turn.
    """
    with open_work() as work:
        rows, _matches, faults = sort_out(work.session, work.keys, found, columns, work.now)
        report_id = begin_report(work, organisation_id, found, len(faults)).id
    for piece in in_parts(rows, AT_ONCE):

        def take_piece(work: Work, piece: Sequence[ToldRow] = piece) -> None:
            take_rows(work, work.session.get_one(ProviderReport, report_id), piece)

        in_work(open_work, take_piece)
        advance(len(piece))
    return report_id


def take_rows(work: Work, report: ProviderReport, rows: Sequence[ToldRow]) -> None:
    """Take the next rows in, in their order; the report counts on."""
    matches = match_rows(work.session, work.keys, rows, report.agreement_id)
    digests = {row.number: digest_of(work.keys, row) for row in rows}
    known = set(known_digests(work.session, report.organisation_id, set(digests.values())))
    fates = []
    for row in rows:
        digest = digests[row.number]
        is_new = digest not in known
        known.add(digest)
        fate = _take_once(work, report, row, matches[row.number], digest) if is_new else Fate.SAME
        fates.append(fate)
    work.does("provider_report.taken")
    report.changed_count += fates.count(Fate.CHANGED)
    report.same_count += fates.count(Fate.SAME)
    report.queued_count += fates.count(Fate.QUEUED)
    report.done_count += len(rows)
    work.flush()


def _take_once(
    work: Work, report: ProviderReport, told: ToldRow, match: Match, digest: str
) -> Fate:
    try:
        return _take(work, report, told, match, digest)
    except IntegrityError as error:
        if broken_index(error) != "uq_provider_row":
            raise
        # Another file that tells the same is being taken in at this moment.
        return Fate.SAME


def _take(work: Work, report: ProviderReport, told: ToldRow, match: Match, digest: str) -> Fate:
    """One row; what a refused one had begun is undone."""
    row = _row(work, report, told, digest)
    try:
        with work.session.begin_nested():
            verdict = carry_out(work, told, match, report.provider, digest)
            if verdict.fate is Fate.SAME:
                return Fate.SAME
            _note(row, match, verdict)
            work.session.add(row)
            work.flush()
    except DomainError as refusal:
        _note(row, match, Verdict(Fate.QUEUED, why=Why.REFUSED))
        row.refusal = pack_refusal(refusal)
        with work.session.begin_nested():
            work.session.add(row)
        return Fate.QUEUED
    return verdict.fate


def carry_out(work: Work, told: ToldRow, match: Match, provider: str, digest: str) -> Verdict:
    """Judge the row as the code stands now, and record what it tells.

    Whoever records the same at this moment wins; then the code is looked at once more.
    Raises what the services of codes refuse.
    """
    event_count = len(work.events)
    try:
        return _try(work, told, match, provider, digest)
    except DomainError as refusal:
        del work.events[event_count:]
        if not isinstance(match, Code) or refusal.reason != "code_moved":
            raise
    return _try(work, told, match, provider, digest)


def _try(work: Work, told: ToldRow, match: Match, provider: str, digest: str) -> Verdict:
    with work.session.begin_nested():
        if isinstance(match, Code):
            work.session.refresh(match)
        codes = [match] if isinstance(match, Code) else []
        standings = standings_of(work.session, codes)
        verdict = judge_match(told, match, standings, work.now, terms_of(work.terms))
        if isinstance(match, Code) and verdict.acts:
            with _as_told_by_provider(work):
                for act in verdict.acts:
                    _do(work, match, act, (told.site or provider, digest))
    return verdict


@contextmanager
def _as_told_by_provider(work: Work) -> Iterator[None]:
    """What its file tells the provider says, whoever takes the file in (C3)."""
    actor = work.actor
    work.actor = replace(actor, roles=actor.roles | {Role.EXAM_PROVIDER})
    try:
        yield
    finally:
        work.actor = actor


def _do(work: Work, code: Code, act: Act, said: tuple[str, str]) -> None:
    """Record one thing through the service that guards it; `said` are site and digest."""
    site, digest = said
    match act.kind:
        case Kind.REGISTER:
            assert act.starts_at is not None
            booking = Booking(act.exam, site, act.starts_at)
            register(work, code, booking, f"report:{digest}", act.at)
        case Kind.MOVE:
            assert act.starts_at is not None
            move(work, code, act.starts_at, None, act.at)
        case Kind.END:
            _end(work, code, act)
        case Kind.RESULT:
            _keep_score(work, code, act)


def _end(work: Work, code: Code, act: Act) -> None:
    match act.step:
        case Step.START_EXAM:
            record_start(work, code, act.at)
        case Step.NO_SHOW:
            record_no_show(work, code, act.at)
        case Step.PROVIDER_CANCEL:
            record_provider_cancel(work, code, act.at)
        case _:
            cancel(work, code, act.at, accepts_loss=True)


def _keep_score(work: Work, code: Code, act: Act) -> None:
    """The result of the exam that used the code."""
    made = registrations_of(work.session, [code.id])[code.id]
    used = next(one for one in made if one.outcome is Outcome.USED)
    work.does("exam_score.reported")
    score = scores_of(work.session, [used.id]).get(used.id)
    if score is None:
        score = ExamScore(
            organisation_id=code.organisation_id,
            agreement_id=code.agreement_id,
            person_id=used.person_id,
            registration_id=used.id,
        )
        work.session.add(score)
    before = score.result
    score.result, score.score = act.result
    score.told_at = work.now
    work.flush()
    _tell_result(work, used, before is ExamResult.PASSED, score.result is ExamResult.PASSED)


def _tell_result(work: Work, used: Registration, had_passed: bool, has_passed: bool) -> None:
    if had_passed == has_passed or used.outcome_at is None:
        return
    told = ExamPassed if has_passed else PassWithdrawn
    day = local_day(used.outcome_at, "UTC")
    work.events.append(told(used.person_id, used.exam_number, day))


def _row(work: Work, report: ProviderReport, told: ToldRow, digest: str) -> ProviderRow:
    who = told.candidate
    return ProviderRow(
        organisation_id=report.organisation_id,
        agreement_id=report.agreement_id,
        report_id=report.id,
        row_number=told.number,
        digest=digest,
        indexes=[index.hex() for index in indexes_of(work.keys, told)],
        last4=told.last4,
        candidate_name=who.name,
        candidate_email=who.email,
        candidate_number=who.number,
        happening=told.happening,
        happened_at=told.happened_at,
        exam=told.exam,
        starts_at=told.starts_at,
        result=told.result,
        score=told.score,
        site=told.site,
    )


def _note(row: ProviderRow, match: Match, verdict: Verdict) -> None:
    is_done = verdict.fate is Fate.CHANGED
    row.state = RowState.RECORDED if is_done else RowState.WAITING
    row.why = verdict.why
    row.code_id = match.id if isinstance(match, Code) else None
