"""What a provider's report would do, row by row, before anything is written (C3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from vlms.codes.models import Code
from vlms.codes.rules.appointment import AppointmentTerms
from vlms.core.dry_run import Fault
from vlms.core.keys import KeyRing
from vlms.core.work import Terms
from vlms.giving.queries.provider_reports import known_digests
from vlms.giving.rules.report_conflicts import find_contradictions, in_order
from vlms.giving.rules.report_rows import ToldRow
from vlms.giving.rules.report_standing import SAME, Standing, Verdict, after
from vlms.giving.rules.report_verdicts import judge
from vlms.giving.rules.report_words import Fate
from vlms.giving.service.report_files import Columns, Report, read_rows_of
from vlms.giving.service.report_matching import (
    Match,
    digest_of,
    match_rows,
    standings_of,
)


@dataclass(frozen=True)
class JudgedRow:
    """A row and what it would do; without `told` it cannot be read."""

    number: int
    change: Fate
    told: ToldRow | None = None
    code: Code | None = None
    verdict: Verdict | None = None
    faults: Sequence[Fault] = ()


@dataclass(frozen=True)
class ReportPlan:
    """All rows of a report, in the file's order."""

    lines: Sequence[JudgedRow]

    @property
    def counts(self) -> dict[Fate, int]:
        """Rows by what they would do; every fate is in it."""
        found = Counter(line.change for line in self.lines)
        return {fate: found[fate] for fate in Fate}

    @property
    def faults(self) -> list[Fault]:
        return [fault for line in self.lines for fault in line.faults]


def terms_of(terms: Terms) -> AppointmentTerms:
    """C3's figures with the installation's own."""
    return AppointmentTerms(record_within=timedelta(days=terms.outcome_days))


def sort_out(
    session: Session, keys: KeyRing, found: Report, columns: Columns, now: datetime
) -> tuple[Sequence[ToldRow], Mapping[int, Match], Mapping[int, Sequence[Fault]]]:
    """The rows that count, in the order in which it happened, with what each is about.

    Faults are those of rows that cannot be read, and of rows that contradict each other.
    """
    told, unreadable = read_rows_of(found, columns, now)
    matches = match_rows(session, keys, told, found.agreement_id)
    named = [(row, _named(keys, row, matches[row.number])) for row in told]
    faults: dict[int, Sequence[Fault]] = dict(unreadable)
    for number, fault in find_contradictions(named).items():
        faults[number] = (fault,)
    return in_order(row for row in told if row.number not in faults), matches, faults


def plan_report(
    session: Session,
    keys: KeyRing,
    organisation_id: UUID,
    found: Report,
    columns: Columns,
    at: tuple[datetime, Terms],
) -> ReportPlan:
    """What taking the report in would do now; `at` is the instant and the installation's terms."""
    now, terms = at[0], terms_of(at[1])
    rows, matches, faults = sort_out(session, keys, found, columns, now)
    digests = {row.number: digest_of(keys, row) for row in rows}
    known = set(known_digests(session, organisation_id, set(digests.values())))
    standings = standings_of(
        session, {match for match in matches.values() if isinstance(match, Code)}
    )
    lines = [JudgedRow(number, Fate.WRONG, faults=wrong) for number, wrong in faults.items()]
    for row in rows:
        match, digest = matches[row.number], digests[row.number]
        verdict = SAME if digest in known else judge_match(row, match, standings, now, terms)
        known.add(digest)
        code = match if isinstance(match, Code) else None
        if code is not None:
            standings[code.id] = after(standings[code.id], verdict)
        lines.append(JudgedRow(row.number, verdict.fate, row, code, verdict))
    return ReportPlan(sorted(lines, key=lambda line: line.number))


def judge_match(
    told: ToldRow,
    match: Match,
    standings: Mapping[UUID, Standing],
    now: datetime,
    terms: AppointmentTerms,
) -> Verdict:
    """What a row does to the code that it was matched with."""
    if isinstance(match, Code):
        return judge(told, standings[match.id], now, terms)
    return Verdict(Fate.QUEUED, why=match)


def _named(keys: KeyRing, told: ToldRow, match: Match) -> str:
    """What stands for the row's code: two rows about one code may name it differently."""
    if isinstance(match, Code):
        return str(match.id)
    return f"{told.last4}|{told.candidate}|{sorted(told.texts)}"
