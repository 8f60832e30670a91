"""A month of many lines is matched by a job; its page tells how far it is."""

from __future__ import annotations

from threading import Event
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.support.clock import StillClock
from tests.support.making import making
from tests.support.making_orders import RESELLER_EMAIL, make_shop
from tests.support.making_reconciliation import (
    charges_in,
    line_of,
    make_charged,
    make_file,
    make_period,
)
from tests.support.pages import CheckingClient, values_of
from vlms.jobs.cancelling import ask_to_stop
from vlms.jobs.models import Job, JobState
from vlms.jobs.worker import run_due
from vlms.reconciliation.jobs import RECONCILIATION_JOBS
from vlms.reconciliation.service import long_matching

PLACE = "/o/litware/reconciliation/"


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three lines are many here."""
    monkeypatch.setattr(long_matching, "LINES_AT_ONCE", 2)


@pytest.fixture
def month(client: CheckingClient, clock: StillClock) -> UUID:
    """A month of two charges, of which the publisher has one."""
    with making(clock()) as work:
        shop = make_shop(work)
    keys = make_charged(shop, clock(), 2)
    with making(clock()) as work:
        charges = charges_in(work, keys)
        period = make_period(work, shop, charges[0].charged_on.isoformat()[:7])
        make_file(work, period, [line_of(charges[0])])
    client.sign_in(RESELLER_EMAIL)
    return period.id


def only_job(clock: StillClock) -> Job:
    with making(clock()) as work:
        return work.session.scalars(select(Job).where(Job.title.is_not(None))).one()


def test_the_page_shows_how_far_it_is_and_then_what_was_found(
    client: CheckingClient, month: UUID, clock: StillClock
) -> None:
    place = f"{PLACE}{month}"
    assert client.press(place, place + "/match").status_code == 302
    page = client.page(place).text
    assert "This month is being matched." in page
    assert "Match now" not in page
    assert only_job(clock).total_count == 3
    run_due(RECONCILIATION_JOBS, clock, Event())
    job = only_job(clock)
    assert (job.state, job.done_count) == (JobState.DONE, 3)
    page = client.page(place).text
    assert "Missing there" in page
    assert "being matched" not in page
    told = client.page(f"/o/litware/jobs/{job.id}")
    assert "1 difference was found." in told.text
    assert told.select_one(f'a[href="{place}"]') is not None


def test_a_month_is_not_matched_twice_at_once(client: CheckingClient, month: UUID) -> None:
    place = f"{PLACE}{month}"
    form = client.page(place).select_one('form[action$="/match"]')
    assert form is not None
    assert client.press(place, place + "/match").status_code == 302
    answer = client.post(str(form["action"]), data=values_of(form))
    assert answer.status_code == 409
    assert "is being matched at this moment" in answer.get_data(as_text=True)


def test_a_cancelled_matching_changes_nothing(
    client: CheckingClient, month: UUID, clock: StillClock
) -> None:
    place = f"{PLACE}{month}"
    client.press(place, place + "/match")
    job_id = only_job(clock).id
    with making(clock()) as work:
        ask_to_stop(work, job_id)
    run_due(RECONCILIATION_JOBS, clock, Event())
    assert only_job(clock).state is JobState.CANCELLED
    assert "has not been matched yet" in client.page(place).text
