"""Pages of exam providers' reports: looked at, taken in, decided about; each sees their own."""

from __future__ import annotations

import io
from datetime import timedelta

from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import make_member, making
from tests.support.pages import CheckingClient, values_of
from tests.support.provider_files import ASSIGNED, Desk, csv_of, make_desk, queue, row
from vlms.accounts.models import Organisation, RoleGrant
from vlms.codes.models import Code
from vlms.codes.queries import get_code
from vlms.codes.rules.lifecycle import State
from vlms.core.permissions import Role
from vlms.core.uploads import Upload
from vlms.giving.models.provider_reports import RowState
from vlms.giving.report_job import take_in
from vlms.jobs.service import claim

OPERATOR, PROVIDER = "olga@operator.example", "pat@provider.example"
REPORTS = "/o/operations/provider-reports/"
DAY = timedelta(days=1)
BOOKED, SAT = ASSIGNED + DAY, ASSIGNED + 10 * DAY


def set_up(clock: StillClock, count: int = 2) -> Desk:
    desk = make_desk(count)
    with making(clock()) as work:
        operations = work.session.get_one(Organisation, desk.operator_id)
        make_member(work, operations, Role.OPERATOR, OPERATOR)
    return desk


def upload(client: CheckingClient, body: bytes, base: str = REPORTS, **fields: str) -> str:
    form = client.page(f"{base}upload").select_one("main form[method=post]")
    assert form is not None
    file = {"file": (io.BytesIO(body), "week 7.csv")}
    data = {**values_of(form), "provider": "Certiport", **file, **fields}
    answer = client.post(f"{base}upload", data=data, content_type="multipart/form-data")
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return str(answer.location)


def state_of(desk: Desk, clock: StillClock, place: int = 0) -> State:
    with making(clock()) as work:
        return get_code(work.session, desk.code_ids[place]).state


def test_a_report_is_looked_at_and_then_taken_in(client: CheckingClient, clock: StillClock) -> None:
    desk = set_up(clock)
    client.sign_in(OPERATOR)
    body = csv_of(
        [
            row(desk.texts[0], "Pass", SAT, SAT, "", "842"),
            row("NOSUCHCODE123456", "Registered", BOOKED, SAT, who="Nora Nobody"),
            row(desk.texts[1], "Lost", BOOKED, SAT),
        ]
    )
    place = upload(client, body)
    page = client.page(place)
    assert "Would be recorded" in page.text
    assert "No code here is the one that the row names." in page.text
    assert "Row 4" in page.text
    assert desk.texts[0] not in page.text
    with making(clock()) as work:
        assert desk.texts[0].encode() not in work.session.scalars(select(Upload)).one().body
    assert state_of(desk, clock) is State.ASSIGNED
    only_wrong = client.page(f"{place}?change=wrong")
    assert len(only_wrong.select("tbody tr")) == 1
    report = client.press(place, "/take-in").location
    assert state_of(desk, clock) is State.USED
    assert "Nora Nobody" in client.page(report).text
    # Who goes back is led to what came of it.
    assert client.get(place).location == report
    again = upload(client, body)
    assert "Nothing new to take in" in client.page(again).text


def test_the_columns_are_asked_once_and_remembered(
    client: CheckingClient, clock: StillClock
) -> None:
    desk = set_up(clock)
    client.sign_in(OPERATOR)
    headings = ("A", "B", "C", "D", "E", "F")
    told = (desk.texts[0], "", "MCP-100", "03/02/2026 10:00", "Delivered", "")
    place = upload(client, csv_of([told], headings))
    assert "No column of the file is called" in client.page(place).text
    chosen = {"at_code": "0", "at_exam": "2", "at_starts": "3", "at_status": "4", "zone": "UTC"}
    assert client.press(place, "/columns", **chosen).status_code == 422
    answer = client.press(place, "/columns", **chosen, day_order="mdy")
    assert answer.status_code == 302
    assert "lies in the future" in client.page(place).text
    assert client.press(place, "/columns", **chosen, day_order="dmy").status_code == 302
    assert "before the code was assigned" in client.page(place).text
    second = upload(client, csv_of([told], headings), provider="CERTIPORT")
    assert "before the code was assigned" in client.page(second).text


def test_a_row_that_matches_nothing_is_decided_once(
    client: CheckingClient, clock: StillClock
) -> None:
    desk = set_up(clock)
    client.sign_in(OPERATOR)
    rows = [
        row("NOSUCHCODE123456", "Delivered", SAT, SAT, who="Nora"),
        row("NOSUCHCODE654321", "Delivered", SAT, SAT),
    ]
    client.press(upload(client, csv_of(rows)), "/take-in")
    first, second = queue(clock())
    page = f"{REPORTS}rows/{first.id}"
    assert client.press(page, "/again").status_code == 422
    assert client.press(page, "/take", number="B-999999/9").status_code == 422
    with making(clock()) as work:
        code = work.session.get_one(Code, desk.code_ids[0])
        number = f"{code.batch.number}/{code.number}"
    assert client.press(page, "/take", number=number).status_code == 302
    assert state_of(desk, clock) is State.USED
    other = f"{REPORTS}rows/{second.id}"
    assert client.press(other, "/ignore").status_code == 422
    assert client.press(other, "/ignore", remark="A test candidate").status_code == 302
    assert [one.state for one in queue(clock())] == [RowState.RECORDED, RowState.IGNORED]
    assert "Everything that was reported has its code." in client.page(f"{REPORTS}queue").text


def test_the_queue_is_sent_to_the_provider_without_codes(
    client: CheckingClient, clock: StillClock
) -> None:
    set_up(clock)
    client.sign_in(OPERATOR)
    rows = [row("NOSUCHCODE123456", "Delivered", SAT, SAT, who="Nora")]
    client.press(upload(client, csv_of(rows)), "/take-in")
    told = client.get(f"{REPORTS}queue.csv").get_data(as_text=True)
    assert "Nora" in told
    assert "3456" in told
    assert "NOSUCHCODE" not in told


def test_a_provider_sees_and_records_only_what_was_granted(
    client: CheckingClient, clock: StillClock
) -> None:
    desk, other = set_up(clock), make_desk(1, slug="fabrikam")
    with making(clock()) as work:
        organisation = work.session.get_one(Organisation, desk.organisation_id)
        user = make_member(work, organisation, Role.EXAM_PROVIDER, PROVIDER)
        grant = work.session.scalars(select(RoleGrant).where(RoleGrant.user_id == user.id)).one()
        grant.agreement_id = desk.agreement_id
    client.sign_in(OPERATOR)
    client.press(upload(client, csv_of([row("NOSUCHCODE1", "Pass", SAT, SAT)])), "/take-in")
    (hidden,) = queue(clock())
    client.post("/sign-out", data={})
    client.sign_in(PROVIDER)
    base = "/o/contoso/provider-reports/"
    rows = [row(desk.texts[0], "Pass", SAT, SAT), row(other.texts[0], "Pass", SAT, SAT)]
    report = client.press(upload(client, csv_of(rows), base), "/take-in").location
    assert state_of(desk, clock) is State.USED
    assert state_of(other, clock) is State.ASSIGNED
    page = client.page(report).text
    assert "No code here is the one that the row names." in page
    assert other.names[0] not in page
    client.page(f"{base}rows/{hidden.id}", 404)
    client.page(REPORTS, 404)


def test_a_long_report_is_taken_in_by_a_job(client: CheckingClient, clock: StillClock) -> None:
    desk = set_up(clock, 1)
    client.sign_in(OPERATOR)
    rows = [row(f"NOSUCHCODE{n:06d}", "Pass", SAT, SAT) for n in range(520)]
    rows.append(row(desk.texts[0], "Pass", SAT, SAT))
    answer = client.press(upload(client, csv_of(rows)), "/take-in")
    assert "/jobs/" in answer.location
    held = claim(clock, "giving.take_report")
    assert held is not None
    take_in(held)
    assert state_of(desk, clock) is State.USED
    assert len(queue(clock())) == 521
    assert "Everything" not in client.page(f"{REPORTS}queue").text
