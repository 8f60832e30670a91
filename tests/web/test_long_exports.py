"""Long lists are exported by a job: the same filter, for who asked alone, for a week."""

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
from vlms.accounts.models import Organisation
from vlms.audit.models import AuditEntry
from vlms.catalog.models import Product
from vlms.codes.rules.lifecycle import State
from vlms.core.permissions import Role
from vlms.jobs import exporting
from vlms.jobs.cancelling import ask_to_stop
from vlms.jobs.export_files import EXPORT_JOBS
from vlms.jobs.exporting import EXPORT
from vlms.jobs.files import KEPT
from vlms.jobs.held import LEASE
from vlms.jobs.jobs import JOB_JOBS
from vlms.jobs.models import Job, JobFile, JobFilePart
from vlms.jobs.service import claim
from vlms.jobs.worker import plan_recurring, run_due

ANN, BEN = "ann@contoso.example", "ben@contoso.example"
LIST = "/o/contoso/codes/codes.csv"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows are a long list here."""
    monkeypatch.setattr(exporting, "LONG_EXPORT", 3)


def begin(client: CheckingClient, clock: StillClock, count: int) -> None:
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        for email in (ANN, BEN):
            make_member(work, contoso, Role.LICENSING_ADMIN, email)
        line = make_line(work, make_agreement(work, contoso), make_product(work), count)
        make_codes(work, line, count)
        void = make_line(work, make_agreement(work, contoso), line.product, 2)
        make_codes(work, void, 2, state=State.VOID, ended_at=work.now)
        other = make_organisation(work, "fabrikam")
        make_codes(work, make_line(work, make_agreement(work, other), line.product, 9), 9)
    client.sign_in(ANN)


def work_off(clock: StillClock) -> None:
    run_due(EXPORT_JOBS, clock, Event())


def rows_of(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))[1:]


@pytest.mark.usefixtures("few")
def test_a_long_list_is_written_by_the_worker_as_it_was_filtered(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    begin(client, clock, 7)
    asked = client.get(f"{LIST}?state=available")
    assert asked.status_code == 302
    assert client.get(f"{LIST}?state=available").location == asked.location
    work_off(clock)
    page = client.page(asked.location)
    assert "7 rows are in the file." in page.text
    assert "codes-2026-03-02.csv" in page.text
    taken = client.get(f"{asked.location}/file")
    assert taken.headers["Content-Disposition"].endswith("codes-2026-03-02.csv")
    assert len(rows_of(taken.data)) == 7
    with making(clock()) as work:
        part = work.session.scalars(select(JobFilePart)).one()
        assert b"B-9" not in part.sealed_body
        told = select(func.count()).where(AuditEntry.action == "job.file_taken")
        assert work.session.scalar(told) == 1
    colleague = signed_in(app, BEN)
    assert "Download codes" not in colleague.page(asked.location).text
    colleague.page(f"{asked.location}/file", 404)
    assert client.get(f"{LIST}?state=available").location != asked.location


def test_a_short_list_is_sent_at_once(client: CheckingClient, clock: StillClock) -> None:
    begin(client, clock, 7)
    assert len(rows_of(client.get(LIST).data)) == 9


@pytest.mark.usefixtures("few")
def test_the_file_goes_after_a_week(client: CheckingClient, clock: StillClock) -> None:
    begin(client, clock, 7)
    asked = client.get(LIST)
    work_off(clock)
    client.page(asked.location)
    clock.set(clock() + KEPT)
    client.sign_in(ANN)
    client.page(f"{asked.location}/file", 404)
    plan_recurring(JOB_JOBS, clock)
    run_due(JOB_JOBS, clock, Event())
    with making(clock()) as work:
        for model in (JobFile, JobFilePart):
            assert work.session.scalar(select(func.count()).select_from(model)) == 0


@pytest.mark.usefixtures("few")
def test_a_cancelled_export_leaves_no_file(client: CheckingClient, clock: StillClock) -> None:
    begin(client, clock, 7)
    asked = client.get(LIST)
    job = claim(clock, EXPORT)
    assert job is not None
    with making(clock()) as work:
        ask_to_stop(work, UUID(asked.location.rsplit("/", 1)[1]))
    clock.move(seconds=LEASE.total_seconds() + 1)
    work_off(clock)
    assert "It was cancelled" in client.page(asked.location).text
    with making(clock()) as work:
        assert work.session.scalars(select(JobFilePart)).all() == []


@pytest.mark.parametrize("kind", ["download", "lines"])
def test_long_lists_of_orders_are_made_by_a_job(
    client: CheckingClient, clock: StillClock, few: None, kind: str
) -> None:
    begin(client, clock, 1)
    with making(clock()) as work:
        contoso = work.session.scalars(select(Organisation).where(Organisation.slug == "contoso"))
        agreement = make_agreement(work, contoso.one())
        product = work.session.scalars(select(Product)).one()
        for _more in range(3):
            make_line(work, agreement, product, 1)
    asked = client.get(f"/o/contoso/orders/{kind}/csv?q=")
    assert asked.status_code == 302
    work_off(clock)
    assert len(rows_of(client.get(f"{asked.location}/file").data)) >= 1 + 4
    client.sign_in(BEN)
    assert client.get(f"{asked.location}/file").status_code == 404


@pytest.mark.usefixtures("few")
def test_long_lists_of_people_and_agreements_are_made_by_a_job(
    client: CheckingClient, clock: StillClock
) -> None:
    begin(client, clock, 1)
    with making(clock()) as work:
        contoso = work.session.scalars(
            select(Organisation).where(Organisation.slug == "contoso")
        ).one()
        for number in range(4):
            make_person(work, contoso, f"Asa {number}")
            make_agreement(work, contoso)
        make_person(work, contoso, "Ben")
    for address, count, name in (
        ("/o/contoso/people/people.csv?q=asa", 4, "people-contoso-2026-03-02.csv"),
        ("/o/contoso/agreements/download.csv?running=1", 6, "agreements-2026-03-02.csv"),
    ):
        asked = client.get(address)
        assert asked.status_code == 302, address
        work_off(clock)
        taken = client.get(f"{asked.location}/file")
        assert taken.headers["Content-Disposition"].endswith(name)
        assert len(rows_of(taken.data)) == count


@pytest.mark.usefixtures("few")
def test_every_value_of_an_argument_reaches_the_worker(
    client: CheckingClient, clock: StillClock
) -> None:
    """Also what asks the database for the filter itself, as late orders do."""
    begin(client, clock, 1)
    with making(clock()) as work:
        contoso = work.session.scalars(select(Organisation).where(Organisation.slug == "contoso"))
        agreement = make_agreement(work, contoso.one())
        product = work.session.scalars(select(Product)).one()
        for _more in range(4):
            make_line(work, agreement, product, 1)
    asked = client.get("/o/contoso/orders/download/csv?late=1&q=")
    assert asked.status_code == 200
    asked = client.get("/o/contoso/orders/download/csv?open=1&columns=number&columns=state")
    work_off(clock)
    assert len(rows_of(client.get(f"{asked.location}/file").data)) >= 4
    with making(clock()) as work:
        facts = work.session.scalars(select(Job)).one().facts
    assert facts["arguments"][1:] == [["columns", "number"], ["columns", "state"]]
