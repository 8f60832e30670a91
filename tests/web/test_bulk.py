"""The same step on many codes: confirmed, done at once or by a job, and told code by code."""

from __future__ import annotations

import csv
import io
from threading import Event
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.making_codes import make_agreement, make_codes, make_line, make_product
from tests.support.order_pages import signed_in
from tests.support.pages import CheckingClient
from vlms.accounts.models import Organisation, Person, RoleGrant
from vlms.audit.models import AuditEntry
from vlms.codes.bulk_job import BULK_JOBS
from vlms.codes.bulk_models import BulkRun, BulkRunCode
from vlms.codes.models import Code
from vlms.codes.rules.lifecycle import State
from vlms.codes.service import together
from vlms.codes.service.reserving import change, release
from vlms.codes.views import bulk
from vlms.core.permissions import Role
from vlms.jobs.cancelling import ask_to_stop
from vlms.jobs.held import LEASE
from vlms.jobs.models import Job, JobState
from vlms.jobs.service import claim
from vlms.jobs.worker import plan_recurring, run_due

ANN, BEN = "ann@contoso.example", "ben@contoso.example"
ALL = "/o/contoso/codes/together?which=all&state=reserved&act="
COUNT = 7


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four codes are many here, and three a unit of work."""
    monkeypatch.setattr(bulk, "LONG_TOGETHER", 3)
    monkeypatch.setattr(together, "AT_ONCE", 3)


def begin(client: CheckingClient, clock: StillClock, count: int = COUNT) -> list[UUID]:
    """Codes that are reserved for Asa, by their issue."""
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        for email in (ANN, BEN):
            make_member(work, contoso, Role.LICENSING_ADMIN, email)
        person = make_person(work, contoso, "Asa", "asa@contoso.example")
        line = make_line(work, make_agreement(work, contoso), make_product(work), count)
        keys = sorted(code.id for code in make_codes(work, line, count, person=person))
    client.sign_in(ANN)
    return keys


def work_off(clock: StillClock) -> None:
    run_due(BULK_JOBS, clock, Event())


def count_of(clock: StillClock, state: State) -> int:
    with making(clock()) as work:
        found = select(func.count(Code.id)).where(Code.state == state)
        return int(work.session.scalar(found) or 0)


def only_job(clock: StillClock) -> Job:
    with making(clock()) as work:
        return work.session.scalars(select(Job).where(Job.title.is_not(None))).one()


def test_few_are_done_at_once_and_lead_to_a_page_that_can_be_loaded_again(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    begin(client, clock)
    answer = client.send(ALL + "release")
    assert answer.status_code == 302
    for _load in range(2):
        assert "Done: 7. Left out: 0." in client.page(answer.location).text
    assert count_of(clock, State.AVAILABLE) == COUNT
    signed_in(app, BEN).page(answer.location, 404)
    body = client.get(
        answer.location.split("/together/")[0] + "/together/results.csv?run=" + run(answer.location)
    ).data
    rows = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert [row[4] for row in rows[1:]] == ["Done"] * COUNT
    client.page("/o/contoso/codes/together/results.csv", 404)
    client.page("/o/contoso/codes/together/results.csv?run=x", 404)


def run(location: str) -> str:
    return location.split("/together/")[1].split("?")[0]


@pytest.mark.usefixtures("few")
def test_many_are_done_by_a_job_that_leads_to_the_result(
    client: CheckingClient, clock: StillClock
) -> None:
    begin(client, clock)
    assert "you are told when it has ended" in client.page(ALL + "release").text
    answer = client.send(ALL + "release")
    assert "/jobs/" in answer.location
    assert count_of(clock, State.AVAILABLE) == 0
    work_off(clock)
    page = client.page(answer.location)
    assert "Release: 7 codes" in page.text
    assert "Done: 7. Left out: 0." in page.text
    link = page.select_one('main a[href*="/together/"]')
    assert link is not None
    assert "Done: 7. Left out: 0." in client.page(str(link["href"])).text
    assert count_of(clock, State.AVAILABLE) == COUNT
    job = only_job(clock)
    assert (job.done_count, job.total_count) == (COUNT, COUNT)


@pytest.mark.usefixtures("few")
def test_a_job_does_only_what_the_page_had_shown_and_says_what_it_left_out(
    client: CheckingClient, clock: StillClock
) -> None:
    keys = begin(client, clock)
    answer = client.send(ALL + "assign")
    with making(clock()) as work:
        person = work.session.scalars(select(Person)).one()
        contoso = work.session.get_one(Organisation, person.organisation_id)
        ben = make_person(work, contoso, "Ben", "ben@elsewhere.example")
        change(work, keys[4], ben.id, confirmed=True)
        release(work, keys[6])
    work_off(clock)
    link = client.page(answer.location).select_one('main a[href*="/together/"]')
    assert link is not None
    done = client.page(str(link["href"]))
    assert "Done: 5. Left out: 2." in done.text
    assert done.text.count("Somebody has changed this code since you confirmed") == 2
    with making(clock()) as work:
        due = {code.id: code.assign_due_at for code in work.session.scalars(select(Code))}
    assert {key for key in keys if due[key] is None} == {keys[4], keys[6]}
    again = done.select_one('a[href*="which=left"]')
    assert again is not None
    shown = client.page(str(again["href"])).text
    assert "2 codes were chosen" in shown
    assert "It can be done with 1." in shown


@pytest.mark.usefixtures("few")
def test_whoever_takes_over_goes_on_where_the_dead_worker_was(
    client: CheckingClient, clock: StillClock
) -> None:
    begin(client, clock)
    client.send(ALL + "release")
    held = claim(clock, BULK_JOBS[0].kind)
    assert held is not None
    assert held.asker is not None
    with held.work(held.asker) as work:
        progress = together.take_next(work, UUID(str(held.facts["run_id"])))
    assert tuple(progress) == (3, COUNT)
    assert count_of(clock, State.AVAILABLE) == 3
    clock.move(seconds=LEASE.total_seconds() + 1)
    work_off(clock)
    assert count_of(clock, State.AVAILABLE) == COUNT
    with making(clock()) as work:
        told = select(func.count()).where(AuditEntry.action == "code.release")
        assert work.session.scalar(told) == COUNT
    assert only_job(clock).state is JobState.DONE


@pytest.mark.usefixtures("few")
def test_what_was_done_before_it_was_cancelled_stays_and_the_pages_say_so(
    client: CheckingClient, clock: StillClock
) -> None:
    begin(client, clock)
    address = client.send(ALL + "release").location
    assert "what it has done so far stays" in client.page(f"{address}/cancel").text
    held = claim(clock, BULK_JOBS[0].kind)
    assert held is not None
    with held.work(held.asker) as work:
        together.take_next(work, UUID(str(held.facts["run_id"])))
    with making(clock()) as work:
        ask_to_stop(work, held.id)
    clock.move(seconds=LEASE.total_seconds() + 1)
    work_off(clock)
    page = client.page(address)
    assert "It was cancelled; what was done before stays as it is." in page.text
    link = page.select_one('main a[href*="/together/"]')
    assert link is not None
    assert "Done: 3. Left out: 0. Not done: 4." in client.page(str(link["href"])).text
    assert count_of(clock, State.AVAILABLE) == 3


@pytest.mark.usefixtures("few")
def test_a_job_stops_once_its_asker_may_assign_no_more(
    client: CheckingClient, clock: StillClock
) -> None:
    begin(client, clock)
    client.send(ALL + "release")
    with making(clock()) as work:
        for grant in work.session.scalars(select(RoleGrant)):
            grant.role = Role.AUDITOR
    work_off(clock)
    assert count_of(clock, State.AVAILABLE) == 0
    assert only_job(clock).state is JobState.FAILED


def test_of_very_many_the_page_shows_the_first_alone(
    client: CheckingClient, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(client, clock)
    monkeypatch.setattr(bulk, "LOOKED_AT", 5)
    monkeypatch.setattr(bulk, "_SHOWN_ROWS", 4)
    page = client.page(ALL + "release")
    assert "7 codes were chosen" in page.text
    assert "Possible, of the first" in page.text
    assert len(page.select("main tbody tr")) == 4
    done = client.page(client.send(ALL + "release").location)
    assert "Done: 7." in done.text
    assert "And 3 more." in done.text
    monkeypatch.setattr(bulk, "MOST_TOGETHER", 3)
    assert (
        "More than 3 codes fit" in client.page(ALL.replace("reserved", "available") + "assign").text
    )


def test_results_go_after_a_quarter(client: CheckingClient, clock: StillClock) -> None:
    begin(client, clock)
    address = client.send(ALL + "release").location
    clock.move(days=91)
    plan_recurring(BULK_JOBS, clock)
    work_off(clock)
    client.sign_in(ANN)
    client.page(address, 404)
    with making(clock()) as work:
        for model in (BulkRun, BulkRunCode):
            assert work.session.scalar(select(func.count()).select_from(model)) == 0
