"""Reports: the same figures on the page, in Excel and on paper; filters in the address."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, making
from tests.support.making_academy import (
    ADMIN_EMAIL,
    COORDINATOR_EMAIL,
    Academy,
    make_academy,
    make_quota,
)
from tests.support.making_reports import (
    FAILED,
    NO_SHOW,
    PASSED,
    RESERVED,
    make_class,
    make_sitting,
    make_students,
)
from tests.support.pages import CheckingClient
from vlms.accounts.models import User
from vlms.core.language import Language
from vlms.core.permissions import Role

BASE = "/o/fabrikam/reports/"
APRIL = datetime(2026, 4, 10, 2, 0, tzinfo=UTC)


@pytest.fixture
def academy(app: Flask, clock: StillClock) -> Academy:
    """Two schools, each with a class of four; nine exams in all."""
    with making(clock()) as work:
        found = make_academy(work)
        found.organisation.has_roc_years = True
        quota = make_quota(work, found.pack, found.law, 100, found.term)
        shared = make_quota(work, found.pack, None, 60)
        outcomes = (PASSED, FAILED, NO_SHOW, RESERVED)
        for school, drawn in ((found.law, quota), (found.management, shared)):
            people = make_students(work, school, 4)
            of_class = make_class(work, school, f"會計 of {school.name}", found.term, people)
            make_sitting(
                work,
                found,
                drawn,
                list(zip(people, outcomes, strict=True)),
                starts_at=APRIL,
                school=school,
                of_class=of_class,
            )
        make_sitting(work, found, shared, [(found.student, PASSED)], starts_at=APRIL)
    return found


def table(page: BeautifulSoup, number: int = 0) -> Tag:
    found = page.select("main table")[number]
    assert isinstance(found, Tag)
    return found


def total_of(found: Tag) -> list[str]:
    return [cell.text.strip() for cell in found.select(".totals td")]


def numbers(cells: list[str]) -> list[int]:
    return [int(cell) for cell in cells if cell.isdigit()]


@pytest.mark.parametrize(
    ("by", "names"),
    [
        ("school", ["School of Law", "School of Management"]),
        (
            "class",
            [
                "Candidates without a class",
                "會計 of School of Law",
                "會計 of School of Management",
            ],
        ),
        ("family", ["MOS"]),
        ("month", ["Apr 2026"]),
        ("nonsense", ["School of Law", "School of Management"]),
    ],
)
def test_use_is_shown_by_each_side_with_one_total(
    client: CheckingClient, academy: Academy, by: str, names: list[str]
) -> None:
    client.sign_in(ADMIN_EMAIL)
    found = table(client.page(f"{BASE}?by={by}"))
    shown = sorted(cell.text.strip() for cell in found.select("tbody:not(.totals) th"))
    assert shown == names
    assert [each for each in total_of(found) if each] == ["9", "2", "5", "2", "5", "3", "60.0 %"]


def test_filters_in_the_address_narrow_and_can_be_taken_away(
    client: CheckingClient, academy: Academy
) -> None:
    client.sign_in(ADMIN_EMAIL)
    page = client.page(f"{BASE}?school={academy.management.id}&term={academy.term.id}&by=class")
    assert total_of(table(page))[1:3] == ["4", "1"]
    assert [chip.text.split()[0] for chip in page.select(".chip")][:2] == ["Term:", "School:"]
    assert all("by=class" in str(chip["href"]) for chip in page.select(".chip"))
    unknown = client.page(f"{BASE}?school=nobody&pack={academy.law.id}")
    assert total_of(table(unknown))[0] == "9"


def test_use_in_excel_has_the_totals_of_the_page(client: CheckingClient, academy: Academy) -> None:
    client.sign_in(ADMIN_EMAIL)
    page = numbers(total_of(table(client.page(f"{BASE}?by=class"))))
    book = load_workbook(BytesIO(client.get(f"{BASE}use.xlsx?by=class").data))
    assert formulas(book.worksheets[0]) == 6
    assert sums(book.worksheets[-1]) == page


def formulas(sheet) -> int:  # type: ignore[no-untyped-def]
    return sum(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def sums(sheet) -> list[int]:  # type: ignore[no-untyped-def]
    """What the sheet of definitions says of the totals, in the order of the columns."""
    rows = [(row[0].value, row[1].value) for row in sheet.iter_rows()]
    return [value for name, value in rows if str(name).startswith("Total")]


def test_the_term_report_says_the_same_on_page_sheet_and_paper(
    client: CheckingClient, academy: Academy
) -> None:
    client.sign_in(ADMIN_EMAIL)
    page = client.page(f"{BASE}term")
    schools, classes = (numbers(total_of(table(page, number))) for number in (0, 1))
    # Enrolled, candidates, delivered, no-shows, with result, passed, quota left, vouchers left.
    assert schools == [10, 9, 5, 2, 5, 3, 160 - 5 - 2, 0]
    assert classes == [8, 9, 5, 2, 5, 3]
    book = load_workbook(BytesIO(client.get(f"{BASE}term.xlsx").data))
    assert book.sheetnames == ["By school", "By class", "Definitions"]
    assert sums(book["Definitions"]) == [*schools, *classes]
    assert book["By school"].cell(5, 2).value == "=SUM(B2:B4)"
    paper = PdfReader(BytesIO(client.get(f"{BASE}term.pdf").data))
    words = " ".join(sheet.extract_text() for sheet in paper.pages)
    totals = [numbers(line.split()) for line in re.findall(r"Total\s([\d.\s]+)", words)]
    assert totals == [schools, classes]
    assert words.count("60.0") >= 2
    assert "會計 of School of Law" in words


def test_a_paper_in_chinese_counts_years_of_the_republic(
    client: CheckingClient, academy: Academy, clock: StillClock
) -> None:
    with making(clock()) as work:
        user = work.session.get_one(User, academy.admin.id)
        user.language = Language.TRADITIONAL_CHINESE
    client.sign_in(ADMIN_EMAIL)
    response = client.get(f"{BASE}term.pdf")
    words = " ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(response.data)).pages)
    assert "民國115年" in words


def test_what_will_lapse_shows_its_reckoning(client: CheckingClient, academy: Academy) -> None:
    client.sign_in(ADMIN_EMAIL)
    page = client.page(f"{BASE}lapsing")
    rows = [row.text for row in table(page).select("tbody tr")]
    assert len(rows) == 3
    assert "Whole pack" in rows[0]
    found = re.search(r"5 used in (\d+) days.* (\d+) more .* 500 − 5 − (\d+) = (\d+)", rows[0])
    assert found, rows[0]
    assert int(found[4]) == 500 - 5 - int(found[3])
    assert "carried over" in page.text
    assert client.get(f"{BASE}lapsing.xlsx").status_code == 200
    paper = client.get(f"{BASE}lapsing.pdf")
    assert paper.mimetype == "application/pdf"


def test_a_coordinator_is_shown_the_own_school_alone(
    client: CheckingClient, academy: Academy
) -> None:
    client.sign_in(COORDINATOR_EMAIL)
    for address in ("", "?by=class", "term", "lapsing"):
        assert "Management" not in client.page(BASE + address).select_one("main").text  # type: ignore[union-attr]
    assert "Whole pack" not in client.page(BASE + "lapsing").text
    words = client.get(BASE + "use.csv?by=class").get_data(as_text=True)
    assert "School of Law" in words
    assert "Management" not in words


def test_without_terms_packs_and_exams_each_page_says_what_to_do(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        place = make_organisation(work, "fabrikam")
        make_member(work, place, Role.LICENSING_ADMIN, ADMIN_EMAIL)
    client.sign_in(ADMIN_EMAIL)
    for address in ("", "?by=month", "lapsing", "term"):
        assert client.page(BASE + address).select_one(".empty"), address
    assert client.get(BASE + "term.pdf").status_code == 404
    assert client.get(BASE + "use.xlsx?by=month").status_code == 200


def test_a_form_that_is_none_is_not_there(client: CheckingClient, academy: Academy) -> None:
    client.sign_in(ADMIN_EMAIL)
    for address in ("term.csv", "use.doc", "lapsing.txt"):
        assert client.get(BASE + address).status_code == 404


def test_the_term_report_says_of_which_term_it_is_while_none_is_chosen(
    client: CheckingClient, academy: Academy
) -> None:
    client.sign_in(ADMIN_EMAIL)
    (first, *_others) = client.page(f"{BASE}term").select("select[name=term] option")
    assert (first["value"], first.text) == ("", "The latest: Spring 2026")
    (every, *_others) = client.page(BASE).select("select[name=term] option")
    assert every.text == "All"
