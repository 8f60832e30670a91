"""Pages of monthly reports: a dry run first, what changed, and the list that is worked off."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from openpyxl import load_workbook

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_person, make_user, making
from tests.support.making_links import make_link
from tests.support.making_skills_reports import learning_csv, report_csv
from tests.support.pages import CheckingClient
from vlms.accounts.models import Person
from vlms.core.permissions import Role
from vlms.partners.cli.skills_reports import monthly_reports

HOME = "/o/contoso/monthly-reports/"
ADA = {"mcid": "990000001", "mail": "ada@contoso.example"}
HUGO = {"mcid": "990000009", "first": "Hugo", "last": "Berg", "mail": "hugo@x.example"}


@pytest.fixture
def partner(client: CheckingClient, clock: StillClock) -> CheckingClient:
    clock.set(datetime(2026, 7, 10, 4, tzinfo=UTC))
    with making(clock()) as work:
        own = make_organisation(work, "contoso")
        make_member(work, own, Role.PARTNER_ADMINISTRATOR, "partner@contoso.example")
        make_member(work, own, Role.AUDITOR, "auditor@contoso.example")
        email = "ada@contoso.example"
        make_person(work, own, "Ada", email, make_user(work, email, "Ada"))
        ada = work.session.query(Person).filter_by(name="Ada").one()
        make_link(work, ada, "990000001", started_at=datetime(2026, 5, 20, tzinfo=UTC))
    client.sign_in("partner@contoso.example")
    return client


def told(client: CheckingClient, address: str = "") -> str:
    main = client.page(HOME + address).select_one("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def upload(client: CheckingClient, body: bytes, month: str = "") -> str:
    answer = client.send(HOME + "import", file=(io.BytesIO(body), "report.csv"), month=month)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location).partition("/monthly-reports/")[2]


def take(client: CheckingClient, *rows: dict[str, str]) -> str:
    """Imported; the address of the report's page."""
    answer = client.send(HOME + upload(client, report_csv(*rows)))
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location).partition("/monthly-reports/")[2]


def test_a_report_is_looked_at_first_and_then_lets_the_link_count_k2(
    partner: CheckingClient,
) -> None:
    address = upload(partner, report_csv(ADA, HUGO))
    text = told(partner, address)
    assert "The month is 2026-06." in text
    assert "1 row names nobody who is known here." in text
    assert "1 link would count that is pending or overdue." in text
    assert "Found by the MCID." in text
    assert "No report is imported yet." in told(partner)
    answer = partner.send(HOME + address)
    assert answer.status_code == 302
    assert "2 rows are imported. 1 link counts now." in told(
        partner, str(answer.location).partition("/monthly-reports/")[2]
    )
    assert "2026-06 Skills report Skills report 2 1" in told(partner)
    assert "Ada" in partner.page("/o/contoso/links/?tab=counted").text


def test_a_typed_month_goes_with_the_file(partner: CheckingClient) -> None:
    row = {"UserName": "Ada", "UserId": ADA["mail"], "TrainingName": "Intro"}
    missing = upload(partner, learning_csv(row))
    assert "Type the month beside the file." in told(partner, missing)
    assert partner.send(HOME + missing).status_code == 422
    address = upload(partner, learning_csv(row), "2026-05")
    assert partner.send(HOME + address).status_code == 302
    assert "2026-05 Learning report" in told(partner)
    bad = partner.send(HOME + "import", file=(io.BytesIO(b"x"), "r.csv"), month="June")
    assert bad.status_code == 422


def test_what_changed_is_shown_by_person_and_is_had_as_a_file(partner: CheckingClient) -> None:
    take(partner, {**ADA, "month": "2026-05"}, {**HUGO, "month": "2026-05"})
    address = take(partner, {**ADA, "pc": "No", "until": "6/30/2027"})
    text = told(partner, address)
    usual = "Exam AZ-104: Azure Administrator"
    assert f"Ada 990000001 In PC {usual} Yes No" in text
    assert f"Ada 990000001 Valid until {usual} – 30 Jun 2027" in text
    assert "Hugo Berg 990000009 Person gone – 1 training –" in text
    assert "Hugo" not in told(partner, f"{address}?change=pc")
    got = partner.get(f"{HOME}{address}/differences.xlsx")
    cells = [row[:3] for row in load_workbook(io.BytesIO(got.data)).worksheets[0].values]
    assert ("Hugo Berg", "990000009", "Person gone") in cells
    assert partner.get(f"{HOME}{address}/differences.csv").status_code == 200
    assert partner.get(f"{HOME}{address}/differences.exe").status_code == 404


def test_a_line_is_worked_off_and_comes_back_with_the_next_month(partner: CheckingClient) -> None:
    take(partner, {**ADA, "pc": "No", "month": "2026-05"}, {**HUGO, "month": "2026-05"})
    assert "2 lines are to be worked off" in told(partner)
    page = partner.page(HOME + "to-do?change=not_in_pc")
    (link,) = page.select("td a.btn")
    address = str(link["href"]).partition("/monthly-reports/")[2]
    assert "ask partner support, with the MCID and the training" in told(partner, address)
    sent = partner.send(HOME + address, state="done", note="Asked, case 7")
    assert sent.status_code == 302
    assert "No line stands so." in told(partner, "to-do?change=not_in_pc")
    assert "Asked, case 7" in told(partner, "to-do?state=done")
    assert "Asked, case 7" not in told(partner, "to-do?state=all&q=hugo")
    file = partner.get(HOME + "to-do.csv?state=all&change=not_in_pc").get_data(as_text=True)
    assert "Asked, case 7" in file
    assert "Hugo" not in file
    take(partner, {**ADA, "pc": "No"})
    assert "990000001 Not in PC" in told(partner, "to-do")
    assert partner.get(HOME + address).status_code == 404


def test_an_auditor_reads_and_changes_nothing(partner: CheckingClient, app: Flask) -> None:
    take(partner, HUGO)
    page = partner.page(HOME + "to-do")
    address = str(page.select("td a.btn")[0]["href"])
    auditor = app.test_client()
    assert isinstance(auditor, CheckingClient)
    auditor.sign_in("auditor@contoso.example")
    assert "Hugo Berg" in told(auditor, "to-do")
    partner.send(address, state="ignored", note="elsewhere")
    assert "Line of a skills report decided" in auditor.page("/o/contoso/journal/").text
    assert auditor.get(address).status_code == 403
    assert auditor.get(HOME + "import").status_code == 403


def test_commands_do_what_pages_do(partner: CheckingClient, app: Flask, tmp_path: Path) -> None:
    def run(*words: str) -> str:
        found = CliRunner().invoke(monthly_reports, words, obj=lambda: app)
        assert found.exit_code == 0, found.output
        return found.stdout

    for month in ("2026-05", "2026-06"):
        file = tmp_path / f"{month}.csv"
        file.write_bytes(
            report_csv({**ADA, "month": month, "pc": "No" if month.endswith("06") else "Yes"})
        )
        run("import", "contoso", str(file), "--dry-run")
        run("import", "contoso", str(file))
    found = json.loads(run("list", "contoso", "--json"))
    assert [(row["month"], row["rows"], row["unknown"]) for row in found] == [
        ("2026-06", 1, 0),
        ("2026-05", 1, 0),
    ]
    (change,) = json.loads(run("differences", "contoso", "--json"))
    assert (change["person"], change["change"], change["now"]) == ("Ada", "pc", False)
    assert json.loads(run("differences", "contoso", "--month", "2026-05", "--json")) == []
    (todo,) = json.loads(run("to-do", "contoso", "--json"))
    run("decide", "contoso", todo["case"], todo["id"], "--state", "ignored", "--note", "left")
    assert json.loads(run("to-do", "contoso", "--json")) == []
    (done,) = json.loads(run("to-do", "contoso", "--state", "ignored", "--json"))
    assert done["note"] == "left"
