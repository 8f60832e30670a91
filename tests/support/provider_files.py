"""Exam providers' reports as tests write them, and what is left of them in the database."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from tests.support.clock import START
from tests.support.holding import EXAM, make_exam_product
from tests.support.making import make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_codes, make_line, text_of
from vlms.accounts.models import Organisation, OrganisationKind
from vlms.codes.models import Code, Registration
from vlms.codes.rules.lifecycle import State
from vlms.exports.reading import read_rows
from vlms.giving.models.provider_reports import ExamScore, ProviderReport, ProviderRow
from vlms.giving.service.report_files import Columns, Report, columns_of, read_report
from vlms.giving.service.report_taking import take_report

HEADINGS = (
    *("Voucher code", "Candidate", "Exam", "Appointment", "Status", "When it happened"),
    *("Result", "Score"),
)
ASSIGNED = START - timedelta(days=20)
PROVIDER = "Certiport"


@dataclass(frozen=True)
class Desk:
    """An operator's workspace, and an organisation with codes assigned to people in turn."""

    operator_id: UUID
    organisation_id: UUID
    agreement_id: UUID
    texts: tuple[str, ...]
    code_ids: tuple[UUID, ...]
    names: tuple[str, ...]


def make_desk(count: int = 1, state: State = State.ASSIGNED, slug: str = "contoso") -> Desk:
    """Codes that were assigned 20 days before the tests begin."""
    with making(ASSIGNED) as work:
        statement = select(Organisation).where(Organisation.kind == OrganisationKind.OPERATOR)
        operator = work.session.scalar(statement) or make_organisation(
            work, "operations", OrganisationKind.OPERATOR
        )
        organisation = make_organisation(work, slug, time_zone="Asia/Taipei")
        agreement = make_agreement(work, organisation)
        line = make_line(work, agreement, make_exam_product(work, key=f"voucher-{slug}"), count)
        names = tuple(f"Person {slug} {number}" for number in range(count))
        people = [make_person(work, organisation, name, _address(name)) for name in names]
        codes = [make_codes(work, line, 1, state=state, person=person)[0] for person in people]
        texts = tuple(text_of(work, code) if code.sealed_text else "" for code in codes)
        keys = tuple(code.id for code in codes)
        return Desk(operator.id, organisation.id, agreement.id, texts, keys, names)


def _address(name: str) -> str:
    return name.lower().replace(" ", ".") + "@contoso.example"


def row(
    code: str,
    status: str,
    happened: datetime,
    starts: datetime | None = None,
    *more: str,
    exam: str = EXAM,
    who: str = "",
) -> tuple[str, ...]:
    """A row of a report; its times are written in UTC."""
    moments = [_written(moment) for moment in (starts, happened)]
    return (code, who, exam, moments[0], status, moments[1], *(*more, "", "")[:2])


def _written(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") if moment else ""


def csv_of(rows: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([headings, *rows])
    return out.getvalue().encode()


def report_of(
    rows: Sequence[Sequence[str]], headings: Sequence[str] = HEADINGS, name: str = "week.csv"
) -> Report:
    sheet = read_rows(io.BytesIO(csv_of(rows, headings)), name)
    return read_report(sheet, PROVIDER, name)


def take(
    desk: Desk,
    rows: Sequence[Sequence[str]],
    now: datetime,
    headings: Sequence[str] = HEADINGS,
) -> ProviderReport:
    """Take a file with these rows in, for the operator."""
    found = report_of(rows, headings)
    with making(now) as work:
        columns = columns_of(work.session, desk.operator_id, found, "UTC")
        return take_report(work, desk.operator_id, found, columns)


def columns_for(desk: Desk, found: Report, now: datetime) -> Columns:
    with making(now) as work:
        return columns_of(work.session, desk.operator_id, found, "UTC")


def counts_of(report: ProviderReport) -> tuple[int, int, int, int]:
    """Changed, the same, queued, wrong."""
    counts = (report.changed_count, report.same_count, report.queued_count, report.wrong_count)
    return counts


def whole_state(desk: Desk, now: datetime) -> list[tuple[object, ...]]:
    """All that reports have made of the codes, and nothing of when it was written down."""
    found: list[tuple[object, ...]] = []
    with making(now) as work:
        for key in desk.code_ids:
            code = work.session.get_one(Code, key)
            made = work.session.scalars(
                select(Registration).where(Registration.code_id == key).order_by(Registration.id)
            )
            told = [
                (one.exam_number, one.starts_at, one.is_open, one.outcome, one.outcome_at)
                for one in made
            ]
            scores = work.session.scalars(
                select(ExamScore).where(ExamScore.person_id == code.person_id)
            )
            results = [(one.result, one.score) for one in scores]
            found.append((code.state, code.ended_at, *told, *results))
    return found


def queue(now: datetime) -> list[ProviderRow]:
    """All rows that were kept, in the order in which it happened."""
    with making(now) as work:
        statement = select(ProviderRow).order_by(ProviderRow.happened_at, ProviderRow.id)
        return list(work.session.scalars(statement))
