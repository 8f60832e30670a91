"""The skills report: who may see it, what its address asks for, its files (K5)."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from threading import Event

import pytest
from openpyxl import load_workbook

from tests.support.clock import StillClock
from tests.support.counting import statements
from tests.support.making import make_member, making
from tests.support.making_competencies import make_skilled
from tests.support.making_skills import ADMIN, BRANCH, HEAD, OTHER, make_report
from tests.support.making_skills_reports import make_report as make_monthly
from tests.support.pages import CheckingClient
from tests.support.papers import paper_text
from vlms.accounts.models import Person
from vlms.accounts.queries import find_organisation
from vlms.core.permissions import Role
from vlms.jobs import exporting
from vlms.jobs.export_files import EXPORT_JOBS
from vlms.jobs.worker import run_due
from vlms.partners.models.links import Association
from vlms.partners.models.locations import PartnerLocation
from vlms.partners.rules.skills_layouts import LEARNING_COLUMNS, SKILLS_COLUMNS

PLACE = "/o/contoso/skills/"


@pytest.fixture
def partner(client: CheckingClient, clock: StillClock) -> CheckingClient:
    with making(clock()) as work:
        own = make_report(work)
        make_member(work, own, Role.GLOBAL_ADMINISTRATOR, "gil@contoso.example")
        make_member(work, own, Role.AUDITOR, "auditor@contoso.example")
        make_member(work, own, Role.LICENSING_ADMIN, "licences@contoso.example")
    client.sign_in(ADMIN)
    return client


def lines(client: CheckingClient, asked: str = "") -> list[str]:
    """The first name and the proof of each row."""
    table = client.page(f"{PLACE}?{asked}").select("main table")
    rows = [[cell.get_text(" ", strip=True) for cell in row("td")] for row in table[0]("tr")[1:]]
    return [f"{row[0].split(' ')[0]} {row[1].rpartition(' ')[0]}" for row in rows]


ALL = ["Ada Azure", "Ada AZ-104", "Bo Azure", "Bo Basics"]


def test_each_proof_of_who_is_here_is_a_line(partner: CheckingClient) -> None:
    assert sorted(lines(partner)) == sorted(ALL)
    text = " ".join(partner.page(f"{PLACE}?q=ada").get_text(" ").split())
    assert "Ada Lin ada@contoso.example MCID 990123456" in text
    assert "Office 4100002 Link Pending" in text
    assert "Sample: Cloud Platform (Consumption)" in text
    text = " ".join(partner.page(f"{PLACE}?q=bo").get_text(" ").split())
    assert "Counts no more" in text
    assert "Office 4100001 Link Not linked" in text


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("q=ada", ["Ada Azure", "Ada AZ-104"]),
        ("competency=sample-cloud-platform", ["Ada AZ-104"]),
        ("competency=cloud-business-applications", []),
        ("competency=nonsense&location=x&within=many&what=code:1", ALL),
        ("what=exam:AZ-104", ["Ada AZ-104"]),
        ("what=certification:azure", ["Ada Azure", "Bo Azure"]),
        ("within=29", []),
        ("within=30", ["Ada Azure"]),
        ("expired=1", ["Bo Azure"]),
        ("expired=1&within=30", ["Ada Azure", "Bo Azure"]),
        ("location=branch", ["Ada Azure", "Ada AZ-104"]),
        # Who is assigned nowhere belongs to the headquarters.
        ("location=head", ["Bo Azure", "Bo Basics"]),
    ],
)
def test_filters_are_in_the_address(
    partner: CheckingClient, clock: StillClock, asked: str, found: list[str]
) -> None:
    with making(clock()) as work:
        for name, mpn_id in (("branch", BRANCH), ("head", HEAD)):
            one = work.session.query(PartnerLocation).filter_by(mpn_id=mpn_id).one()
            asked = asked.replace(f"location={name}", f"location={one.id}")
    if found:
        assert sorted(lines(partner, asked)) == sorted(found)
    else:
        assert "No exam or certification fits." in partner.page(f"{PLACE}?{asked}").text


def test_the_report_is_for_those_of_k5(partner: CheckingClient) -> None:
    for address in ("gil@contoso.example", "auditor@contoso.example"):
        partner.sign_in(address)
        assert len(lines(partner)) == 4
    partner.sign_in("licences@contoso.example")
    for path in ("", "skills.csv", "learning.xlsx"):
        assert partner.get(PLACE + path).status_code == 403


def test_another_partner_sees_none_of_it(partner: CheckingClient) -> None:
    partner.sign_in(OTHER)
    assert partner.get(PLACE).status_code == 404
    assert partner.get(f"{PLACE}skills.csv").status_code == 404
    body = partner.get("/o/fabrikam/skills/skills.csv").get_data(as_text=True)
    assert "Dee" in body
    assert "Ada" not in body


def read_csv(client: CheckingClient, path: str) -> list[list[str]]:
    body = client.get(PLACE + path).get_data()
    assert body.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))


def test_the_csv_has_the_published_layout(partner: CheckingClient) -> None:
    head, *rows = read_csv(partner, "skills.csv?q=ada&columns=person")
    assert tuple(head) == SKILLS_COLUMNS
    exam = next(dict(zip(head, row, strict=True)) for row in rows if row[1] == "AZ-104")
    day = date(2026, 3, 2) - timedelta(days=30)
    assert exam == {
        "PGAMpnId": HEAD,
        "TrainingActivityId": "AZ-104",
        "TrainingTitle": "AZ-104",
        "TrainingType": "Exam",
        "IndividualFirstName": "Ada",
        "IndividualLastName": "Lin",
        "Email": "ada@contoso.example",
        "CorpEmail": "ada@contoso.example",
        "TrainingCompletionDate": day.isoformat(),
        "ExpirationDate": "",
        "ActivationStatus": "Active",
        "Month": "2026-03",
        "IcMCP": "Yes",
        "MCPID": "990123456",
        "MpnId": BRANCH,
        # No spreadsheet calculates it.
        "PartnerName": "'=Contoso",
        "PartnerCityLocation": f"City {BRANCH}",
        "PartnerCountryLocation": "TW",
        "Associated in PMC": "",
        "Associated in PC": "",
        "Relevant for Competencies (Option) or Programs": (
            "Sample: Cloud Platform (Consumption); "
            "Sample: Cloud Platform (Skills without consumption)"
        ),
    }


def test_the_learning_layout_is_the_other_choice(partner: CheckingClient) -> None:
    head, *rows = read_csv(partner, "learning.csv?what=exam:AZ-104")
    assert tuple(head) == LEARNING_COLUMNS
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(one["UserName"], one["UserId"]) for one in found] == [
        ("Ada Lin", "ada@contoso.example")
    ]
    assert (found[0]["Products"], found[0]["Roles"], found[0]["MPNId"]) == ("", "", BRANCH)
    assert partner.get(f"{PLACE}learning.pdf").status_code == 404
    assert partner.get(f"{PLACE}skills.doc").status_code == 404


def test_excel_and_pdf_have_the_same_rows(partner: CheckingClient) -> None:
    for path, columns in (("skills.xlsx", SKILLS_COLUMNS), ("learning.xlsx", LEARNING_COLUMNS)):
        got = partner.get(f"{PLACE}{path}?expired=1")
        sheet = load_workbook(io.BytesIO(got.data)).worksheets[0]
        rows = [list(row) for row in sheet.iter_rows(values_only=True)]
        begin = next(at for at, row in enumerate(rows) if row[0] == "PGAMpnId")
        assert tuple(rows[begin][: len(columns)]) == columns
        assert len([row for row in rows[begin + 1 :] if row[0] == HEAD]) == 1
    text = paper_text(partner.get(f"{PLACE}skills.pdf?expired=1").data).replace(" ", "")
    assert "bo@contoso.example" in text
    assert "ada@contoso.example" not in text


def test_a_long_report_is_a_job(
    partner: CheckingClient, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "LONG_EXPORT", 2)
    asked = partner.get(f"{PLACE}skills.csv?q=bo")
    assert asked.status_code == 200
    asked = partner.get(f"{PLACE}skills.csv?competency=&q=")
    assert asked.status_code == 302
    run_due(EXPORT_JOBS, clock, Event())
    body = partner.get(f"{asked.location}/file").get_data(as_text=True)
    assert body.count("contoso.example") == 8


def test_more_people_ask_no_more_of_the_database(
    partner: CheckingClient, clock: StillClock
) -> None:
    counts = []
    for some in (range(2), range(2, 30)):
        with making(clock()) as work:
            own = find_organisation(work.session, "contoso")
            assert own is not None
            for number in some:
                make_skilled(work, own, f"Q{number}", "AZ-104")
        found = []
        for path in ("", "skills.csv"):
            partner.get(PLACE + path)
            with statements() as asked:
                assert partner.get(PLACE + path).status_code == 200
            found.append(len(asked))
        counts.append(found)
    assert counts[0] == counts[1]
    assert counts[0][0] <= 20, counts
    assert counts[0][1] <= 18, counts


def test_a_link_without_its_exams_counts_none_k1(
    partner: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        work.session.query(Association).filter_by(mcid="990123456").one().exams_ended_at = work.now
    assert "Exams removed" in partner.page(f"{PLACE}?q=ada").text


def test_a_name_that_is_a_formula_is_no_formula(partner: CheckingClient, clock: StillClock) -> None:
    with making(clock()) as work:
        own = find_organisation(work.session, "contoso")
        assert own is not None
        make_skilled(work, own, '=HYPERLINK("x") y', "PL-300")
    _head, row = read_csv(partner, "skills.csv?what=exam:PL-300")
    assert row[4] == '\'=HYPERLINK("x")'


def test_what_is_associated_where_is_what_the_newest_monthly_report_says_k2(
    partner: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        own = find_organisation(work.session, "contoso")
        ada = work.session.query(Person).filter_by(name="Ada Lin").one()
        assert own is not None
        said = {"person_id": ada.id, "training_id": "az-104", "title": "Exam AZ-104"}
        former, _row = make_monthly(work, own, "", **said, in_pmc=False, in_pc=False)
        former.month = date(2026, 1, 1)
        work.flush()
        make_monthly(work, own, "", **said, in_pmc=True, in_pc=None)
    head, *rows = read_csv(partner, "skills.csv")
    told = {(row[4], row[1]): row[18:20] for row in rows}
    assert head[18:20] == ["Associated in PMC", "Associated in PC"]
    assert told["Ada", "AZ-104"] == ["Yes", ""]
    assert told["Ada", "azure"] == ["", ""]
