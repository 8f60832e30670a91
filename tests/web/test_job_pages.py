"""Pages of jobs: followed, left and come back to, cancelled, told of when they end."""

from __future__ import annotations

from threading import Event
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.long_deliveries import KIND, NOTHING, counts, read_job
from tests.support.making import make_member, making
from tests.support.making_orders import (
    ADMIN_EMAIL,
    OPERATOR_EMAIL,
    RESELLER_EMAIL,
    make_invoiced,
    wish,
)
from tests.support.order_pages import begin, signed_in
from tests.support.pages import CheckingClient
from vlms.codes.jobs import CODE_JOBS
from vlms.codes.service.issuing_in_pieces import PIECE, make_piece
from vlms.core.permissions import Role
from vlms.core.text import _
from vlms.jobs.held import LEASE
from vlms.jobs.jobs import JOB_JOBS
from vlms.jobs.models import JobState
from vlms.jobs.service import claim, plan_asked
from vlms.jobs.worker import run_due
from vlms.notices.models import OutboxMessage
from vlms.notices.rendering import write_letter

COUNT = PIECE + 200


def ask(client: CheckingClient, clock: StillClock) -> tuple[str, UUID, UUID]:
    """The operator delivers many codes; the job's page, the job and the line."""
    shop = begin(client, clock, OPERATOR_EMAIL)
    with making(clock()) as work:
        order = make_invoiced(work, shop, wish(shop.product, COUNT))
        line_id = order.lines[0].id
    answer = client.send(f"/o/operator/orders/{order.id}/deliver/{line_id}", quantity=str(COUNT))
    assert answer.status_code == 302
    assert answer.location.startswith("/o/operator/jobs/")
    return answer.location, UUID(answer.location.rsplit("/", 1)[1]), line_id


def work_off(clock: StillClock) -> None:
    kinds = [*(kind for kind in CODE_JOBS if kind.kind == KIND), *JOB_JOBS]
    run_due(kinds, clock, Event())


def test_a_big_delivery_leads_to_its_job_and_then_to_its_batch(
    client: CheckingClient, clock: StillClock
) -> None:
    address, _job_id, _line_id = ask(client, clock)
    page = client.page(address)
    assert "1,200 × " in page.text or "1200 × " in page.text
    assert "Waiting" in page.text
    assert "No worker has been seen yet" in page.text
    assert page.select_one("progress") is not None
    assert page.select_one('#progress[hx-get][hx-trigger="every 2s"]') is not None
    job = claim(clock, KIND)
    assert job is not None
    make_piece(job)
    page = client.page(address)
    bar = page.select_one("progress")
    assert bar is not None
    assert (bar["value"], bar["max"]) == (str(PIECE), str(COUNT))
    assert "No worker" not in page.text
    clock.move(seconds=LEASE.total_seconds() + 1)
    work_off(clock)
    elsewhere = client.page("/o/operator/orders/")
    note = elsewhere.select_one(f'.alert-success a[href="{address}"]')
    assert note is not None
    assert client.page("/o/operator/orders/").select_one(".alert-success") is None
    page = client.page(address)
    assert "Done" in page.text
    assert page.select_one("[hx-trigger]") is None
    batch = next(a for a in page.select("a.btn") if "Open the batch" in a.text)
    assert "B-000001" in client.page(str(batch["href"])).text


def test_htmx_gets_the_part_that_changes(client: CheckingClient, clock: StillClock) -> None:
    address, _job_id, _line_id = ask(client, clock)
    part = client.get(address, headers={"HX-Request": "true"}).get_data(as_text=True)
    assert part.lstrip().startswith('<div id="progress"')
    assert "<html" not in part


def test_it_can_be_cancelled_and_leaves_nothing(client: CheckingClient, clock: StillClock) -> None:
    address, job_id, line_id = ask(client, clock)
    job = claim(clock, KIND)
    assert job is not None
    make_piece(job)
    asked = client.page(f"{address}/cancel")
    assert "what it has made so far is taken back" in asked.text
    assert client.send(f"{address}/cancel").location == address
    assert "Being cancelled" in client.page(address).text
    clock.move(seconds=LEASE.total_seconds() + 1)
    work_off(clock)
    assert "nothing was changed" in client.page(address).text
    assert counts(line_id) == NOTHING
    again = client.post(f"{address}/cancel", data={"csrf_token": "x"})
    assert again.status_code in (400, 409)
    assert read_job(job_id).state is JobState.CANCELLED


def test_only_who_asked_and_the_admins_see_a_job(
    app: Flask, client: CheckingClient, clock: StillClock
) -> None:
    shop = begin(client, clock, ADMIN_EMAIL)
    with making(clock()) as work:
        make_member(work, shop.customer, Role.FINANCE, "fay@contoso.example")
    with shop.buying(clock()) as work:
        made = plan_asked(work, "nothing", "one", {}, title=_("An export"), total=3)
        assert made is not None
    address = f"/o/contoso/jobs/{made.id}"
    assert "An export" in client.page(address).text
    assert "An export" in client.page("/o/contoso/jobs/").text
    other = signed_in(app, "fay@contoso.example")
    other.page(address, 404)
    other.page(f"{address}/cancel", 404)
    assert "There is no job" in other.page("/o/contoso/jobs/").text
    signed_in(app, RESELLER_EMAIL).page(f"/o/litware/jobs/{made.id}", 404)
    assert "An export" in signed_in(app, OPERATOR_EMAIL).page(f"/o/operator/jobs/{made.id}").text


@pytest.mark.parametrize(("minutes", "letters"), [(0, 0), (2, 1)])
def test_a_mail_tells_who_had_to_wait_long(
    client: CheckingClient, clock: StillClock, minutes: int, letters: int
) -> None:
    address, _job_id, _line_id = ask(client, clock)
    clock.move(minutes=minutes)
    work_off(clock)
    with making(clock()) as work:
        told = select(OutboxMessage).where(OutboxMessage.template == "job_ended")
        messages = work.session.scalars(told).all()
        assert [message.to_address for message in messages] == [OPERATOR_EMAIL] * letters
        for message in messages:
            letter = write_letter(message, "")
            assert letter.subject.startswith("Done: Codes for order")
            assert address in letter.text
