"""The same file is asked for at the moment at which the job that made it ends."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from tests.support.clock import StillClock
from tests.support.making import make_member, make_organisation, make_person, making
from tests.support.pages import CheckingClient
from vlms.core.permissions import Role
from vlms.jobs import exporting
from vlms.jobs.exporting import EXPORT
from vlms.jobs.models import Job
from vlms.jobs.service import plan_asked

LIST = "/o/contoso/people/people.csv"


def begin(client: CheckingClient, clock: StillClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "LONG_EXPORT", 1)
    with making(clock()) as work:
        contoso = make_organisation(work, "contoso")
        make_member(work, contoso, Role.LICENSING_ADMIN, "ann@contoso.example")
        for name in ("Asa", "Ben"):
            make_person(work, contoso, name)
    client.sign_in("ann@contoso.example")


def job_count(clock: StillClock) -> int:
    with making(clock()) as work:
        return int(work.session.scalar(select(func.count(Job.id)).where(Job.kind == EXPORT)) or 0)


@pytest.mark.parametrize(("misses", "status"), [(1, 302), (exporting._TRIES, 409)])
def test_a_job_that_ends_while_it_is_looked_for_is_planned_anew(
    client: CheckingClient,
    clock: StillClock,
    monkeypatch: pytest.MonkeyPatch,
    misses: int,
    status: int,
) -> None:
    """It is there when a new one is planned, and gone when it is looked for."""
    tried: list[int] = []

    def plan(*args: Any, **facts: Any) -> Job | None:
        tried.append(1)
        return None if len(tried) <= misses else plan_asked(*args, **facts)

    begin(client, clock, monkeypatch)
    monkeypatch.setattr(exporting, "plan_asked", plan)
    assert client.get(LIST).status_code == status
    assert job_count(clock) == (status == 302)


def test_the_same_file_is_made_once(
    client: CheckingClient, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(client, clock, monkeypatch)
    assert client.get(LIST).location == client.get(LIST).location
    assert job_count(clock) == 1
