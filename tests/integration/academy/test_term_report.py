"""The report of a term: enrolled, candidates, results and what is left, by school and class."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_academy import (
    Academy,
    make_academy,
    make_pack,
    make_place,
    make_quota,
    make_term,
)
from tests.support.making_reports import (
    FAILED,
    NO_SHOW,
    PASSED,
    make_class,
    make_sitting,
    make_students,
)
from vlms.academy.exports.reports import term_tables
from vlms.academy.models.packs import PackKind
from vlms.academy.queries.term_report import SHARED, TermReport, report_term
from vlms.academy.queries.use import SINGLE, UseFilter
from vlms.core.work import Work
from vlms.exports.pdf import write_pdf
from vlms.exports.xlsx import write_book

APRIL = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)


def play(work: Work) -> Academy:
    academy = make_academy(work)
    quota = make_quota(work, academy.pack, academy.law, 100, academy.term)
    make_quota(work, academy.pack, academy.management, 40)
    make_quota(work, academy.pack, None, 20)
    people = make_students(work, academy.law, 3)
    one = make_class(work, academy.law, "Contracts 1", academy.term, people)
    make_class(work, academy.management, "Accounts 1", academy.term, [academy.other_student])
    outcomes = list(zip(people, (PASSED, FAILED, NO_SHOW), strict=True))
    make_sitting(work, academy, quota, outcomes, starts_at=APRIL, of_class=one)
    make_sitting(work, academy, quota, [(academy.student, PASSED)], starts_at=APRIL)
    # Left before the term began.
    make_place(work, academy.law, "Gone Student", last_day=date(2026, 1, 15))
    return academy


def report(work: Work, academy: Academy, wanted: UseFilter = UseFilter()) -> TermReport:  # noqa: B008
    return report_term(work.session, academy.term, "Asia/Taipei", wanted)


def test_a_term_is_told_by_school_and_by_class(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        found = report(work, play(work))
    schools = {
        str(line.school): (line.enrolled, line.counts.delivered, line.remaining)
        for line in found.schools
    }
    assert schools == {
        "School of Law": (4, 3, 97),
        "School of Management": (1, 0, 40),
        str(SHARED): (0, 0, 20),
    }
    classes = {
        (line.school, str(line.title)): (line.enrolled, line.counts.candidates, line.counts.passed)
        for line in found.classes
    }
    assert classes == {
        ("School of Law", "Contracts 1"): (3, 3, 1),
        ("School of Law", str(SINGLE)): (0, 1, 1),
        ("School of Management", "Accounts 1"): (1, 0, 0),
    }
    assert found.candidates == 4
    assert str(found.total.pass_rate) == "66.7"
    assert (found.enrolled, found.remaining) == (5, 157)


def test_vouchers_of_a_grant_are_told_apart(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        academy = play(work)
        pack = make_pack(work, academy.agreement, academy.product, 30)
        pack.kind = PackKind.IMAGINE_GRANT
        make_quota(work, pack, academy.law, 12)
        make_quota(work, pack, None, 18)
        found = report(work, academy)
    left = {str(line.school): (line.remaining, line.vouchers) for line in found.schools}
    assert left == {
        "School of Law": (97, 12),
        "School of Management": (40, 0),
        str(SHARED): (20, 18),
    }
    assert (found.remaining, found.vouchers) == (157, 30)


def test_the_totals_of_files_state_the_pass_rate(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        found = report(work, play(work))
    out = io.BytesIO()
    write_book(term_tables(found, clock()), out)
    sheet = load_workbook(out).worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    last = list(sheet.iter_rows())[-1]
    assert last[0].value == "Total"
    assert float(last[heads.index("Pass rate (%)")].value) == 66.7
    assert str(last[heads.index("Passed")].value).startswith("=SUM(")
    paper = io.BytesIO()
    write_pdf(term_tables(found, clock())[0], paper)
    (page,) = PdfReader(paper).pages
    assert "66.7" in page.extract_text().split("Total")[-1]


def test_another_term_has_none_of_it(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        academy = play(work)
        last = make_term(
            work, academy.organisation, "Autumn 2025", date(2025, 9, 1), date(2026, 1, 20)
        )
        found = report_term(work.session, last, "Asia/Taipei", UseFilter())
    assert found.total.delivered == 0
    assert found.classes == []
    # The quotas that hold as long as the pack, which had begun.
    assert found.remaining == 60


def test_a_coordinator_reports_the_own_school(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        academy = play(work)
    with academy.coordinating(clock()) as work:
        found = report(work, academy)
    assert [str(line.school) for line in found.schools] == ["School of Law", str(SHARED)]
    assert {str(line.title) for line in found.classes} == {"Contracts 1", str(SINGLE)}


def test_one_school_leaves_out_what_all_share(app: Flask, clock: StillClock) -> None:
    with making(clock()) as work:
        academy = play(work)
        found = report(work, academy, UseFilter(school_id=academy.management.id))
    assert [str(line.school) for line in found.schools] == ["School of Management"]
    assert found.remaining == 40
    assert found.candidates == 0
