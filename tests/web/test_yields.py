"""What codes led to: the page, its files and the command, to the cent and to the day (C5, R1)."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_person, making
from tests.support.making_orders import ADMIN_EMAIL, Shop, make_delivered, wish
from tests.support.making_plans import make_planning_shop
from tests.support.pages import CheckingClient
from vlms.catalog.models import Certification
from vlms.certifications.models import PassSource
from vlms.certifications.service.earning import hold
from vlms.codes.models import Code, Outcome, Registration, StatedResult
from vlms.codes.rules.lifecycle import State
from vlms.core.permissions import Role
from vlms.core.work import Work
from vlms.giving.models.provider_reports import ExamScore
from vlms.giving.rules.report_words import ExamResult
from vlms.planning.cli import planning

PLACE = "/o/contoso/yields/"
FINANCE = "finance@contoso.example"


@pytest.fixture
def shop(client: CheckingClient, clock: StillClock) -> Shop:
    """Of seven codes for 840.00: Asa (Sales) passed two and failed one, Bo missed one.

    Bo says that another was passed, nothing is known of one, and one lapsed in nobody's hands.
    """
    with making(clock()) as work:
        made = make_planning_shop(work)
        make_delivered(work, made, wish(made.product, 7))
    with making(clock()) as work:
        asa, bo = (make_person(work, made.customer, name) for name in ("Asa", "Bo"))
        asa.department = "Sales"
        codes = work.session.scalars(select(Code).order_by(Code.number)).all()
        basics = work.session.get_one(Certification, "basics")
        day = (clock() - timedelta(days=3)).date()
        hold(work, asa, basics, day, PassSource.EXAM)
        for code in codes[:3]:
            _use(work, code, asa.id, clock() - timedelta(days=3))
        _tell(work, codes[0], ExamResult.PASSED)
        _tell(work, codes[1], ExamResult.PASSED)
        _tell(work, codes[2], ExamResult.FAILED)
        _end(codes[3], State.FORFEITED, bo.id, clock() - timedelta(days=2))
        _use(work, codes[4], bo.id, clock() - timedelta(days=2), StatedResult.PASSED)
        _use(work, codes[5], bo.id, clock() - timedelta(days=2))
        codes[6].expires_at = clock() - timedelta(days=1)
        work.flush()
    client.sign_in(ADMIN_EMAIL)
    return made


def _end(code: Code, state: State, person_id: UUID, at: datetime) -> None:
    code.state, code.person_id, code.ended_at = state, person_id, at


def _use(
    work: Work, code: Code, person_id: UUID, at: datetime, stated: StatedResult | None = None
) -> None:
    _end(code, State.USED, person_id, at)
    used = Registration(
        organisation_id=code.organisation_id,
        agreement_id=code.agreement_id,
        code_id=code.id,
        person_id=person_id,
        exam_number="F-1",
        site="Hall 1",
        starts_at=at,
        is_open=False,
        outcome=Outcome.USED,
        outcome_at=at,
        recorded_at=at,
        once_key=str(code.id),
        stated_result=stated,
    )
    work.session.add(used)
    work.flush()


def _tell(work: Work, code: Code, result: ExamResult) -> None:
    used = work.session.scalars(select(Registration).where(Registration.code_id == code.id)).one()
    score = ExamScore(
        organisation_id=code.organisation_id,
        agreement_id=code.agreement_id,
        person_id=used.person_id,
        registration_id=used.id,
        result=result,
        told_at=work.now,
    )
    work.session.add(score)


def rows_of(client: CheckingClient, address: str = PLACE) -> dict[str, list[str]]:
    table = client.page(address).select_one("#teams-title").find_parent("section")  # type: ignore[union-attr]
    assert table is not None
    found = {}
    for row in table.select("tbody tr"):
        name, *cells = [cell.get_text(" ", strip=True) for cell in row.select("th, td")]
        found[name] = cells
    return found


def test_the_page_tells_what_each_team_came_to(shop: Shop, client: CheckingClient) -> None:
    """Two passes of one day made one certification; 360.00 were spent on it."""
    assert rows_of(client) == {
        "Sales": ["3", "2 66.7 %", "1", "USD 360.00", "USD 360.00", "1 USD 120.00"],
        "Without a department": ["3", "1 100.0 %", "0", "USD 360.00", "–", "1 USD 120.00"],
        "Not given to anybody": ["1", "0", "0", "USD 120.00", "–", "1 USD 120.00"],
        "All, USD": ["7", "3 75.0 %", "1", "USD 840.00", "USD 840.00", "3 USD 360.00"],
    }
    nowhere = client.page(PLACE).select_one("#nowhere-title").find_parent("section")  # type: ignore[union-attr]
    assert nowhere is not None
    told = [row.select("td")[2].get_text(" ", strip=True) for row in nowhere.select("tbody tr")]
    assert told == ["Lapsed unused", "Nobody came, or cancelled too late", "Failed F-1"]


def test_days_narrow_it_and_what_is_no_day_is_said_beside_the_field(
    shop: Shop, client: CheckingClient, clock: StillClock
) -> None:
    yesterday = (clock() - timedelta(days=1)).date()
    assert list(rows_of(client, f"{PLACE}?first={yesterday}")) == ["Not given to anybody"]
    page = client.page(f"{PLACE}?last={yesterday - timedelta(days=400)}")
    assert "No exam voucher ended in these days." in page.text
    page = client.page(f"{PLACE}?first=soon")
    wrong = page.select_one("#filter-first-error")
    assert wrong is not None
    assert "2026-06-30" in wrong.text
    assert client.get(f"{PLACE}led-nowhere.csv?first=soon").status_code == 422


def test_files_and_command_say_the_same(shop: Shop, client: CheckingClient, app: Flask) -> None:
    answer = client.get(f"{PLACE}from-codes-to-certifications.xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    (sales,) = [row for row in cells if row[0] == "Sales"]
    assert sales[1:6] == [2, 1, 0, 0, 0]
    assert [float(value) for value in (sales[9], sales[10], sales[11])] == [360, 360, 120]
    lost = client.get(f"{PLACE}led-nowhere.csv").get_data(as_text=True)
    assert len(lost.strip().splitlines()) == 4
    days = ["--first", "2020-01-01", "--last", "2030-12-31"]
    words = ["yields", "--organisation", "contoso", *days, "--json"]
    done = CliRunner().invoke(planning, words, obj=lambda: app, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    told = {row["team"]: row for row in json.loads(done.output)}
    assert told["Sales"]["cost_per_certification"] == "360.00"
    assert told["Sales"]["pass_rate"] == "66.7"


def test_finance_sees_the_sums_and_no_code(
    shop: Shop, client: CheckingClient, clock: StillClock
) -> None:
    with making(clock()) as work:
        make_member(work, shop.customer, Role.FINANCE, FINANCE)
    client.sign_in(FINANCE)
    page = client.page(PLACE)
    assert page.select_one("#teams-title") is not None
    assert page.select_one("#nowhere-title") is None
    assert client.get(f"{PLACE}led-nowhere.csv").status_code == 403


def test_a_code_that_stands_for_another_bears_what_that_one_bore(
    shop: Shop, client: CheckingClient, clock: StillClock
) -> None:
    """The void one is not counted beside it."""
    with making(clock()) as work:
        codes = work.session.scalars(select(Code).order_by(Code.number)).all()
        void, new = codes[2], codes[6]
        void.state, void.sealed_text = State.VOID, None
        new.replaces_id, new.state, new.person_id = void.id, State.FORFEITED, void.person_id
        new.ended_at = clock() - timedelta(hours=1)
        work.flush()
    rows = rows_of(client)
    assert rows["Sales"] == ["3", "2 100.0 %", "1", "USD 360.00", "USD 360.00", "1 USD 120.00"]
    assert "Not given to anybody" not in rows
