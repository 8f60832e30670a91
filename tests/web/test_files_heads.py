"""What a file refers to stands in its head: whose it is, of which days, how it is narrowed."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from tests.support.clock import StillClock
from tests.support.demo import play_demo
from tests.support.pages import CheckingClient
from vlms.demo.cast import PASSWORD

YIELDS = "/o/contoso/yields/"
DAYS = "first=2025-12-01&last=2026-11-20"
FILES = ("from-codes-to-certifications", "led-nowhere")


def paper_of(answer: bytes) -> str:
    found = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer)).pages)
    return " ".join(found.split())


@pytest.fixture
def contoso(client: CheckingClient, clock: StillClock) -> CheckingClient:
    clock.set(play_demo(clock).stage.now)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.sign_in("admin@contoso.example", PASSWORD)
    return client


@pytest.mark.parametrize("name", FILES)
def test_files_of_yields_name_the_organisation_and_the_days(
    contoso: CheckingClient, name: str
) -> None:
    head = ("Contoso Corporation", "1 Dec 2025", "20 Nov 2026")
    paper = paper_of(contoso.get(f"{YIELDS}{name}.pdf?{DAYS}").data)
    book = load_workbook(io.BytesIO(contoso.get(f"{YIELDS}{name}.xlsx?{DAYS}").data))
    printed = str(
        book.worksheets[0].oddHeader.left.text or book.worksheets[0].oddHeader.center.text
    )
    told = " ".join(str(cell.value) for row in book.worksheets[-1].iter_rows() for cell in row)
    for word in head:
        assert word in paper
        assert word in printed
        assert word in told
    rows = list(csv.reader(io.StringIO(contoso.get(f"{YIELDS}{name}.csv?{DAYS}").text)))
    assert (
        rows[0][:3] == ["\ufeffOrganisation", "First day", "Last day"] or rows[0][1] == "First day"
    )
    days = ["Contoso Corporation", "2025-12-01", "2026-11-20"]
    assert all(row[:3] == days for row in rows[1:])


def test_the_paper_of_the_skills_report_names_its_filters(contoso: CheckingClient) -> None:
    contoso.sign_in("partner@contoso.example", PASSWORD)
    paper = paper_of(contoso.get("/o/contoso/skills/skills.pdf?within=200&expired=1").data)
    assert "Contoso Corporation" in paper
    assert "Expires within days: 200" in paper
    assert "within days" not in paper_of(contoso.get("/o/contoso/skills/skills.pdf").data)
